import { spawn } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test as anyTest, expect } from 'vitest';
import { failing } from '../fire/failing-files.mjs';
import { bareEnvironment, bin, ended, readTrace, run } from '../support/cli.js';
import { filesOf, servedSandbox, stateDirectory } from './sandbox.js';

const test = anyTest.runIf(process.platform !== 'win32');

const selfHosted = [
  '--setup-type',
  'modify',
  '--hosting',
  'self-hosted',
  '--redirect-url',
  'https://flex.contoso.example',
];
const appConfig = 'var appConfig = { sso: { accountSid: "AC1" } };\n';

test('an appconfig.js that cannot be written is named with the reason, and is as it was; the next run goes on', async () => {
  const state = await stateDirectory({ hosting: 'self-hosted' });
  const file = path.join(state, 'appconfig.js');
  await writeFile(file, appConfig);
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  for (const [call, error, why] of [
    ['openSync', 'EROFS', 'the disk is read-only'],
    ['writeSync', 'ENOSPC', 'the disk is full'],
    ['renameSync', 'EACCES', 'you have no permission there'],
  ] as const) {
    const args = ['migrate', ...selfHosted, '--app-config', file, ...here];
    // The first thing that is opened is what is there, to be read.
    const stopped = await run(
      args,
      failing(call, '1+', error, call === 'openSync' ? /appconfig\.js\./ : /appconfig\.js/),
    );
    expect(stopped).toMatchObject({ code: 1, stderr: '' });
    expect(stopped.json.error).toMatchObject({
      code: 'file-unwritable',
      message: `${file} cannot be written: ${why}.`,
      hint: expect.stringContaining('flex-sso resume'),
    });
    expect(await readFile(file, 'utf8')).toBe(appConfig);
    expect((await readdir(state)).filter(name => name.includes('appconfig'))).toEqual(['appconfig.js']);
    expect(await run(['status', ...here])).toMatchObject({ code: 0, json: { status: 'in-progress' } });
  }
  expect(await run(['resume', ...here])).toMatchObject({ code: 0, json: { status: 'finished' } });
  expect(await readFile(file, 'utf8')).toContain('oauth');
});

test('an appconfig.js that is a link stays one, and the file that it leads to is edited; another file next to it stays', async () => {
  const state = await stateDirectory({ hosting: 'self-hosted' });
  const [link, file] = [path.join(state, 'appconfig.js'), path.join(state, 'public', 'appconfig.js')];
  await mkdir(path.dirname(file));
  await writeFile(file, appConfig, { mode: 0o644 });
  await symlink(file, link);
  await writeFile(`${file}.new`, 'of the user');
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  expect(await run(['migrate', ...selfHosted, '--app-config', link, ...here])).toMatchObject({ code: 0 });
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect(await readFile(`${file}.new`, 'utf8')).toBe('of the user');
  expect((await lstat(file)).mode & 0o777).toBe(0o644);
  expect(await readFile(file, 'utf8')).toContain('oauth');
});

test('a trace that cannot even be begun stops a run before its first write', async () => {
  const state = await stateDirectory({});
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  const trace = path.join(state, 'trace.jsonl');
  const { 'sandbox/world.json': before } = await filesOf(state);
  const args = ['migrate', '--setup-type', 'new', '--trace', trace, ...here];
  const stopped = await run(args, failing('appendFileSync', '1+', 'ENOSPC', /trace\.jsonl/));
  expect(stopped).toMatchObject({ code: 1, stderr: '' });
  expect(stopped.json.error).toMatchObject({
    code: 'trace-unwritable',
    message: `The trace file ${trace} cannot be written: the disk is full.`,
  });
  const { 'sandbox/world.json': after } = await filesOf(state);
  expect(after).toBe(before);
});

test('a trace that breaks off later is told of once, and the run records all that it does', async () => {
  const state = await stateDirectory({});
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  const trace = path.join(state, 'trace.jsonl');
  const args = ['migrate', '--setup-type', 'new', '--trace', trace, ...here];
  const finished = await run(args, failing('appendFileSync', '8+', 'ENOSPC', /trace\.jsonl/));
  expect(finished).toMatchObject({ code: 0, stderr: '', json: { status: 'finished', verified: true } });
  const told = finished.json.notes.filter((note: string) => note.includes(trace));
  expect(told).toEqual([expect.stringMatching(/cannot be written: the disk is full\. The run goes on/)]);
  expect(await readTrace(trace)).toHaveLength(7);
  expect(await run(['migrate', ...here])).toMatchObject({ code: 0, json: { changed: 0 } });
});

test('a folder that cannot be written stops what records, and not what only shows', async () => {
  const sandbox = await servedSandbox();
  expect(await sandbox.run(['migrate', '--setup-type', 'new'])).toMatchObject({ code: 10 });
  const before = await filesOf(sandbox.state);
  const readOnly = failing('openSync', '1+', 'EROFS', /\.lock|\.new$/);
  expect(await sandbox.run(['plan'], readOnly)).toMatchObject({ code: 0, json: { command: 'plan' } });
  expect(await sandbox.run(['revert', '--dry-run'], readOnly)).toMatchObject({ code: 0, json: { dryRun: true } });
  for (const command of ['resume', 'revert'])
    expect(await sandbox.run([command], readOnly)).toMatchObject({
      code: 1,
      json: {
        error: {
          code: 'state-unlockable',
          message: expect.stringContaining('the disk is read-only'),
          hint: expect.stringMatching(/flex-sso status.*flex-sso plan/),
        },
      },
    });
  expect(await filesOf(sandbox.state)).toEqual(before);
});

test('a folder that cannot be read is not taken for one without a migration', async () => {
  const sandbox = await servedSandbox();
  expect(await sandbox.run(['migrate', '--setup-type', 'new'])).toMatchObject({ code: 10 });
  const closed = failing('readdirSync', '1+', 'EACCES', /migrations$/);
  expect(await run(['status', '--json', '--state', sandbox.state], closed)).toMatchObject({
    code: 1,
    json: { error: { code: 'state-unreadable', message: expect.stringContaining('you have no permission there') } },
  });
});

test('a list of people that does not fit on the disk is no list of a part of them', async () => {
  const sandbox = await servedSandbox();
  const list = path.join(sandbox.state, 'people.csv');
  const args = ['plan', '--setup-type', 'new', '--people-csv', list, ...sandbox.place, '--yes', '--json'];
  const script = 'ulimit -f 1; exec "$0" "$@"';
  const cut = await ended(
    spawn('bash', ['-c', script, process.execPath, bin, ...args], {
      env: bareEnvironment(sandbox.environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  expect(cut).toMatchObject({ code: 2, json: { error: { code: 'people-csv-unwritable' } } });
  expect(await readFile(list, 'utf8')).toBe('');
  expect(await sandbox.run(['plan', '--setup-type', 'new', '--people-csv', list])).toMatchObject({ code: 0 });
  expect((await readFile(list, 'utf8')).length).toBeGreaterThan(1024);
});

test('a sandbox that cannot be kept says so, whichever of its files it is', async () => {
  const state = await stateDirectory({});
  for (const [call, names] of [
    ['renameSync', /endpoints\.json/],
    ['renameSync', /world\.json/],
    ['openSync', /world\.owner/],
  ] as const)
    expect(await run(['sandbox', '--state', state], failing(call, '1+', 'ENOSPC', names))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /The sandbox cannot be kept in[\s\S]*the\s+disk\s+is\s+full[\s\S]*sandbox-unwritable/,
      ),
    });
});
