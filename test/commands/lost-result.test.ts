import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test as anyTest, expect } from 'vitest';
import { bareEnvironment, bin, ended, run } from '../support/cli.js';
import { stateDirectory } from './sandbox.js';

const test = anyTest.runIf(existsSync('/dev/full'));

/** Runs the command in a shell, with its output somewhere else. */
const redirected = (redirection: string, args: readonly string[]) =>
  ended(
    spawn('bash', ['-c', `"$0" "$@" ${redirection}`, process.execPath, bin, ...args], {
      env: bareEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );

/** The only thing that is said, to a person. */
function expectLoss(stderr: string, why: RegExp) {
  expect(stderr.replace(/\s+/g, ' ')).toMatch(why);
  expect(stderr).not.toMatch(/\n {4}at |ENOSPC|EFBIG|Node\.js/);
  expect(stderr.match(/output-unwritable/g)).toHaveLength(1);
}

test('a result that the disk does not take is told on stderr, the exit code promises none, and the state is whole', async () => {
  const state = await stateDirectory({});
  const here = ['--sandbox', '--state', state];
  const migrated = await redirected('> /dev/full', ['migrate', '--setup-type', 'new', '--yes', '--json', ...here]);
  expect(migrated.code).toBe(1);
  expectLoss(migrated.stderr, /The result cannot be written: the disk is full\..*flex-sso status/);
  expect(await run(['status', '--json', ...here])).toMatchObject({ code: 0, json: { status: 'finished' } });

  const shown = await redirected('> /dev/full', ['status', ...here]);
  expect(shown.code).toBe(1);
  expectLoss(shown.stderr, /the disk is full/);
  const helped = await redirected('> /dev/full', ['--help']);
  expect(helped.code).toBe(1);
  expectLoss(helped.stderr, /the disk is full/);
});

test('what the exit code says of a failure stays, and nothing is told if nothing can be', async () => {
  const nothing = ['validate', '--account', 'AC1', '--no-input', '--state', await stateDirectory()];
  const failed = await redirected('> /dev/full', [...nothing, '--json']);
  expect(failed.code).toBe(2);
  expectLoss(failed.stderr, /the disk is full/);
  expect(await redirected('2> /dev/full', nothing)).toMatchObject({ code: 2, stdout: '' });
  expect(await redirected('> /dev/full 2>&1', nothing)).toMatchObject({ code: 2, stdout: '', stderr: '' });
});

test('half a document is no document: a disk that gets full while it is written is told of', async () => {
  const state = await stateDirectory({});
  const file = path.join(state, 'out.json');
  const here = ['--sandbox', '--state', state, '--json'];
  expect(await run(['migrate', '--setup-type', 'new', '--yes', ...here])).toMatchObject({ code: 0 });
  const args = ['-c', `ulimit -f 1; "$0" "$@" > ${file}`, process.execPath, bin, 'status', ...here];
  const cut = await ended(spawn('bash', args, { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] }));
  expect(cut.code).toBe(1);
  expectLoss(cut.stderr, /larger than this system allows/);
  expect(await readFile(file, 'utf8')).toHaveLength(1024);
  expect(await redirected(`> ${file}`, ['status', ...here])).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ status: 'finished' });
});
