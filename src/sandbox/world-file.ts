import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { FlexSsoError } from '../errors.js';
import { diskAdvice, diskWords, errorCode } from '../stores/disk-words.js';
import { readOwnFile, writeDurably } from '../stores/durable-file.js';
import type { World } from './host.js';
import { applyChanges, type Changes, createComparison } from './world-parts.js';

const worldVersion = 1;
/** A journal longer than this, and than the world itself, is put into the world. Bytes. */
const longestJournal = 1024 * 1024;

/** The world and the number of its journal: the changes made since it was written, one JSON line each. */
interface Kept {
  world: World;
  journal: number;
}

/**
 * Reads the world that is kept in a folder, with the changes in its journal; `undefined` where there is none. It may be
 * read while another process writes it. Throws `FlexSsoError` where it is damaged or comes from a newer version.
 */
export function readWorld(dir: string): World | undefined {
  return readKept(dir)?.world;
}

/**
 * Keeps a world in a folder. `save` has every change on disk when it returns; `close` leaves one whole file. A process
 * that is killed on the way leaves what was saved. One process at a time (see `lockWorld`). All throw 'sandbox-unwritable'.
 */
export function keepWorld(dir: string, world: World): { save(): void; close(): void } {
  const file = path.join(dir, 'world.json');
  const changes = createComparison(world);
  // Never a number that a world of before had: somebody may be reading that one.
  let journal = Date.now();
  let [written, appended] = [writeWhole(), 0];

  /** The journal of before goes last: until the new world is in its place, the old one needs it. */
  function writeWhole(): number {
    // The keys of this world sign nothing but its own logins, but a file of keys is nobody else's business.
    const text = JSON.stringify({ ...world, journal });
    keeping(() => {
      writeDurably(file, text, { mode: 0o600 });
      for (const name of journalsIn(dir))
        if (name !== journalName(journal)) rmSync(path.join(dir, name), { force: true });
    });
    return text.length;
  }

  function keeping(write: () => void): void {
    try {
      write();
    } catch (cause) {
      throw unwritable(dir, cause);
    }
  }

  function compact(): void {
    journal = Math.max(Date.now(), journal + 1);
    [written, appended] = [writeWhole(), 0];
  }

  return {
    save() {
      const changed = changes();
      if (!changed) return;
      const line = `${JSON.stringify(changed)}\n`;
      keeping(() => appendFileSync(path.join(dir, journalName(journal)), line, { mode: 0o600 }));
      appended += line.length;
      if (appended > Math.max(longestJournal, written)) compact();
    },
    close() {
      if (appended > 0) compact();
    },
  };
}

const journalName = (number: number) => `world.${number}.journal`;
const journalsIn = (dir: string) => readdirSync(dir).filter(name => /^world\.\d+\.journal$/.test(name));

function readKept(dir: string): Kept | undefined {
  for (;;) {
    const kept = readWhole(path.join(dir, 'world.json'));
    if (!kept) return undefined;
    const lines = readText(path.join(dir, journalName(kept.journal)))?.split('\n') ?? [];
    // A journal that another process put into the world meanwhile is in that world.
    if (lines.length === 0 && readWhole(path.join(dir, 'world.json'))?.journal !== kept.journal) continue;
    // What follows the last line break was cut off while it was written: nobody was told that it is kept.
    for (const line of lines.slice(0, -1)) applyChanges(kept.world, JSON.parse(line) as Changes);
    return kept;
  }
}

function readWhole(file: string): Kept | undefined {
  const text = readText(file);
  if (text === undefined) return undefined;
  let kept: (Partial<World> & { journal?: number }) | null;
  try {
    kept = JSON.parse(text);
  } catch (cause) {
    throw unreadable(file, 'it is not JSON', cause);
  }
  if (typeof kept?.version === 'number' && kept.version > worldVersion)
    throw new FlexSsoError(
      'sandbox-newer',
      `The sandbox in ${file} was made by a newer version of flex-sso.`,
      'Update flex-sso, or begin a new sandbox with `flex-sso sandbox --reset`.',
    );
  if (kept?.version !== worldVersion || !kept.directory?.tenantId || !kept.account?.accountSid)
    throw unreadable(file, 'it holds no world');
  // Older worlds lack what came later.
  const directory = { ...kept.directory, deletedParts: kept.directory.deletedParts ?? {} };
  directory.history ??= [];
  return { world: { version: worldVersion, directory, account: kept.account }, journal: kept.journal ?? 0 };
}

function readText(file: string): string | undefined {
  try {
    return readOwnFile(file);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw unreadable(file, diskWords(cause), cause);
  }
}

/** A sandbox cannot be opened, or a change of it cannot be kept. */
export function unwritable(dir: string, cause: unknown): FlexSsoError {
  return new FlexSsoError(
    'sandbox-unwritable',
    `The sandbox cannot be kept in ${dir}: ${diskWords(cause)}.`,
    `${diskAdvice(cause)}, or name another folder with --state or FLEX_SSO_STATE.`,
    { cause },
  );
}

function unreadable(file: string, why: string, cause?: unknown): FlexSsoError {
  return new FlexSsoError(
    'sandbox-unreadable',
    `The sandbox in ${file} cannot be read: ${why}.`,
    'Begin a new one with `flex-sso sandbox --reset`.',
    { cause },
  );
}
