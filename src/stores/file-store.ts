import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { FlexSsoError } from '../errors.js';
import { type Migration, migrationSchema } from '../migration/state.js';
import { diskWords, errorCode } from './disk-words.js';
import { readOwnFile, removeQuietly, writeDurably } from './durable-file.js';
import { takeLock } from './lock.js';
import {
  changedByAnother,
  damaged,
  locked,
  lockLost,
  missing,
  notLocked,
  notSaved,
  parseDocument,
  recovered,
  spoiltMeanwhile,
  unlistable,
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
 * Keeps one JSON file an account in `directory`, readable by its owner alone, and next to it the revision before. If the newest one is
 * damaged, unreadable or missing, the one before counts. At every moment of a save, one of them is whole.
 */
export function createFileStore(directory: string, options: FileStoreOptions = {}): StateStore {
  const locks = new Map<string, StateLock>();
  const notice = options.notice ?? (() => {});
  const fileOf = (accountSid: string, kind = '') => path.join(directory, `${accountSid}${kind}.json`);
  const previousOf = (accountSid: string) => fileOf(accountSid, '.previous');

  function read(accountSid: string, file: string): Migration {
    let text: string;
    try {
      text = readOwnFile(file);
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') throw missing(file);
      throw isFolder(directory) ? unreadable(file, cause) : unlistable(directory, cause);
    }
    const migration = parseDocument(file, text);
    if (migration.accountSid !== accountSid) throw damaged(file, `it is the state of ${migration.accountSid}`);
    return migration;
  }

  function look(accountSid: string, file: string): { migration: Migration } | { wrong: FlexSsoError } {
    try {
      return { migration: read(accountSid, file) };
    } catch (wrong) {
      if (wrong instanceof FlexSsoError) return { wrong };
      throw wrong;
    }
  }

  /** The newest document that is whole, and what is wrong with the newest file if that is the one before. */
  function find(accountSid: string): { migration?: Migration; wrong?: FlexSsoError } {
    const newest = look(accountSid, fileOf(accountSid));
    // What a newer flex-sso has recorded is not lost.
    if ('migration' in newest || newest.wrong.code === 'state-newer') return newest;
    const before = look(accountSid, previousOf(accountSid));
    if ('migration' in before) return { ...before, ...newest };
    const wrong = [newest.wrong, before.wrong].find(({ code }) => code !== 'state-missing');
    return wrong ? { wrong } : {};
  }

  return {
    location: accountSid => fileOf(accountSid),

    async list() {
      try {
        const accounts = namesIn(directory).flatMap(
          name => name.match(/^(AC[0-9a-f]{32})(\.previous)?\.json$/)?.[1] ?? [],
        );
        return [...new Set(accounts)].sort();
      } catch (cause) {
        throw unlistable(directory, cause);
      }
    },

    async load(accountSid) {
      const { migration, wrong } = find(accountSid);
      if (!migration && wrong) throw wrong;
      if (migration && wrong) notice(recovered(migration, wrong, previousOf(accountSid)));
      return migration;
    },

    async save(migration, expectedRevision) {
      const { accountSid } = migration;
      locks.get(accountSid)?.demand();
      const file = fileOf(accountSid);
      const { migration: stored, wrong } = find(accountSid);
      if (!stored && wrong) throw wrong;
      if ((stored?.revision ?? 0) !== expectedRevision)
        throw wrong ? spoiltMeanwhile(wrong) : stored ? changedByAnother(file) : missing(file);
      const kept = migrationSchema.parse({
        ...migration,
        revision: expectedRevision + 1,
        updatedAt: new Date().toISOString(),
      });
      try {
        makeDirectory(directory);
        writeDurably(file, `${JSON.stringify(kept, undefined, 2)}\n`, {
          mode: 0o600,
          // The revision before a damaged one is the only whole one. The damaged one may hold what a person can still read.
          ...(wrong ? { aside: fileOf(accountSid, '.damaged') } : { previous: previousOf(accountSid) }),
        });
      } catch (cause) {
        throw notSaved(directory, cause, expectedRevision > 0);
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
      if ('heldBy' in taken) throw locked(file, taken);
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

/** Deletes what killed processes left: copies that were not finished, and locks that were put aside. */
function clearLeftovers(directory: string, accountSid: string): void {
  const leftover = new RegExp(`^${accountSid}\\.((previous\\.)?json\\.(\\d+|(flex-sso\\.)?new)|lock\\..+)$`);
  try {
    for (const name of namesIn(directory)) if (leftover.test(name)) removeQuietly(path.join(directory, name));
  } catch {
    // A folder whose names may not be read can still be written to.
  }
}

function isFolder(directory: string): boolean {
  try {
    return statSync(directory).isDirectory();
  } catch {
    return false;
  }
}

/** None if there is no folder yet. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return [];
    throw cause;
  }
}
