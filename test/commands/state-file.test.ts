import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ended, printedUrl, run, start } from '../support/cli.js';
import { freePort } from './network.js';
import { filesOf, goOnByHand, readWorld, servedSandbox, stateDirectory } from './sandbox.js';

const words = { code: expect.any(String), message: expect.any(String), hint: expect.stringMatching(/\w/) };
const commands = ['migrate', 'resume', 'plan', 'status', 'validate', 'revert'];

test.each([
  ['damaged', 'state-damaged', (text: string) => text.slice(0, text.length / 2)],
  ['empty', 'state-damaged', () => ''],
  ['of another shape', 'state-damaged', (text: string) => text.replace('"journal"', '"diary"')],
  ['from a newer version', 'state-newer', (text: string) => text.replace('"schemaVersion": 1', '"schemaVersion": 99')],
])('a state file that is %s, with no whole one before it, is named and left as it is', async (_what, code, spoil) => {
  const state = await stateDirectory({});
  const here = ['--sandbox', '--yes', '--state', state, '--json'];
  await run(['migrate', '--setup-type', 'modify', ...here]);
  const file = path.join(state, 'sandbox', 'migrations', `${(await readWorld(state)).account.accountSid}.json`);
  await writeFile(file, spoil(await readFile(file, 'utf8')));
  await rm(file.replace('.json', '.previous.json'));
  const before = await filesOf(state);
  const tried = code === 'state-newer' ? commands : ['resume', 'status'];
  for (const command of tried) {
    const { code: exit, stderr, json } = await run([command, ...here]);
    expect({ exit, stderr, error: json.error }).toEqual({ exit: 1, stderr: '', error: { ...words, code } });
    expect(json.error.message).toContain(file);
  }
  expect(await filesOf(state)).toEqual(before);
});

test('with nothing begun, every command that goes on from something says so and writes nothing', async () => {
  const state = await stateDirectory({});
  const before = await filesOf(state);
  for (const command of ['resume', 'revert', 'status', 'validate']) {
    const refused = await run([command, '--sandbox', '--yes', '--state', state, '--json']);
    const code = command === 'status' ? 'nothing-begun' : `nothing-to-${command}`;
    expect(refused).toMatchObject({ code: 1, stderr: '', json: { command, error: { ...words, code } } });
    expect(refused.json.error.hint).toContain('flex-sso migrate');
    const text = await run([command, '--sandbox', '--yes', '--state', state]);
    expect(text).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('flex-sso migrate') });
  }
  expect(await filesOf(state)).toEqual(before);
});

test('the setup type cannot be changed midway', async () => {
  const sandbox = await servedSandbox();
  const begun = await sandbox.run(['migrate', '--setup-type', 'new']);
  await goOnByHand(sandbox, begun, 'enter-identity-provider-data');
  const before = await filesOf(sandbox.state);
  for (const answer of [
    ['--setup-type', 'modify'],
    ['--idp', 'okta'],
  ]) {
    const refused = await sandbox.run(['migrate', ...answer]);
    expect(refused).toMatchObject({ code: 2, json: { error: { ...words, code: 'answer-fixed' } } });
    expect(refused.json.error.message).toContain(answer[0]);
    expect(refused.json.error.hint).toContain('flex-sso revert');
  }
  expect(await filesOf(sandbox.state)).toEqual(before);
  expect(await sandbox.run(['migrate', '--setup-type', 'new'])).toMatchObject({
    code: 10,
    json: { waitingFor: { step: 'enter-identity-provider-data' } },
  });
});

test('a second run at the same time is told so; the first one is not disturbed', async () => {
  const sandbox = await servedSandbox();
  const port = String(await freePort());
  const begun = await sandbox.run(['migrate', '--setup-type', 'new', '--callback-port', port]);
  await goOnByHand(sandbox, begun, 'validate-connection');
  const login = ['resume', '--login', 'browser', '--yes', '--json', ...sandbox.place];
  const first = start(login, sandbox.environment);
  const firstEnded = ended(first);
  await printedUrl(first);
  for (const command of ['migrate', 'resume', 'revert', 'validate']) {
    const second = await sandbox.run([command]);
    expect(second).toMatchObject({ code: 1, json: { error: { ...words, code: 'state-locked' } } });
  }
  // Looking is always possible.
  expect(await sandbox.run(['status'])).toMatchObject({ code: 0, json: { status: 'in-progress' } });
  first.kill('SIGINT');
  await once(first, 'close');
  expect((await firstEnded).code).toBe(130);
  expect(await sandbox.run(['resume'])).toMatchObject({ code: 10 });
});

test.skipIf(process.platform === 'win32')('what is kept is readable by its owner alone', async () => {
  const state = await stateDirectory();
  const trace = path.join(state, 'trace.jsonl');
  const here = ['--sandbox', '--yes', '--state', state, '--trace', trace];
  expect(await run(['migrate', '--setup-type', 'modify', ...here])).toMatchObject({ code: 0 });
  const { accountSid } = (await readWorld(state)).account;
  const kept = ['sandbox/world.json', `sandbox/migrations/${accountSid}.json`, 'trace.jsonl'];
  for (const file of kept) expect([file, (await stat(path.join(state, file))).mode & 0o077]).toEqual([file, 0]);
});
