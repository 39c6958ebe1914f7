import { chmod } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { run } from '../support/cli.js';
import { stateDirectory } from './sandbox.js';

const hostile = '\u001b]0;pwned\u0007\u001b[2J\u202e';

test.each([
  [[`--${hostile}`]],
  [[`migrat${hostile}`]],
  [['status', '--account', hostile]],
  [['plan', '--setup-type', hostile]],
  [['resume', '--done', hostile]],
  [['sandbox', '--users', hostile]],
  [['inspect', hostile]],
])('what was typed does not steer the terminal: %j', async args => {
  const { code, stdout, stderr } = await run(args);
  expect(code).not.toBe(0);
  expect(stderr).toContain('<U+');
  for (const sign of ['\u001b', '\u0007', '\u202e']) expect(stdout + stderr).not.toContain(sign);
});

test('an account is one, and no way to another folder', async () => {
  const { code, json } = await run([
    'status',
    '--account',
    '../../secrets',
    '--state',
    await stateDirectory(),
    '--json',
  ]);
  expect(code).toBe(2);
  expect(json.error).toMatchObject({ code: 'account-invalid', message: expect.stringContaining('../../secrets') });
});

test.skipIf(process.platform === 'win32')('a state folder that others can write to is reported', async () => {
  const state = await stateDirectory();
  const status = () => run(['status', '--state', state]);
  expect((await status()).stderr).not.toContain('Others on this machine');
  await chmod(state, 0o777);
  expect((await status()).stderr.replace(/\s+/g, ' ')).toContain(`Others on this machine can write to ${state}`);
});
