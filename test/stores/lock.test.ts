import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createHttp } from '../../src/http.js';
import { beginMigration } from '../../src/migration/state.js';
import { createFileStore } from '../../src/stores/file-store.js';
import { inject } from '../fire/failing-files.mjs';
import { temporaryDirectory } from '../support/cli.js';

const accountSid = `AC${'0'.repeat(32)}`;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory();
  await mkdir(folder());
});
afterEach(() => directory.remove());

const folder = () => path.join(directory.path, 'migrations');
const lockFile = () => path.join(folder(), `${accountSid}.lock`);
const store = (notice?: (message: string) => void) =>
  createFileStore(folder(), { command: 'resume', ...(notice && { notice }) });
const heldBy = (owner: object) => writeFile(lockFile(), JSON.stringify(owner));
const longAgo = () => utimes(lockFile(), 0, 0);

test('a process holds its lock for as long as it lives, however old its last sign of life is', async () => {
  const lock = await store().lock(accountSid);
  await longAgo();
  await expect(store().lock(accountSid)).rejects.toMatchObject({
    code: 'state-locked',
    message: expect.stringMatching(new RegExp(`process ${process.pid} on ${hostname()}, \`resume\`, since 20`)),
    hint: expect.stringContaining(lockFile()),
  });
  lock.release();
  expect(await readdir(folder())).toEqual([]);
});

test.runIf(process.platform === 'linux')('the lock of a process is not that of a later one with its id', async () => {
  await store().lock(accountSid);
  const owner = JSON.parse(await readFile(lockFile(), 'utf8'));
  await heldBy({ ...owner, started: '1' });
  (await store().lock(accountSid)).release();
});

test('an owner on another machine counts for as long as it shows life', async () => {
  await heldBy({ pid: 1, host: `not ${hostname()}` });
  await expect(store().lock(accountSid)).rejects.toMatchObject({ code: 'state-locked' });
  await longAgo();
  (await store().lock(accountSid)).release();
});

test.each(['', '{', '{"pid":"x"}', '[]', 'null'])(
  'a lock that says %j is that of a process that died as it began',
  async text => {
    await writeFile(lockFile(), text);
    await expect(store().lock(accountSid)).rejects.toMatchObject({
      code: 'state-locked',
      message: expect.stringContaining('does not say who holds it'),
      hint: expect.stringMatching(/try again in \d\d? seconds/),
    });
    await longAgo();
    (await store().lock(accountSid)).release();
  },
);

test('a file system without hard links has locks too', async () => {
  const restore = inject('linkSync 1+ EPERM', /\.lock/);
  onTestFinished(() => void restore());
  const lock = await store().lock(accountSid);
  await expect(store().lock(accountSid)).rejects.toMatchObject({
    code: 'state-locked',
    message: expect.stringContaining(`process ${process.pid}`),
    // It is seen to live, so that no time is named.
    hint: expect.not.stringContaining('seconds'),
  });
  lock.demand();
  lock.release();
  expect(await readdir(folder())).toEqual([]);
});

test('of many that find a dead owner, one gets the lock', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  await heldBy({ pid, host: hostname() });
  const tried = await Promise.allSettled(Array.from({ length: 8 }, () => store().lock(accountSid)));
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await readdir(folder())).toEqual([`${accountSid}.lock`]);
});

test.each([
  ['is taken by another', () => heldBy({ pid: 1, host: 'elsewhere' })],
  ['is deleted', () => rm(lockFile())],
  ['is deleted with its folder', () => rm(folder(), { recursive: true })],
])('a lock that %s is lost: nothing is saved, nothing is sent, and the run hears of it', async (_what, lose) => {
  const kept = store();
  const first = await kept.save(beginMigration(accountSid), 0);
  const lost = vi.fn();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const lock = await kept.lock(accountSid, lost);
  vi.advanceTimersByTime(2000);
  expect(lost).not.toHaveBeenCalled();
  await lose();
  const filesBefore = await readdir(folder()).catch(() => undefined);

  const error = { code: 'state-lock-lost', ending: 'changed', message: expect.stringContaining(lockFile()) };
  expect(() => lock.demand()).toThrow(expect.objectContaining(error));
  await expect(kept.save(first, first.revision)).rejects.toMatchObject(error);
  const seen: string[] = [];
  const endpoints = { graph: await listen(seen) };
  const http = createHttp({ endpoints, beforeWrite: lock.demand });
  const url = `${endpoints.graph}/v1.0/applications`;
  for (const method of ['POST', 'PATCH', 'PUT', 'DELETE'])
    await expect(http({ method, url })).rejects.toMatchObject(error);
  await http({ url });
  expect(seen).toEqual(['GET']);

  vi.advanceTimersByTime(60_000);
  expect(lost.mock.calls).toEqual([[expect.objectContaining(error)]]);
  lock.release();
  // Neither the folder nor the lock of another comes back or goes.
  expect(await readdir(folder()).catch(() => undefined)).toEqual(filesBefore);
});

test('where no lock can be, the file and the reason are named', async () => {
  const error = (reason: string) => ({
    code: 'state-unlockable',
    message: expect.stringMatching(new RegExp(`${accountSid}\\.lock.*: ${reason}`)),
  });
  await mkdir(lockFile());
  await expect(store().lock(accountSid)).rejects.toMatchObject(error('a folder has its name'));
  await rm(lockFile(), { recursive: true });
  if (process.platform === 'win32') return;
  await symlink('/nowhere', lockFile());
  await expect(store().lock(accountSid)).rejects.toMatchObject(error('it is a symbolic link'));
});

test('a lock that cannot be deleted is told of, and does not keep a run from ending', async () => {
  const notices: string[] = [];
  const lock = await store(message => notices.push(message)).lock(accountSid);
  const restore = inject('unlinkSync 1 EBUSY', /\.lock$/);
  lock.release();
  expect(restore()).toBe(true);
  expect(notices).toEqual([expect.stringContaining(`${lockFile()} cannot be deleted: another program uses it.`)]);
});

test('the lock of a process that has ended and cannot be taken from it is named', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  await heldBy({ pid, host: hostname() });
  for (const [error, words] of [
    ['EACCES', 'you have no permission there'],
    ['EBUSY', 'another program uses it'],
  ]) {
    const restore = inject(`renameSync 1 ${error}`, /\.lock$/);
    const refused = { code: 'state-unlockable', message: expect.stringContaining(words ?? '') };
    await expect(store().lock(accountSid)).rejects.toMatchObject(refused);
    expect(restore()).toBe(true);
  }
});

/** Something that answers every request, and says which came. */
async function listen(seen: string[]): Promise<string> {
  const server = createServer((request, response) => {
    seen.push(request.method ?? '');
    response.end('{}');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}
