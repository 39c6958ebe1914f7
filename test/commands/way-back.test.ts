import { cp } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { switchToLegacy } from '../../src/flex/console.js';
import type { Change } from '../../src/migration/state.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { openWorld } from '../../src/sandbox/world.js';
import { age } from '../support/age.js';
import { type Ended, inPairs, readTrace, run, stoppedAt, temporaryDirectory } from '../support/cli.js';
import { isGraphWrite } from '../support/graph-writes.js';
import { logins } from '../support/logins.js';
import { entraOf } from './census.js';
import { filesOf, shownWorld, stateDirectory } from './sandbox.js';

/** Finished migrations, by what they were started with. */
const journeys = {
  new: ['--setup-type', 'new'],
  modified: ['--setup-type', 'modify'],
  replaced: ['--setup-type', 'modify', '--overlap', 'no'],
} as const;
type Journey = keyof typeof journeys;

let root: string;
beforeAll(async () => {
  const directory = await temporaryDirectory();
  root = directory.path;
  await inPairs(Object.entries(journeys), async ([name, flags]) => {
    const state = path.join(root, name);
    await openWorld(path.join(state, 'sandbox'), { users: 8 });
    const migrated = await run(['migrate', ...flags, ...here(state)]);
    if (migrated.code !== 0) throw new Error(migrated.stdout + migrated.stderr);
  });
  return directory.remove;
}, 300_000);

const here = (state: string) => ['--sandbox', '--yes', '--json', '--state', state];
const traceIn = (state: string) => path.join(state, 'trace.jsonl');

/** A copy of a finished migration, for one test. */
async function finished(journey: Journey): Promise<string> {
  const state = await stateDirectory();
  const filter = (file: string) => path.basename(file) !== 'world.owner';
  await cp(path.join(root, journey), state, { recursive: true, filter });
  return state;
}

const revert = (state: string, breaks: readonly string[] = [], env: Record<string, string> = {}): Promise<Ended> =>
  run(['revert', ...here(state), '--trace', traceIn(state), ...breaks.flatMap(name => ['--sandbox-break', name])], env);

/** What a refused way back leaves as it was: Entra, the switch in Console, and the record. */
async function expectUntouched(state: string, journey: Journey): Promise<void> {
  expect((await readTrace(traceIn(state))).filter(isGraphWrite)).toEqual([]);
  expect((await shownWorld(state)).connections).toMatchObject([{ active: true }]);
  const records = async (dir: string) =>
    Object.entries(await filesOf(dir)).filter(([name]) => name.includes('migrations'));
  expect(await records(state)).toEqual(await records(path.join(root, journey)));
}

const slow = 120_000;

describe('what is broken of the legacy login is found before anything leads to it', () => {
  test.each([
    ['legacy-application-deleted', 'no longer in the tenant'],
    ['legacy-entity-id-missing', 'Entity ID'],
    ['legacy-acs-url-missing', 'ACS URL'],
    ['legacy-no-signing-key', 'no certificate to sign with'],
    ['legacy-certificate-expired', 'expired'],
    ['legacy-application-disabled', 'switched off'],
    ['legacy-nobody-assigned', 'Nobody is assigned'],
    ['legacy-older-form', 'Entity ID'],
    ['legacy-signed-requests', 'isSignedRequestRequired'],
    ['legacy-wrong-tenant', 'another tenant'],
    ['legacy-sso-url-wrong', 'Single Sign-On URL'],
    ['legacy-name-id-policy', 'NameID'],
    ['legacy-request-malformed', 'request'],
    ['legacy-off', 'does not log anybody in any more'],
  ])('a new connection: %s', { timeout: slow }, async (name, words) => {
    const state = await finished('new');
    const { code, json } = await revert(state, [name]);
    expect(json.error).toMatchObject({ code: 'legacy-login-broken', message: expect.stringContaining(words) });
    const end =
      name === 'legacy-off' ? /^In .*there is likely no way back any more\.$/ : /^In .*`flex-sso revert` again\.$/;
    expect(json.error.hint).toMatch(end);
    expect(code).toBe(5);
    await expectUntouched(state, 'new');
    const seen = await logins(state, [name]);
    expect(seen.legacy).not.toBe('in');
    expect(seen).toMatchObject({ enhanced: 'in', flex: 'in' });
  });

  test('what is likely broken, and nobody there to say that it is not, is no way back', { timeout: slow }, async () => {
    const state = await finished('new');
    const { code, json } = await revert(state, ['legacy-authn-context']);
    expect(json.error).toMatchObject({ code: 'not-certain', message: expect.stringContaining('another method') });
    expect(code).toBe(5);
    await expectUntouched(state, 'new');
  });

  test.each(['legacy-application-deleted', 'legacy-older-form', 'legacy-nobody-assigned', 'legacy-off'])(
    'a modified one: %s',
    { timeout: slow },
    async name => {
      const state = await finished('replaced');
      const { code, json } = await revert(state, [name]);
      expect(json.error).toMatchObject({ code: 'legacy-login-broken' });
      expect(code).toBe(5);
      await expectUntouched(state, 'replaced');
    },
  );

  test('and mended: then the way is open', { timeout: slow }, async () => {
    const state = await finished('new');
    expect(await revert(state, ['legacy-off'])).toMatchObject({ code: 5 });
    const { code, json } = await revert(state);
    expect(code).toBe(0);
    expect(json.checks['start-setup']).toMatchObject([
      { name: 'legacy-login', result: 'passed', message: expect.stringContaining('takes the request') },
      { name: 'login', result: 'unknown' },
    ]);
    expect(await logins(state)).toMatchObject({ legacy: 'in', flex: 'in' });
  });
});

test('what revert restores is no fault, and agents can log in whenever it is killed', {
  timeout: 300_000,
}, async () => {
  const state = await finished('replaced');
  const migrated = entraOf(await shownWorld(state));
  for (let write = 1; write <= 4; write++) {
    // Each run goes on where the last one was killed.
    const breaks = write === 1 ? ['legacy-entity-id-missing', 'legacy-acs-url-missing'] : [];
    const killed = await revert(state, breaks, stoppedAt(['before', 2, 'graph'], 'SIGKILL'));
    if (killed.code === 0) break;
    expect(killed.code).toBeNull();
    expect((await logins(state)).flex).toBe('in');
  }
  expect(await revert(state)).toMatchObject({ code: 0, json: { status: 'reverted' } });
  expect(entraOf(await shownWorld(state))).not.toEqual(migrated);
  expect(await logins(state)).toMatchObject({ legacy: 'in', flex: 'in' });
});

describe('after the 30 days that Flex keeps the legacy details', () => {
  test.each(['new', 'modified', 'replaced'] as const)('%s: nothing is begun', { timeout: slow }, async journey => {
    const state = await finished(journey);
    await age(state, 31);
    const before = await filesOf(state);
    const { code, json } = await revert(state);
    expect(json.error).toMatchObject({ code: 'way-back-closed', message: expect.stringMatching(/guide.* 30 days/) });
    expect(code).toBe(5);
    expect((await readTrace(traceIn(state))).filter(isGraphWrite)).toEqual([]);
    const { 'trace.jsonl': _, ...files } = await filesOf(state);
    const records = (all: Record<string, string>) =>
      Object.entries(all).filter(([name]) => name.includes('migrations'));
    expect(records(files)).toEqual(records(before));
    expect(await logins(state)).toMatchObject({ enhanced: 'in', flex: 'in' });
    if (journey !== 'new') return;
    const status = await run(['status', '--state', path.join(state, 'sandbox')]);
    expect(status.stdout).toMatch(/likely\s+no way back/);
    expect(status.stdout).not.toMatch(/you can switch back|Run `flex-sso revert`/);
  });

  test('what was switched back in Console before is taken to its end', { timeout: slow }, async () => {
    const state = await finished('modified');
    const { endpoints, close } = await startSandbox({ dir: path.join(state, 'sandbox') });
    await createOperator({ endpoints }).perform({ id: 'start-setup', title: '' }, switchBack);
    await close();
    await age(state, 40);
    expect(await revert(state)).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(await logins(state)).toMatchObject({ legacy: 'in', flex: 'in' });
  });
});

const switchBack: Change = {
  action: 'manual',
  resource: 'flexConsole',
  key: '',
  title: '',
  before: null,
  after: null,
  instruction: switchToLegacy('modify'),
};
