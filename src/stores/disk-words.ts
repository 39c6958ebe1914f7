const words: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota on this disk is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'you have no permission there',
  EPERM: 'you have no permission there',
  EIO: 'the disk reports an error',
  EFBIG: 'the file is larger than this system allows',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EBUSY: 'another program uses it',
  ETXTBSY: 'another program uses it',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of its path is a file',
  EISDIR: 'a folder has its name',
  ERR_FS_EISDIR: 'a folder has its name',
  EEXIST: 'a file has its name',
  ELOOP: 'it is a symbolic link',
  ENAMETOOLONG: 'its name is too long',
  ENODEV: 'the disk is gone',
  ENXIO: 'the disk is gone',
  ESTALE: 'the network drive is gone',
  ETIMEDOUT: 'the network drive does not answer',
};

/** Why the file system refused something, for a sentence that names the file or the folder before it. */
export function diskWords(cause: unknown): string {
  const code = errorCode(cause);
  // An error without a code is our own, and says why.
  if (!code && cause instanceof Error) return cause.message;
  return words[code] ?? `the file system reports ${code || 'no reason'}`;
}

/** The name of a system error such as ENOENT; empty for any other error. */
export function errorCode(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : '';
}
