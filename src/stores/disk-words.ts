import path from 'node:path';

/** What each error of the file system means, and what helps, as clauses about the file or the folder that a sentence names. */
const faults: Readonly<Record<string, readonly [words: string, advice: string]>> = {
  ENOSPC: ['the disk is full', 'Free space on the disk'],
  EDQUOT: ['your quota on this disk is used up', 'Free space on the disk'],
  EROFS: ['the disk is read-only', 'Make the disk writable'],
  EACCES: ['you have no permission there', 'Run flex-sso as the user who owns it, or give yourself the permission'],
  EPERM: ['you have no permission there', 'Run flex-sso as the user who owns it, or give yourself the permission'],
  EIO: ['the disk reports an error', 'Check the disk'],
  EFBIG: ['the file is larger than this system allows', 'Raise the limit on the size of a file (`ulimit -f`)'],
  EMFILE: ['too many files are open', 'Close other programs, or raise the limit on open files (`ulimit -n`)'],
  ENFILE: ['too many files are open', 'Close other programs, or raise the limit on open files (`ulimit -n`)'],
  EBUSY: ['another program uses it', 'Close the program that uses it'],
  ETXTBSY: ['another program uses it', 'Close the program that uses it'],
  ENOENT: ['the folder does not exist', 'Put the folder back'],
  ENOTDIR: ['a part of its path is a file', 'Move that file away'],
  EISDIR: ['a folder has its name', 'Move that folder away'],
  ERR_FS_EISDIR: ['a folder has its name', 'Move that folder away'],
  ENOTEMPTY: ['a folder has its name', 'Move that folder away'],
  EEXIST: ['a file has its name', 'Move that file away'],
  ELOOP: ['it is a symbolic link, or a loop of them', 'Put in its place what the link leads to'],
  ENAMETOOLONG: ['its name is too long', 'Use a folder with a shorter path'],
  ENODEV: ['the disk is gone', 'Connect the disk again'],
  ENXIO: ['the disk is gone', 'Connect the disk again'],
  ESTALE: ['the network drive is gone', 'Connect the network drive again'],
  ETIMEDOUT: ['the network drive does not answer', 'Connect the network drive again'],
};

/** Why the file system refused something, for a sentence that names the file or the folder before it. */
export function diskWords(cause: unknown): string {
  const code = errorCode(cause);
  // An error without a code is our own, and says why.
  if (!code && cause instanceof Error) return cause.message;
  return faults[code]?.[0] ?? `the file system reports ${code || 'no reason'}`;
}

/** What to do about it: a sentence that goes on, without its full stop. */
export const diskAdvice = (cause: unknown): string =>
  faults[errorCode(cause)]?.[1] ?? 'Correct what is wrong with the disk or the folder';

/** What is in the way of a file, by its name without the folder; undefined if nothing has its name. */
export function obstacle(cause: unknown): string | undefined {
  if (!/EISDIR|ENOTEMPTY|EEXIST|ENOTDIR|ELOOP/.test(errorCode(cause))) return undefined;
  const { path: file, dest } = cause as NodeJS.ErrnoException & { dest?: string };
  return path.basename(dest ?? file ?? '') || undefined;
}

/** The name of a system error such as ENOENT; empty for any other error. */
export function errorCode(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : '';
}
