import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { errorCode } from './disk-words.js';

interface Replacing {
  mode?: number;
  previous?: string;
  aside?: string;
}

/**
 * Replaces a file by a text, whole or not at all: when it returns, the text is on disk; when it throws, the file is as it was, or
 * complete. A file that is there keeps its owner, and its permissions if `mode` is left out. Throws the file system's own error.
 *
 * What is replaced can stay under another name. `previous` gets a text that is good: at every moment one of the two names leads to a
 * whole text. `aside` gets what is not, whatever it is.
 *
 * One process at a time: the copy that a killed process left is deleted by the next one.
 */
export function writeDurably(file: string, text: string, options: Replacing = {}): void {
  // A name that nobody else gives to a file of theirs: what is left of one is deleted.
  const copy = `${file}.flex-sso.new`;
  const bytes = Buffer.from(text);
  const replaced = lstatSync(file, { throwIfNoEntry: false });
  rmSync(copy, { force: true });
  try {
    writeCopy(copy, bytes, options.mode, replaced);
    // A disk may say that it has written and have kept nothing.
    if (!readFileSync(copy).equals(bytes)) throw diskError('EIO');
    if (options.previous && replaced) keepAs(file, options.previous);
    if (options.aside && replaced) renameSync(file, options.aside);
    renameSync(copy, file);
  } catch (cause) {
    removeQuietly(copy);
    throw cause;
  }
  flushFolder(path.dirname(file));
}

/** Gives a file a second name in the place of what has that name, which is never without a whole text. */
function keepAs(file: string, name: string): void {
  const copy = `${name}.flex-sso.new`;
  rmSync(copy, { force: true });
  try {
    linkOrCopy(file, copy);
    renameSync(copy, name);
    // If both are names of one file already, a rename does nothing.
    rmSync(copy, { force: true });
  } catch (cause) {
    removeQuietly(copy);
    throw cause;
  }
}

/**
 * The text of a file that only flex-sso writes. What others put in its place is refused: a symbolic link (ELOOP), a pipe that nothing
 * writes to, a device that never ends.
 */
export function readOwnFile(file: string): string {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor);
    // To read a folder is an error of its own.
    if (!stat.isFile() && !stat.isDirectory()) throw new Error('it is not a regular file');
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** Gives a file a second name that nothing has yet. A file system without hard links gets a copy. */
export function linkOrCopy(file: string, name: string): void {
  try {
    linkSync(file, name);
  } catch (cause) {
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(errorCode(cause))) throw cause;
    copyFileSync(file, name, constants.COPYFILE_EXCL);
  }
}

/** Writes a file that is not there yet, to the disk. A file that it is to replace gives it its owner. */
export function writeCopy(copy: string, bytes: Buffer, mode?: number, replaced?: Stats): void {
  const descriptor = openSync(copy, 'wx', mode);
  try {
    // A disk that gets full writes less than it is told, and fails only when asked again.
    for (let written = 0; written < bytes.length; ) {
      const more = writeSync(descriptor, bytes, written, bytes.length - written);
      if (more === 0) throw diskError('ENOSPC');
      written += more;
    }
    if (replaced) keepOwner(descriptor, replaced, mode);
    fsyncSync(descriptor);
  } catch (cause) {
    try {
      closeSync(descriptor);
    } catch {
      // What failed first says more.
    }
    throw cause;
  }
  // A network drive may say only now that it is full.
  closeSync(descriptor);
}

function keepOwner(descriptor: number, replaced: Stats, mode: number | undefined): void {
  if (mode === undefined) fchmodSync(descriptor, replaced.mode & 0o7777);
  // Only root can give a file away, and must not take it from its user.
  if (process.getuid?.() === 0 && replaced.uid !== 0) fchownSync(descriptor, replaced.uid, replaced.gid);
}

const diskError = (code: string) => Object.assign(new Error(code), { code });

/** Deletes what is in nobody's way, so that it does not matter if it stays. */
export function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The next run tries again.
  }
}

/** A rename is durable only once its folder is. Windows and some network drives have no such call. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } catch (cause) {
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(errorCode(cause))) throw cause;
  } finally {
    closeSync(descriptor);
  }
}
