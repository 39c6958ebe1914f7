import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test as anyTest, expect } from 'vitest';
import { failing } from '../fire/failing-files.mjs';
import { bareEnvironment, bin, ended, run } from '../support/cli.js';
import { type ServedSandbox, servedSandbox, stateDirectory } from './sandbox.js';

const test = anyTest.runIf(process.platform !== 'win32');

/** A migration that waits for a person, its state in `state`; the sandbox is elsewhere, so that only the state meets the disk. */
async function paused(state: string) {
  const sandbox = await servedSandbox();
  const place = ['--state', state, '--endpoints', sandbox.endpointsFile];
  const here: ServedSandbox['run'] = (args, env = {}) =>
    run([...args, ...place, '--yes', '--json'], { ...sandbox.environment, ...env });
  expect(await here(['migrate', '--setup-type', 'new'])).toMatchObject({ code: 10 });
  const folder = path.join(state, 'migrations');
  const file = path.join(folder, `${sandbox.environment.TWILIO_ACCOUNT_SID}.json`);
  return { sandbox, place, folder, file, text: await readFile(file, 'utf8'), run: here };
}

type Paused = Awaited<ReturnType<typeof paused>>;

/** The run told what is wrong with the disk, and the state is as it was. */
async function expectKept(
  { folder, file, text }: Paused,
  stopped: { code: number | null; stdout: string; stderr: string },
) {
  expect(stopped).toMatchObject({ code: 1, stderr: '' });
  const { code, message, hint } = JSON.parse(stopped.stdout).error;
  expect(code).toMatch(/^state-un/);
  expect(message).toContain(folder);
  expect(message).toMatch(/the disk|too large|larger than/);
  expect(message + hint).not.toMatch(/\bE[A-Z]{3,}\b|Error|injected/);
  expect(await readFile(file, 'utf8')).toBe(text);
  expect((await readdir(folder)).filter(name => !/^AC\w{32}(\.previous)?\.json$|\.lock$/.test(name))).toEqual([]);
}

test('whichever call of a save fails, the run says what is wrong with the disk, and the next one goes on', async () => {
  const begun = await paused(await stateDirectory());
  // A file that may not grow: the first write takes a part, and the next one fails.
  const args = [
    '-c',
    'ulimit -f 4; exec "$@"',
    'bash',
    process.execPath,
    bin,
    'revert',
    ...begun.place,
    '--yes',
    '--json',
  ];
  const env = bareEnvironment(begun.sandbox.environment);
  await expectKept(begun, await ended(spawn('bash', args, { env, stdio: ['ignore', 'pipe', 'pipe'] })));
  await expectKept(begun, await begun.run(['revert'], failing('writeSync', '1+', 'ENOSPC')));
  await expectKept(begun, await begun.run(['revert'], failing('renameSync', 1, 'EIO')));
  expect(await begun.run(['revert'])).toMatchObject({ code: 0, json: { status: 'reverted' } });
});
