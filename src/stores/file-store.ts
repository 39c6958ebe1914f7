import { chmod, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import lockfile from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import { FlexSsoError } from '../errors.js';
import { type Migration, migrationSchema, schemaVersion } from '../migration/state.js';
import type { StateStore } from './state-store.js';

/** Keeps one JSON file an account in `directory`, readable by its owner alone. */
export function createFileStore(directory: string): StateStore {
  const fileOf = (accountSid: string) => path.join(directory, `${accountSid}.json`);

  async function load(accountSid: string): Promise<Migration | undefined> {
    const file = fileOf(accountSid);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unreadable(file, (cause as Error).message);
    }
    const migration = parse(file, text);
    if (migration.accountSid !== accountSid) throw damaged(file, `it is the state of ${migration.accountSid}`);
    return migration;
  }

  return {
    location: fileOf,

    async list() {
      const names = await readdir(directory).catch(() => []);
      return names.flatMap(name => name.match(/^(AC[0-9a-f]{32})\.json$/)?.[1] ?? []).sort();
    },

    load,

    async save(migration, expectedRevision) {
      await makeDirectory(directory);
      const stored = await load(migration.accountSid);
      if ((stored?.revision ?? 0) !== expectedRevision) throw changedByAnother(fileOf(migration.accountSid));
      const kept = migrationSchema.parse({
        ...migration,
        revision: expectedRevision + 1,
        updatedAt: new Date().toISOString(),
      });
      await writeFileAtomic(fileOf(kept.accountSid), `${JSON.stringify(kept, undefined, 2)}\n`, { mode: 0o600 });
      await flushDirectory(directory);
      return kept;
    },

    async lock(accountSid) {
      await makeDirectory(directory);
      return lockFile(fileOf(accountSid));
    },
  };
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    const made = await mkdir(directory, { recursive: true, mode: 0o700 });
    if (made) await chmod(directory, 0o700);
  } catch (cause) {
    throw new FlexSsoError(
      'state-unwritable',
      `The state cannot be kept in ${directory}: ${(cause as Error).message}.`,
      'Name a folder that you may write to with --state or FLEX_SSO_STATE.',
      { ending: 'usage', cause },
    );
  }
}

/** A rename is durable only once its directory is; Windows offers no such call and needs none. */
async function flushDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}

function parse(file: string, text: string): Migration {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw damaged(file, text.trim() === '' ? 'it is empty' : 'it is not whole JSON');
  }
  const version = (document as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version > schemaVersion)
    throw new FlexSsoError(
      'state-newer',
      `The state file ${file} was written by a newer flex-sso (version ${version} of the format; this one knows ${schemaVersion}).`,
      'Update this flex-sso (`npm install flex-sso@latest`). The file was left as it is.',
    );
  const result = migrationSchema.safeParse(document);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw damaged(file, `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'not as expected'}`);
}

function damaged(file: string, why: string): FlexSsoError {
  return new FlexSsoError(
    'state-damaged',
    `The state file ${file} is damaged: ${why}.`,
    'It was left as it is. Put a copy from a backup in its place. Without one, move it away and run `flex-sso migrate`: it looks at what exists before it creates anything.',
  );
}

function unreadable(file: string, why: string): FlexSsoError {
  return new FlexSsoError(
    'state-unreadable',
    `The state file ${file} cannot be read: ${why}.`,
    'Check its permissions; it belongs to whoever ran flex-sso first.',
  );
}

function changedByAnother(file: string): FlexSsoError {
  return new FlexSsoError(
    'state-changed',
    `Another flex-sso has changed ${file} meanwhile.`,
    'Run `flex-sso status` to see where the migration is now, and `flex-sso resume` to go on from there.',
    { ending: 'changed' },
  );
}

/**
 * proper-lockfile tells a dead owner only by the age of its lock. The owner's process id beside it lets the next run on the same
 * machine go on at once after a crash.
 */
async function lockFile(file: string): Promise<() => Promise<void>> {
  const ownerFile = `${file}.owner`;
  const acquire = (retries: number) =>
    lockfile.lock(file, { realpath: false, stale: 10_000, update: 2_000, retries: { retries, factor: 1 } });
  let release: () => Promise<void>;
  try {
    release = await acquire(0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ELOCKED') throw cause;
    const owner = await ownerState(ownerFile);
    if (owner === 'alive') throw locked(file, cause);
    if (owner === 'gone') await rm(`${file}.lock`, { recursive: true, force: true });
    // An unknown owner is either starting or was killed while it started: its lock is stale in ten seconds.
    release = await acquire(12).catch(() => Promise.reject(locked(file, cause)));
  }
  await writeFile(ownerFile, JSON.stringify({ pid: process.pid, host: hostname() }), { mode: 0o600 });
  return async () => {
    await rm(ownerFile, { force: true });
    await release();
  };
}

async function ownerState(ownerFile: string): Promise<'alive' | 'gone' | 'unknown'> {
  try {
    const owner = JSON.parse(await readFile(ownerFile, 'utf8')) as { pid?: unknown; host?: unknown };
    if (owner.host !== hostname() || typeof owner.pid !== 'number') return 'unknown';
    process.kill(owner.pid, 0);
    return 'alive';
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'unknown';
  }
}

function locked(file: string, cause: unknown): FlexSsoError {
  return new FlexSsoError(
    'state-locked',
    `Another flex-sso is working on this migration (${file}).`,
    'Wait until it has ended, or stop it, and try again.',
    { cause },
  );
}
