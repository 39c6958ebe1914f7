import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { hostedFlexUrl } from '../../src/sandbox/flex/connections.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { sampleUser } from '../../src/sandbox/setting.js';
import { type Broken, breakIt, type Finished, finishMigration } from './run.js';

let finished: Finished;
beforeAll(async () => {
  finished = await finishMigration('new');
});
afterAll(() => finished.remove());

const observe = { flags: { login: 'observe' } };
const told = { flags: {}, done: 'validate-connection' };

/** Somebody logs in at the page of Flex; in between the world may be `changed`. */
async function observed(change: (broken: Broken) => void = () => {}, { logsIn = true } = {}) {
  const broken = await breakIt(finished, []);
  onTestFinished(() => broken.close());
  expect((await broken.validate(observe)).code).toBe(10);
  if (logsIn)
    await createOperator({ endpoints: broken.sandbox.endpoints }).visit(hostedFlexUrl(broken.sandbox.world.account));
  change(broken);
  return broken.validate(told);
}

const touched = new Date().toISOString();

test('a Worker that changed without a login in Entra’s log proves nothing', async () => {
  const { document } = await observed(
    ({ sandbox }) => {
      const [worker] = sandbox.world.account.workers;
      if (worker) worker.dateUpdated = touched;
    },
    { logsIn: false },
  );
  expect(document).toMatchObject({
    verified: false,
    evidence: { source: 'taskrouter', seenBy: ['taskrouter'], throughConnection: false },
  });
});

test('among many Workers that change it is the one of whoever Entra let in', async () => {
  const { document } = await observed(({ sandbox }) => {
    for (const worker of sandbox.world.account.workers.slice(1)) worker.dateUpdated = touched;
  });
  const { document: alone } = await observed(
    ({ sandbox }) => {
      for (const worker of sandbox.world.account.workers) worker.dateUpdated = touched;
    },
    { logsIn: false },
  );
  expect(document).toMatchObject({ confirmed: true, evidence: { seenBy: ['entra', 'taskrouter'], sameWorker: true } });
  expect(document.evidence.identity).toBe('amara_2Eokafor_40harborline_2Eexample');
  expect(document.proof.proves).toContain('Entra let somebody in');
  expect(alone).toMatchObject({ verified: false, evidence: { source: 'taskrouter' } });
  expect(alone.evidence.workerSid).toBeUndefined();
});

test.each([
  [
    'roles-differ',
    ({ sandbox }: Broken) => {
      const [worker] = sandbox.world.account.workers;
      if (worker) worker.attributes.roles = ['agent'];
    },
  ],
  [
    'attributes-differ',
    ({ sandbox }: Broken) => {
      const [worker] = sandbox.world.account.workers;
      if (worker) worker.attributes.full_name = 'Somebody Else';
    },
  ],
  [
    'attributes-differ',
    ({ sandbox }: Broken) => {
      const user = sampleUser(sandbox.world);
      if (user) user.mail = 'somebody.else@harborline.example';
    },
  ],
] as const)('an observed login with %s is told', async (cause, change) => {
  const { codes, document } = await observed(change);
  expect(codes).toContain(cause);
  // What the Worker holds is not what that login would have written.
  expect(document).toMatchObject({ verified: false, confirmed: false, evidence: { seenBy: ['entra', 'taskrouter'] } });
  // Nobody is named in findings.
  expect(JSON.stringify(document.findings)).not.toMatch(/@harborline|Somebody Else/);
});

test('somebody whose NameID has changed gets a second Worker, and that is no proof', async () => {
  const broken = await breakIt(finished, []);
  onTestFinished(() => broken.close());
  await broken.validate(observe);
  const user = sampleUser(broken.sandbox.world);
  if (user) user.userPrincipalName = 'amara.renamed@harborline.example';
  const operator = createOperator({
    endpoints: broken.sandbox.endpoints,
    user: 'amara.renamed@harborline.example',
  });
  await operator.visit(hostedFlexUrl(broken.sandbox.world.account));
  const { code, codes, document } = await broken.validate(told);
  expect(document).toMatchObject({ verified: false, evidence: { source: 'taskrouter', sameWorker: false } });
  expect(codes[0]).toBe('name-id-changed');
  expect(code).toBe(5);
});

test('a login that leads to somebody else’s Worker is not verified', async () => {
  const broken = await breakIt(finished, []);
  onTestFinished(() => broken.close());
  const user = sampleUser(broken.sandbox.world)?.userPrincipalName ?? '';
  const { code, codes, document } = await broken.validate({
    visit: async (url, { endpoints, world }) => {
      const [own, other] = world.account.workers;
      // Flex knows this NameID by the Worker of somebody else.
      if (own && other) [own.nameId, other.nameId] = [other.nameId, own.nameId];
      await createOperator({ endpoints, user }).visit(url);
    },
  });
  expect(codes[0]).toBe('name-id-changed');
  expect(document.verified).toBe(false);
  expect(code).toBe(5);
});
