// Preloaded into a run of the command (NODE_OPTIONS=--import): lets a file-system call fail, so that a test can try every call of a save.
// FAILING_FILES is "<call> <n> <error>": the n-th such call on a state file or its folder fails with this error, or "<n>+", it and all after
// it. With the error "short", a write takes half of what it is given; with "kill", the process is killed before the call. FAILING_NAMES is a
// regular expression for other files than those. Without FAILING_FILES nothing is changed.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** The calls of which a save is made. A call that gets no path is told by the file that it opened. */
export const calls = [
  'openSync',
  'writeSync',
  'fsyncSync',
  'closeSync',
  'readFileSync',
  'lstatSync',
  'linkSync',
  'renameSync',
  'rmSync',
  'mkdirSync',
];
/** And those of a lock, a trace and a folder. */
const patched = [...calls, 'unlinkSync', 'appendFileSync', 'readdirSync'];

/** What a disk and a folder may say. */
export const errors = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EBUSY', 'EMFILE', 'ESTALE'];

/** The state files of a folder, without its locks. */
const stateFiles = /migrations([/\\]AC\w{32}[^/\\]*\.json[^/\\]*)?$/;

/** The environment of a run in which a call fails. */
export const failing = (call, n, error, files) => ({
  NODE_OPTIONS: `--import=${import.meta.url}`,
  FAILING_FILES: `${call} ${n} ${error}`,
  ...(files && { FAILING_NAMES: files.source }),
});

const { FAILING_FILES, FAILING_NAMES } = process.env;
if (FAILING_FILES) inject(FAILING_FILES, FAILING_NAMES ? new RegExp(FAILING_NAMES) : stateFiles);

/** Lets a call fail in this process, until the returned function is called; it tells whether the call came. */
export function inject(failure, files = stateFiles) {
  const [failingCall, at = '', error] = failure.split(' ');
  const first = Number.parseInt(at, 10);
  const last = at.endsWith('+') ? Number.POSITIVE_INFINITY : first;
  const opened = new Set();
  const real = Object.fromEntries(patched.map(call => [call, fs[call]]));
  let seen = 0;
  const isOurs = where => (typeof where === 'number' ? opened.has(where) : files.test(String(where)));

  const failingAt = (call, where, rest) => {
    const isHere = isOurs(where);
    if (!isHere || call !== failingCall || ++seen < first || seen > last) return real[call](where, ...rest);
    if (error === 'kill') process.kill(process.pid, 'SIGKILL');
    if (error === 'short') return real.writeSync(where, rest[0], rest[1], Math.ceil(rest[2] / 2));
    // A descriptor that cannot be closed is gone nevertheless, as on Linux.
    if (call === 'closeSync') real.closeSync(where);
    throw Object.assign(new Error(`injected ${error} at ${call}`), { code: error, syscall: call });
  };
  for (const call of patched)
    fs[call] = (where, ...rest) => {
      const isHere = isOurs(where);
      try {
        const result = failingAt(call, where, rest);
        if (call === 'openSync' && isHere) opened.add(result);
        return result;
      } finally {
        if (call === 'closeSync') opened.delete(where);
      }
    };
  syncBuiltinESMExports();
  return () => {
    Object.assign(fs, real);
    syncBuiltinESMExports();
    return seen >= first;
  };
}
