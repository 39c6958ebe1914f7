import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { FlexSsoError } from '../errors.js';
import { type Held, type Lock, takeLock, takenOver } from '../stores/lock.js';
import { unwritable } from './world-file.js';

/**
 * Makes this process the only one that writes the world in a folder, until the lock is released. What a process left that has
 * ended without letting go is taken over at once. Throws 'sandbox-in-use' and 'sandbox-unwritable'.
 */
export function lockWorld(dir: string): Lock {
  const file = path.join(dir, 'world.owner');
  let taken: ReturnType<typeof takeLock>;
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    // It may be there from before, when others could read it.
    chmodSync(dir, 0o700);
    taken = takeLock(file, 'sandbox');
  } catch (cause) {
    throw unwritable(dir, cause);
  }
  if ('heldBy' in taken) throw inUse(dir, file, taken);
  return taken;
}

function inUse(dir: string, file: string, held: Held): FlexSsoError {
  const { pid, host } = held.heldBy;
  const who = pid > 0 ? `process ${pid} on ${host}` : 'another process';
  return new FlexSsoError(
    'sandbox-in-use',
    `The sandbox in ${dir} is open already, in ${who}.`,
    `Stop it, or use another folder with --state. ${takenOver(held)}If it is no sandbox any more, delete ${file}.`,
  );
}
