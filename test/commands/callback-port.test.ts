import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../support/cli.js';
import { freePort } from './network.js';
import { filesOf, readWorld, stateDirectory } from './sandbox.js';

// Without a sign-in log: on a busy machine its entry of the login may be there before the browser is back.
const sandbox = ['--sandbox', '--sandbox-fault', 'no-premium', '--yes', '--json'];
const migrate = (state: string, more: readonly string[] = []) =>
  run(['migrate', ...sandbox, '--setup-type', 'new', '--state', state, ...more]);
const logInAgain = (state: string) => run(['validate', ...sandbox, '--login', 'browser', '--state', state]);

test('another program may take the port of an earlier run: the sandbox chooses another one, and Flex trusts it', async () => {
  const state = await stateDirectory({});
  expect((await migrate(state)).code).toBe(0);
  const port = await portIn(state);
  await occupy(port);

  const again = await logInAgain(state);
  expect(again.json).toMatchObject({ verified: true, findings: [], evidence: { source: 'flex' } });
  expect(again.code).toBe(0);
  const next = await portIn(state);
  expect(next).not.toBe(port);
  const trusted = readWorld(state).account.connections.at(-1)?.trustedUrls;
  expect(trusted).toContain(`http://localhost:${next}`);
  expect(trusted).not.toContain(`http://localhost:${port}`);
});

test('a port that a person has chosen stays, and is asked for', async () => {
  const state = await stateDirectory({});
  const port = String(await freePort());
  expect((await migrate(state, ['--callback-port', port])).code).toBe(0);
  await occupy(port);

  const again = await logInAgain(state);
  expect(again.json.error).toMatchObject({ code: 'callback-port-taken', message: expect.stringContaining(port) });
  expect(again.code).toBe(2);
  expect(await portIn(state)).toBe(port);
});

/** The port that the migration of a state directory has recorded. */
async function portIn(state: string): Promise<string> {
  const [, text = '{}'] = Object.entries(await filesOf(state)).find(([name]) => name.includes('migrations')) ?? [];
  return JSON.parse(text).answers.callbackPort;
}

/** Listens on a port as another program would, for the length of the test. */
async function occupy(port: string): Promise<void> {
  const server = createServer().listen(Number(port), '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
}
