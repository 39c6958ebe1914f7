import { expect, test } from 'vitest';
import { createOperator } from '../../src/sandbox/operator.js';
import type { WorldOptions } from '../../src/sandbox/world.js';
import { ended, printedUrl, start } from '../support/cli.js';
import { freePort } from './network.js';
import { doByHand, goOnByHand, readWorld, servedSandbox, shownWorld } from './sandbox.js';

const page = expect.stringMatching(/^https?:\/\/.*\/us1\/develop\/flex\//);
test.each([
  ['new', ['start-setup', 'enter-identity-provider-data', 'validate-connection', 'finish']],
  ['modify', ['start-setup', 'update-identity-provider', 'validate-connection', 'finish']],
])('with nobody there, %s stops at each manual step, refuses false claims and goes on', async (setupType, manual) => {
  const sandbox = await servedSandbox();
  const workers = (await readWorld(sandbox.state)).account.workers;
  const paused: string[] = [];
  let at = await sandbox.run(['migrate', '--setup-type', setupType]);
  while (at.code === 10) {
    const { waitingFor } = at.json;
    paused.push(waitingFor.step);
    expect(at).toMatchObject({ stderr: '', json: { status: 'paused', command: expect.any(String) } });
    expect(at.json.stepsLeft[0].id).toBe(waitingFor.step);
    const isLogin = waitingFor.step === 'validate-connection';
    const who = isLogin ? 'user' : 'flex-administrator';
    expect(waitingFor).toMatchObject({ title: expect.any(String), instruction: { who, page } });
    expect(waitingFor.instruction.tasks.length).toBeGreaterThan(0);

    if (!isLogin) {
      const lie = await sandbox.run(['resume', '--done', waitingFor.step]);
      expect(lie).toMatchObject({ code: 5, stderr: '' });
      expect(lie.json.error).toEqual({
        code: expect.stringMatching(/^(setup-not-seen|verification-failed|not-active)$/),
        message: expect.stringMatching(/Flex|login/),
        hint: expect.stringContaining('Console'),
      });
    }
    // Asked again it waits for the same.
    if (isLogin) expect(await sandbox.run(['resume'])).toMatchObject({ code: 10, json: { waitingFor } });
    await doByHand(sandbox, at);
    at = await sandbox.run(['resume', '--done', waitingFor.step]);
  }
  expect(paused).toEqual(manual);
  expect(at).toMatchObject({ code: 0, json: { status: 'finished', setupType } });
  const { evidence } = at.json;
  // A modified connection shares its application with the legacy one: from outside the two cannot be told apart before Finish.
  expect(at.json.verified).toBe(setupType === 'new');
  expect(evidence).toMatchObject({ source: 'taskrouter', workerSid: workers[0]?.sid, sameWorker: true });
  expect(evidence.roles).toEqual(workers[0]?.attributes.roles);
  expect(evidence.connectionName).toBe(at.json.connection.name);
  expect((await shownWorld(sandbox.state)).connections).toMatchObject([{ active: true, setupType }]);
});

/** A migration that waits for the login, or for the page that lets it return. */
async function beforeLogin(setupType: string, args: readonly string[] = [], world: WorldOptions = {}) {
  const sandbox = await servedSandbox(world);
  const begun = await sandbox.run(['migrate', '--setup-type', setupType, ...args]);
  const at = await goOnByHand(sandbox, begun, 'validate-connection');
  return { sandbox, at };
}

test('the word alone is recorded as a word, is not called verified, and can be made up for', async () => {
  const { sandbox } = await beforeLogin('modify');
  const word = await sandbox.run(['resume', '--done', 'validate-connection']);
  expect(word).toMatchObject({ code: 10, json: { verified: false, evidence: { source: 'word' } } });
  expect(word.json.evidence.workerSid).toBeUndefined();
  const login = word.json.checks['validate-connection'].find(({ name }: { name: string }) => name === 'login');
  expect(login).toMatchObject({ strength: 'word', result: 'unknown' });

  const asked = await sandbox.run(['validate', '--login', 'observe']);
  expect(asked).toMatchObject({ code: 10, json: { waitingFor: { step: 'validate-connection' } } });
  await doByHand(sandbox, asked);
  const seen = await sandbox.run(['validate', '--done', 'validate-connection']);
  expect(seen).toMatchObject({
    code: 0,
    json: { verified: false, evidence: { source: 'taskrouter', seenBy: ['entra', 'taskrouter'] } },
  });
});

test('a new Worker after the login is told', async () => {
  const { sandbox, at } = await beforeLogin('modify', [], { users: 12 });
  const { account, directory } = await readWorld(sandbox.state);
  const known = account.workers.map(({ nameId }) => nameId.toLowerCase());
  const agents = directory.users.filter(user => user.mail && !known.includes(user.userPrincipalName.toLowerCase()));
  const [newcomer] = agents;
  expect(newcomer).toBeDefined();
  await doByHand(sandbox, at, newcomer?.userPrincipalName);
  const seen = await sandbox.run(['resume', '--done', 'validate-connection']);
  expect(seen.json).toMatchObject({ verified: false, evidence: { source: 'taskrouter', sameWorker: false } });
  expect(JSON.stringify(seen.json.checks['validate-connection'])).toContain('new Worker');
});

test.each(['new', 'modify'])(
  '--login browser works with nobody there: somebody visits the printed URL (%s)',
  async setupType => {
    const port = String(await freePort());
    const { sandbox } = await beforeLogin(setupType, ['--callback-port', port]);
    const args = ['resume', '--login', 'browser', '--yes', '--json', ...sandbox.place];
    if (setupType === 'modify') {
      // The address of the login must be a Trusted URL first.
      const asked = await sandbox.run(args);
      expect(asked).toMatchObject({ code: 10, json: { waitingFor: { step: 'validate-connection' } } });
      expect(JSON.stringify(asked.json.waitingFor.instruction)).toContain(`http://localhost:${port}`);
      const lie = await sandbox.run([...args, '--done', 'validate-connection']);
      expect(lie).toMatchObject({ code: 5, json: { error: { code: 'url-not-trusted' } } });
      await doByHand(sandbox, asked);
    }
    const child = start(args, sandbox.environment);
    const result = ended(child);
    const url = await printedUrl(child);
    await createOperator({ endpoints: sandbox.endpoints }).visit(url);
    const { account } = await readWorld(sandbox.state);
    expect((await result).json).toMatchObject({
      status: 'paused',
      waitingFor: { step: 'finish' },
      verified: true,
      evidence: { source: 'flex', workerSid: account.workers[0]?.sid, nameId: account.workers[0]?.nameId },
    });
  },
);
