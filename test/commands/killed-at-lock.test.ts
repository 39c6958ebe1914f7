import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { failing } from '../fire/failing-files.mjs';
import { run } from '../support/cli.js';
import { readWorld, stateDirectory } from './sandbox.js';

/** The files that a lock is made of, and a call on one of them. */
const moments = [
  ['writeSync', /\.lock(\.[^/]*)?$/],
  ['linkSync', /\.lock(\.[^/]*)?$/],
  ['rmSync', /\.lock(\.[^/]*)?$/],
  ['writeSync', /world\.owner(\.[^/]*)?$/],
] as const;

test.skipIf(process.platform === 'win32')(
  'a process that is killed while it takes a lock keeps nobody waiting',
  { timeout: 120_000 },
  async () => {
    const state = await stateDirectory({});
    const here = ['--sandbox', '--yes', '--json', '--state', state];
    const migrate = ['migrate', '--setup-type', 'modify', ...here];
    for (const [call, files] of moments) {
      const killed = await run(migrate, failing(call, 1, 'kill', files));
      expect([call, killed.code]).toEqual([call, null]);
      const { code, stdout } = await run(migrate);
      expect([call, code, JSON.parse(stdout).error]).toEqual([call, 0, undefined]);
    }
    const left = (await readdir(path.join(state, 'sandbox', 'migrations'))).filter(file => file.includes('.lock'));
    expect(left).toEqual([]);
  },
);

test('a lock that names no owner says how long it counts', { timeout: 60_000 }, async () => {
  const state = await stateDirectory({});
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  const migrate = ['migrate', '--setup-type', 'modify', ...here];
  expect(await run(migrate)).toMatchObject({ code: 0 });
  const folder = path.join(state, 'sandbox', 'migrations');
  const { accountSid } = (await readWorld(state)).account;
  const lock = path.join(folder, `${accountSid}.lock`);
  await writeFile(lock, '');
  const refused = await run(migrate);
  expect(refused).toMatchObject({ code: 1, json: { error: { code: 'state-locked' } } });
  expect(refused.json.error.message).toMatch(/does not say who holds it/);
  expect(refused.json.error.message).toContain(lock);
  expect(refused.json.error.hint).toMatch(/try again in \d+ seconds/);
  // One of another machine counts by its signs of life too.
  await writeFile(lock, JSON.stringify({ pid: 7, host: 'elsewhere' }));
  const elsewhere = await run(migrate);
  expect(elsewhere.json.error.message).toMatch(/process 7 on elsewhere/);
  expect(elsewhere.json.error.hint).toMatch(/try again in \d+ seconds/);
  await rm(lock);
  expect(await run(migrate)).toMatchObject({ code: 0 });
});
