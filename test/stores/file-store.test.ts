import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginMigration } from '../../src/migration/state.js';
import { createFileStore } from '../../src/stores/file-store.js';
import { temporaryDirectory } from '../support/cli.js';

const accountSid = `AC${'0'.repeat(32)}`;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const store = () => createFileStore(path.join(directory.path, 'migrations'));
const file = () => store().location(accountSid);
async function write(text: string): Promise<void> {
  await mkdir(path.dirname(file()), { recursive: true });
  await writeFile(file(), text);
}

test('what is saved is loaded, one revision later', async () => {
  const saved = await store().save(beginMigration(accountSid), 0);
  expect(saved.revision).toBe(1);
  expect(await store().load(accountSid)).toEqual(saved);
  expect(await store().list()).toEqual([accountSid]);
});

test.skipIf(process.platform === 'win32')('nobody else may read it', async () => {
  await store().save(beginMigration(accountSid), 0);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  expect((await stat(path.dirname(file()))).mode & 0o777).toBe(0o700);
});

test('a save that another one overtook is refused', async () => {
  const migration = await store().save(beginMigration(accountSid), 0);
  await store().save(migration, migration.revision);
  await expect(store().save(migration, migration.revision)).rejects.toMatchObject({
    code: 'state-changed',
    ending: 'changed',
  });
});

test.each([
  ['empty', '', 'state-damaged'],
  ['cut off', '{"schemaVersion": 1, "id"', 'state-damaged'],
  ['something else', '{"schemaVersion": 1}', 'state-damaged'],
  ['of another account', JSON.stringify({ ...beginMigration(`AC${'1'.repeat(32)}`) }), 'state-damaged'],
  ['with more than it should hold', JSON.stringify({ ...beginMigration(accountSid), token: 'x' }), 'state-damaged'],
  ['of a newer flex-sso', '{"schemaVersion": 2}', 'state-newer'],
])('a file that is %s is refused and left as it is', async (_name, text, code) => {
  await write(text);
  await expect(store().load(accountSid)).rejects.toMatchObject({ code });
  await expect(store().save(beginMigration(accountSid), 0)).rejects.toMatchObject({ code });
  expect(await readFile(file(), 'utf8')).toBe(text);
});

test('one writer at a time', async () => {
  const lock = await store().lock(accountSid);
  await expect(store().lock(accountSid)).rejects.toMatchObject({ code: 'state-locked' });
  lock.release();
  (await store().lock(accountSid)).release();
});

test('the lock of a process that is gone is taken over at once', async () => {
  await store().save(beginMigration(accountSid), 0);
  const { spawnSync } = await import('node:child_process');
  const { hostname } = await import('node:os');
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  await writeFile(file().replace('.json', '.lock'), JSON.stringify({ pid, host: hostname() }));
  (await store().lock(accountSid)).release();
});
