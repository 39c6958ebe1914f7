import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createFileStore } from '../../src/stores/file-store.js';
import { flat, sandboxes } from './sandboxes.js';

const { start, stateOf } = sandboxes();
const firstQuestion = 'Where does your Flex UI run?';

/** A run that waits at its first question, and its lock. */
async function waiting(name: string) {
  const newcomer = start('migrate', name, { deadline: 90_000 });
  await newcomer.untilAsked(firstQuestion);
  const folder = path.join(stateOf(name), 'sandbox', 'migrations');
  const lock = (await readdir(folder)).find(file => file.endsWith('.lock')) ?? '';
  const { pid } = JSON.parse(await readFile(path.join(folder, lock), 'utf8'));
  return { newcomer, pid: Number(pid), folder, lock: path.join(folder, lock), account: path.basename(lock, '.lock') };
}

it.skipIf(process.platform === 'win32')(
  'a run that stands still keeps its lock, and one that has lost it says so',
  async () => {
    const { newcomer, pid, folder, lock, account } = await waiting('asleep');
    process.kill(pid, 'SIGSTOP');
    // Its last sign of life is long ago.
    await utimes(lock, 0, 0);
    await expect(createFileStore(folder).lock(account)).rejects.toMatchObject({
      code: 'state-locked',
      message: expect.stringContaining(`process ${pid}`),
    });
    // As a run on another machine takes it, which sees no more than that.
    await writeFile(lock, JSON.stringify({ pid: 1, host: 'elsewhere' }));
    process.kill(pid, 'SIGCONT');
    expect(await newcomer.exit).toBe(4);
    expect(flat(newcomer.text())).toContain('This run has lost its lock');
    expect(flat(newcomer.text())).toContain('flex-sso status');
    expect(await readFile(lock, 'utf8')).toContain('elsewhere');
  },
);

it('a folder that is deleted while a question waits ends the run, and does not come back', async () => {
  const { newcomer, folder } = await waiting('deleted');
  await rm(folder, { recursive: true });
  expect(await newcomer.exit).toBe(4);
  expect(await readdir(path.dirname(folder))).not.toContain('migrations');
});
