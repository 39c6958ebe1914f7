import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { errorCode } from './disk-words.js';
import { linkOrCopy, readOwnFile, removeQuietly, writeCopy } from './durable-file.js';

/** Who holds a lock, as the file of the lock says. */
interface Owner {
  pid: number;
  host: string;
  /** What runs on the host apart from each other: a boot, a container. Empty if the system does not tell. */
  place?: string;
  /** Tells the process from a later one with the same id. Absent if the system does not tell. */
  started?: string | undefined;
  command?: string;
  /** ISO 8601. */
  since?: string;
}

export interface Lock {
  /** Whether the file still names this process. If it cannot be read, it does not. */
  isHeld(): boolean;
  /** Lets go; throws the file system's own error. */
  release(): void;
}

/** A lock that another process has. */
export interface Held {
  heldBy: Owner;
  /** Milliseconds after which it counts as left, if it shows no sign of life until then. Infinity for a process that is seen to live. */
  leftAfter: number;
}

/** For a hint: when the lock of an owner that cannot be seen is taken over. Empty, or ends with a space. */
export const takenOver = ({ leftAfter }: Held): string =>
  leftAfter === Number.POSITIVE_INFINITY
    ? ''
    : `If it has ended already, try again in ${Math.ceil(leftAfter / 1000)} seconds: then the lock is taken over. `;

/** Milliseconds between two signs of life, which runs on other machines go by. */
const heartbeat = 2_000;
/** Without a sign of life for so long, an owner elsewhere counts as gone. */
const patience = 30_000;
/** Others may take it or let go of it while we look. */
const mostAttempts = 20;

/**
 * Takes the lock that a file stands for, or tells who holds it. On one machine an owner holds it for as long as its process lives,
 * asleep or stopped as it may be; nothing is known of an owner elsewhere but its signs of life. `onLost` is called if the lock turns out to be
 * lost while nothing asks for it. Throws the file system's own error, and never waits.
 */
export function takeLock(file: string, command: string, onLost: () => void = () => {}): Lock | Held {
  const owner: Owner & { id: string } = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    place: ownPlace(),
    started: startOf(process.pid),
    command,
    since: new Date().toISOString(),
  };
  const text = `${JSON.stringify(owner)}\n`;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const descriptor = create(file, text) ? openOwn(file, text) : undefined;
    if (descriptor !== undefined) return holdLock(file, text, descriptor, onLost);
    const found = readText(file);
    if (found === undefined) continue;
    const heldBy = ownerIn(found);
    const leftAfter = stillCounts(heldBy, file);
    if (leftAfter > 0) return { heldBy, leftAfter };
    takeAway(file, found);
  }
  throw Object.assign(new Error(), { code: 'EBUSY' });
}

function holdLock(file: string, text: string, descriptor: number, onLost: () => void): Lock {
  const isHeld = () => {
    try {
      return readOwnFile(file) === text;
    } catch {
      return false;
    }
  };
  const beat = setInterval(() => {
    if (isHeld()) return showLife(descriptor, text);
    clearInterval(beat);
    onLost();
  }, heartbeat).unref();
  return {
    isHeld,
    release() {
      clearInterval(beat);
      closeSync(descriptor);
      if (isHeld()) unlinkSync(file);
    },
  };
}

/** The clock of the file's own machine takes the time; ours may be wrong. */
function showLife(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text, 0);
  } catch {
    // Before the next write it is looked at again.
  }
}

/**
 * Makes the file unless there is one, and tells whether it did. It is never there without its text, as a process may be killed at any
 * moment; only a file system without hard links cannot do that.
 */
function create(file: string, text: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  try {
    writeCopy(draft, Buffer.from(text), 0o600);
    linkOrCopy(draft, file);
    return true;
  } catch (cause) {
    // Who holds the lock deletes the drafts of others.
    const isOvertaken = errorCode(cause) === 'ENOENT' && existsSync(path.dirname(file));
    if (isOvertaken || errorCode(cause) === 'EEXIST') return false;
    throw cause;
  } finally {
    removeQuietly(draft);
  }
}

/** The descriptor of the file that was just made; undefined if another process has taken it away already. */
function openOwn(file: string, text: string): number | undefined {
  try {
    const descriptor = openSync(file, 'r+');
    if (readFileSync(descriptor, 'utf8') === text) return descriptor;
    closeSync(descriptor);
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause;
  }
  return undefined;
}

function readText(file: string): string | undefined {
  try {
    return readOwnFile(file);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Of two that find the same dead owner, one must not take away the lock that the other has just made. */
function takeAway(file: string, found: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (readOwnFile(aside) !== found) linkOrCopy(aside, file);
  } catch (cause) {
    // Another one was quicker: it took the lock, or deleted what was left of it.
    if (!['ENOENT', 'EEXIST'].includes(errorCode(cause))) throw cause;
  } finally {
    removeQuietly(aside);
  }
}

/** What is not readable as an owner is one that has only begun to write, or a process that died then. */
function ownerIn(text: string): Owner {
  const nobody = { pid: 0, host: '' };
  try {
    const { pid, host, place, started, command, since } = JSON.parse(text) as Partial<Owner>;
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0 || typeof host !== 'string') return nobody;
    return { pid, host, ...textsOf({ place, started, command, since }) };
  } catch {
    return nobody;
  }
}

const textsOf = (fields: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === 'string'));

/** For how many milliseconds an owner still counts, unless it shows life. */
function stillCounts({ pid, host, place = ownPlace(), started }: Owner, file: string): number {
  if (host !== hostname() || place !== ownPlace()) return patience - silenceOf(file);
  try {
    process.kill(pid, 0);
  } catch (cause) {
    if (errorCode(cause) === 'ESRCH') return 0;
  }
  const seen = startOf(pid);
  return seen === undefined || started === undefined || seen === started ? Number.POSITIVE_INFINITY : 0;
}

/** Milliseconds since the last sign of life, by the clock of the machine that keeps the file. */
function silenceOf(file: string): number {
  const probe = `${file}.${randomUUID()}`;
  const descriptor = openSync(probe, 'wx', 0o600);
  try {
    return fstatSync(descriptor).mtimeMs - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  } finally {
    closeSync(descriptor);
    rmSync(probe, { force: true });
  }
}

/** Two processes in one place see each other's process ids. */
function ownPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

/** When a process started, in Linux's own count; 'ended' for one that nobody has buried; undefined if the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything, and the 22nd field is the start.
    const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return 'ZX'.includes(state) ? 'ended' : fields[18];
  } catch {
    return undefined;
  }
}
