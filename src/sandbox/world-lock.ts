import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import lockfile from 'proper-lockfile';
import { FlexSsoError } from '../errors.js';

/**
 * Makes this process the only one that writes the world in a folder, until the returned function is called. What a process
 * left that has ended without letting go is taken over at once. Throws 'sandbox-in-use'.
 */
export async function lockWorld(dir: string): Promise<() => Promise<void>> {
  await mkdir(dir, { recursive: true });
  const file = path.join(dir, 'world.owner');
  // Held for as long as it takes to look: two processes must not take over from the same dead one.
  const letOthersLook = await lockfile.lock(file, {
    realpath: false,
    stale: 5000,
    retries: { retries: 20, factor: 1.2 },
  });
  try {
    const owner = await readOwner(file);
    if (owner && isAlive(owner)) throw inUse(dir, owner);
    await writeFile(file, JSON.stringify({ pid: process.pid, host: hostname() }), { mode: 0o600 });
  } finally {
    await letOthersLook();
  }
  return () => rm(file, { force: true });
}

interface Owner {
  pid: number;
  host: string;
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    const { pid, host } = JSON.parse(await readFile(file, 'utf8')) as Partial<Owner>;
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
}

/** Of a process on another machine nothing is known: it counts as alive. */
function isAlive({ pid, host }: Owner): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function inUse(dir: string, { pid, host }: Owner): FlexSsoError {
  const where = host === hostname() ? '' : ` on ${host}`;
  return new FlexSsoError(
    'sandbox-in-use',
    `The sandbox in ${dir} is open already, in process ${pid}${where}.`,
    `Stop it, or use another folder with --state. If it is no sandbox any more, delete ${path.join(dir, 'world.owner')}.`,
  );
}
