import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { FlexSsoError } from '../errors.js';
import { type Migration, migrationSchema } from '../migration/state.js';
import { diskWords, errorCode } from './disk-words.js';
import { linkOrCopy, readOwnFile, writeDurably } from './durable-file.js';
import { takeLock } from './lock.js';
import {
  changedByAnother,
  damaged,
  isDamaged,
  locked,
  lockLost,
  notLocked,
  notSaved,
  parseDocument,
  recovered,
  unreadable,
  unwritable,
} from './state-file.js';
import type { StateLock, StateStore } from './state-store.js';

export interface FileStoreOptions {
  /** What runs, for a process that finds its lock. */
  command?: string;
  /** Hears what a person must know although the work goes on. */
  notice?(message: string): void;
}

/**
 * Keeps one JSON file an account in `directory`, readable by its owner alone, and beside it the revision before. If the newest one is
 * damaged, the one before counts.
 */
export function createFileStore(directory: string, options: FileStoreOptions = {}): StateStore {
  const locks = new Map<string, StateLock>();
  const notice = options.notice ?? (() => {});
  const fileOf = (accountSid: string, kind = '') => path.join(directory, `${accountSid}${kind}.json`);
  const previousOf = (accountSid: string) => fileOf(accountSid, '.previous');

  function read(accountSid: string, file: string): Migration | undefined {
    let text: string;
    try {
      text = readOwnFile(file);
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return undefined;
      throw unreadable(file, cause);
    }
    const migration = parseDocument(file, text);
    if (migration.accountSid !== accountSid) throw damaged(file, `it is the state of ${migration.accountSid}`);
    return migration;
  }

  /** The newest document that is whole, and what is wrong with the file if that is the one before. */
  function find(accountSid: string): { migration: Migration | undefined; wrong?: FlexSsoError } {
    try {
      return { migration: read(accountSid, fileOf(accountSid)) };
    } catch (wrong) {
      if (!isDamaged(wrong)) throw wrong;
      const migration = readWhole(accountSid);
      if (!migration) throw wrong;
      return { migration, wrong };
    }
  }

  function readWhole(accountSid: string): Migration | undefined {
    try {
      return read(accountSid, previousOf(accountSid));
    } catch {
      return undefined;
    }
  }

  return {
    location: accountSid => fileOf(accountSid),

    async list() {
      return filesIn(directory)
        .flatMap(name => name.match(/^(AC[0-9a-f]{32})\.json$/)?.[1] ?? [])
        .sort();
    },

    async load(accountSid) {
      const { migration, wrong } = find(accountSid);
      if (migration && wrong) notice(recovered(migration, wrong));
      return migration;
    },

    async save(migration, expectedRevision) {
      const { accountSid } = migration;
      locks.get(accountSid)?.demand();
      const file = fileOf(accountSid);
      const { migration: stored, wrong } = find(accountSid);
      if ((stored?.revision ?? 0) !== expectedRevision) throw changedByAnother(file);
      const kept = migrationSchema.parse({
        ...migration,
        revision: expectedRevision + 1,
        updatedAt: new Date().toISOString(),
      });
      try {
        makeDirectory(directory);
        if (wrong) setAside(file, fileOf(accountSid, '.damaged'));
        // The revision before a damaged one is the only whole one; the one before a new migration is another migration's.
        if (!stored) rmSync(previousOf(accountSid), { force: true });
        writeDurably(file, `${JSON.stringify(kept, undefined, 2)}\n`, {
          mode: 0o600,
          ...(stored && !wrong && { previous: previousOf(accountSid) }),
        });
      } catch (cause) {
        throw notSaved(directory, cause);
      }
      return kept;
    },

    async lock(accountSid, onLost = () => {}) {
      const file = path.join(directory, `${accountSid}.lock`);
      try {
        makeDirectory(directory);
      } catch (cause) {
        throw unwritable(directory, cause);
      }
      const taken = lockOf(file, () => onLost(lockLost(file)));
      if ('heldBy' in taken) throw locked(file, taken.heldBy);
      clearLeftovers(directory, accountSid);
      const lock: StateLock = {
        demand() {
          if (!taken.isHeld()) throw lockLost(file);
        },
        release() {
          try {
            taken.release();
          } catch (cause) {
            notice(`The lock ${file} cannot be deleted: ${diskWords(cause)}. Delete it before the next run.`);
          }
        },
      };
      locks.set(accountSid, lock);
      return lock;
    },
  };

  function lockOf(file: string, onLost: () => void): ReturnType<typeof takeLock> {
    try {
      return takeLock(file, options.command ?? '', onLost);
    } catch (cause) {
      throw notLocked(file, cause);
    }
  }
}

function makeDirectory(directory: string): void {
  const made = mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (made) chmodSync(directory, 0o700);
}

/** A damaged file may hold what somebody can still read, so it keeps a name. */
function setAside(file: string, name: string): void {
  rmSync(name, { force: true });
  linkOrCopy(file, name);
}

/** Deletes what killed processes left: copies that were not finished, and locks that were put aside. */
function clearLeftovers(directory: string, accountSid: string): void {
  const leftover = new RegExp(`^${accountSid}\\.(json\\.(\\d+|new)|lock\\..+)$`);
  for (const name of filesIn(directory)) if (leftover.test(name)) removeQuietly(path.join(directory, name));
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It is in nobody's way.
  }
}

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
