import { execFileSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { test as anyTest, expect, onTestFinished } from 'vitest';
import { beginMigration } from '../../src/migration/state.js';
import { createFileStore } from '../../src/stores/file-store.js';
import { temporaryDirectory } from '../support/cli.js';

const test = anyTest.runIf(process.platform !== 'win32');
const accountSid = `AC${'0'.repeat(32)}`;

test('a pipe or a folder in the place of the lock or the state file is refused at once', async () => {
  const directory = await temporaryDirectory();
  onTestFinished(directory.remove);
  const store = createFileStore(directory.path);
  const [lock, file] = [path.join(directory.path, `${accountSid}.lock`), store.location(accountSid)];
  const strange: readonly [make: (name: string) => unknown, why: string][] = [
    [name => execFileSync('mkfifo', [name]), 'it is not a regular file'],
    [name => mkdir(name), 'a folder has its name'],
  ];
  for (const [make, why] of strange) {
    await make(lock);
    const message = expect.stringContaining(why);
    await expect(store.lock(accountSid)).rejects.toMatchObject({ code: 'state-unlockable', message });
    await rm(lock, { recursive: true });
    await make(file);
    await expect(store.load(accountSid)).rejects.toMatchObject({ code: 'state-unreadable', message });
    const save = store.save(beginMigration(accountSid), 0);
    await expect(save).rejects.toMatchObject({ code: 'state-unreadable', message });
    await rm(file, { recursive: true });
  }
});

test('a lock that a pipe has taken the place of is a lost one', async () => {
  const directory = await temporaryDirectory();
  onTestFinished(directory.remove);
  const lock = await createFileStore(directory.path).lock(accountSid);
  const file = path.join(directory.path, `${accountSid}.lock`);
  await rm(file);
  execFileSync('mkfifo', [file]);
  expect(() => lock.demand()).toThrow(expect.objectContaining({ code: 'state-lock-lost' }));
  lock.release();
});
