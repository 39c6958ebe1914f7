import { execFileSync } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { test as anyTest, expect, onTestFinished } from 'vitest';
import { beginMigration, type Migration } from '../../src/migration/state.js';
import { createFileStore } from '../../src/stores/file-store.js';
import { temporaryDirectory } from '../support/cli.js';

const accountSid = `AC${'0'.repeat(32)}`;
const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && canMount();

anyTest.runIf(mayMount)('a disk that is full, or full before a save ends: the state stays whole', async () => {
  const directory = await temporaryDirectory();
  onTestFinished(directory.remove);
  const disk = path.join(directory.path, 'disk');
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
  onTestFinished(() => void execFileSync('umount', ['-l', disk]));
  const store = createFileStore(path.join(disk, 'migrations'));
  const first = await store.save(beginMigration(accountSid), 0);
  const kept = await store.save(large(first), first.revision);
  const text = await readFile(store.location(accountSid), 'utf8');
  const filler = path.join(disk, 'filler');
  for (const free of [0, 4, 8, 12, 16]) {
    await fill(filler, free * 1024);
    await expect(store.save(kept, kept.revision)).rejects.toMatchObject({
      code: 'state-unwritable',
      message: `The state cannot be saved in ${path.join(disk, 'migrations')}: the disk is full.`,
    });
    expect(await readFile(store.location(accountSid), 'utf8')).toBe(text);
    if (free === 0) await expect(store.lock(accountSid)).rejects.toMatchObject({ code: 'state-unlockable' });
    await rm(filler);
  }
  const lock = await store.lock(accountSid);
  expect(await store.save(kept, kept.revision)).toMatchObject({ revision: kept.revision + 1 });
  lock.release();
});

/** More than is free. */
function large(migration: Migration): Migration {
  const check = { result: 'passed', strength: 'observed', message: 'x'.repeat(200) } as const;
  return {
    ...migration,
    checks: { discover: Array.from({ length: 100 }, (_, n) => ({ ...check, name: `check-${n}` })) },
  };
}

/** Writes until the disk is full, and then leaves some of it free. */
async function fill(file: string, free: number): Promise<void> {
  const text = Buffer.alloc(4096);
  const handle = await open(file, 'w');
  let size = 0;
  try {
    for (;;) size += (await handle.write(text)).bytesWritten;
  } catch {
    await handle.truncate(size - free);
  } finally {
    await handle.close();
  }
}

function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
