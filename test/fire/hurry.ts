import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

/** How many times as fast the clock of a wait goes. */
const faster = 500;

/** So long is waited for people who log in, and they are real here. */
const forPeople = [500, 1000, 2000, 3000, 5000];

/** Lets the waits for Entra and Flex pass quickly while `work` goes on; how often something is tried stays as it is. */
export async function hurrying<T>(work: () => Promise<T>): Promise<T> {
  const { setTimeout } = timers;
  timers.setTimeout = ((ms = 0, ...more: []) =>
    setTimeout(forPeople.includes(ms) ? ms : ms / faster, ...more)) as typeof timers.setTimeout;
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    timers.setTimeout = setTimeout;
    syncBuiltinESMExports();
  }
}
