import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A folder at one moment: what each file holds by its path, and null for each folder. */
export type Snapshot = ReadonlyMap<string, string | null>;

/** Looks at a folder at once, between two steps of whoever writes there: what a process would leave that is killed here. */
export function snapshot(folder: string): Snapshot {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries.map(entry => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), entry.isDirectory() ? null : readFileSync(file, 'utf8')];
    }),
  );
}

/** Makes the folder what it was. Whoever held a lock there is dead. */
export function restore(folder: string, held: Snapshot): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const names = [...held.keys()].sort();
  for (const name of names) {
    const text = held.get(name);
    const file = path.join(folder, name);
    if (text === null) mkdirSync(file, { recursive: true });
  }
  for (const name of names) {
    const text = held.get(name);
    if (typeof text !== 'string') continue;
    const file = path.join(folder, name);
    writeFileSync(file, isLock(name) ? abandoned(text) : text, { mode: 0o600 });
    if (isLock(name)) utimesSync(file, anHourAgo, anHourAgo);
  }
}

const isLock = (name: string) => /\.(owner|lock)$/.test(name);

/** The process that left this has ended, and not a moment ago. */
const abandoned = (text: string) => text.replace(`"pid":${process.pid}`, `"pid":${dead}`);
const anHourAgo = Date.now() / 1000 - 3600;

/** The id of a process that is no more. */
const { pid: dead } = spawnSync('true');

/** Names what a snapshot holds, to tell whether two hold the same. */
export function digest(held: Snapshot): string {
  const hash = createHash('sha256');
  for (const [name, text] of [...held].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${name}\0${text}\0`);
  return hash.digest('base64');
}
