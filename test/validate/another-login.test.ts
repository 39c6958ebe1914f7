import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { hostedFlexUrl } from '../../src/sandbox/flex/connections.js';
import { createOperator } from '../../src/sandbox/operator.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { sampleUser } from '../../src/sandbox/setting.js';
import { temporaryDirectory } from '../support/cli.js';
import { type Finished, finishMigration, validateBroken } from './run.js';

let finished: Finished;
beforeAll(async () => {
  finished = await finishMigration('new');
});
afterAll(() => finished.remove());

/** Another agent logs in, and flex-sso looks at Entra's log again and again after that. */
async function anotherLogin({ endpoints, world }: Sandbox): Promise<void> {
  const other = world.directory.users.find(
    ({ id, userPrincipalName }) =>
      userPrincipalName !== sampleUser(world)?.userPrincipalName &&
      world.directory.appRoleAssignments.some(({ principalId }) => principalId === id),
  );
  await createOperator({ endpoints, user: other?.userPrincipalName ?? '' }).visit(hostedFlexUrl(world.account));
  expect(world.directory.signIns.at(-1)).toMatchObject({ userId: other?.id, errorCode: 0 });
  const reads = vi.spyOn(world.directory.signIns, 'toReversed');
  await vi.waitFor(() => expect(reads.mock.calls.length).toBeGreaterThan(2), { timeout: 60_000 });
}

test('another agent’s login does not end the wait', async () => {
  const { code, document } = await validateBroken(finished, [], {
    async visit(url, sandbox) {
      await anotherLogin(sandbox);
      await createOperator(sandbox).visit(url);
    },
  });
  expect(JSON.stringify(document.notes)).toContain('somebody was let in');
  expect(document).toMatchObject({ status: 'finished', verified: true, evidence: { source: 'flex' }, findings: [] });
  expect(code).toBe(0);
});

test('before the setup is finished, a login that Entra lets in is waited for', async () => {
  const [file = ''] = await readdir(path.join(finished.dir, 'sandbox', 'migrations'));
  const begun = await temporaryDirectory();
  onTestFinished(begun.remove);
  await cp(finished.dir, begun.path, { recursive: true });
  const state = path.join(begun.path, 'sandbox', 'migrations', file);
  const migration = JSON.parse(await readFile(state, 'utf8'));
  delete migration.facts.finishedAt;
  await writeFile(state, JSON.stringify(migration));
  const { code, document } = await validateBroken({ dir: begun.path, remove: begun.remove }, [], {
    async visit(url, sandbox) {
      await anotherLogin(sandbox);
      await createOperator(sandbox).visit(url);
    },
  });
  expect(document).toMatchObject({ verified: true, evidence: { source: 'flex' }, findings: [] });
  expect(code).toBe(0);
});

test('a web page that sends the browser back without the state does not end the wait', async () => {
  const { code, document, stderr } = await validateBroken(finished, [], {
    async visit(url, sandbox) {
      const answer = new URLSearchParams({ error: 'access_denied', error_description: 'Call 1-555 now' });
      const { origin } = new URL(new URL(url).searchParams.get('redirectUrl') ?? '');
      expect((await fetch(`${origin}/?${answer}`)).status).toBe(400);
      await createOperator(sandbox).visit(url);
    },
  });
  expect(document).toMatchObject({ verified: true, findings: [] });
  expect(JSON.stringify(document.notes)).toContain('without the state of this login');
  expect(stderr + JSON.stringify(document)).not.toMatch(/1-555|access_denied/);
  expect(code).toBe(0);
});

test('a link that nobody used takes nothing from a finished migration', async () => {
  const limit = new AbortController();
  const { timeout } = AbortSignal;
  const spy = vi
    .spyOn(AbortSignal, 'timeout')
    .mockImplementation(ms => (ms === 15 * 60_000 ? limit.signal : timeout(ms)));
  const { code, document } = await validateBroken(finished, [], {
    async visit(_url, sandbox) {
      await anotherLogin(sandbox);
      limit.abort();
    },
  }).finally(() => spy.mockRestore());
  expect(document).toMatchObject({
    status: 'finished',
    verified: false,
    evidence: { source: 'flex' },
    findings: [{ code: 'login-not-seen', certainty: 'likely' }],
  });
  expect(code).toBe(5);
});

test('a login that Flex refuses now leaves the proof of then, with its date', async () => {
  const { code, document } = await validateBroken(finished, ['certificate-wrong']);
  expect(document).toMatchObject({ status: 'finished', verified: false, evidence: { source: 'flex' } });
  expect(document.findings[0].code).toBe('certificate-wrong');
  expect(document.checks['validate-connection'].map(({ name }: { name: string }) => name)).not.toContain('login');
  expect(code).toBe(5);
});
