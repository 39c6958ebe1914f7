import { closeSync, constants, fchmodSync, fstatSync, openSync } from 'node:fs';

/**
 * Opens a file for its owner only, new or existing, and returns its descriptor. What others put in its place is refused: a
 * symbolic link, a pipe, a file of another user. Throws an `Error` that says why.
 */
export function openPrivateFile(file: string): number {
  let descriptor: number;
  try {
    // Windows has no such links in its flags. A pipe without a reader must not make the run wait.
    const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
    descriptor = openSync(file, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ELOOP' || code === 'EMLINK') throw new Error('it is a symbolic link', { cause });
    // A pipe that nobody reads, or a socket.
    throw code === 'ENXIO' ? new Error('it is not a regular file', { cause }) : cause;
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new Error('it is not a regular file');
    if (process.getuid && stat.uid !== process.getuid()) throw new Error('it belongs to another user');
    if (stat.mode & 0o077) fchmodSync(descriptor, 0o600);
    return descriptor;
  } catch (cause) {
    closeSync(descriptor);
    throw cause;
  }
}
