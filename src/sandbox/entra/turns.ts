import type { Fault } from '../faults.js';

export type Turns = (fault: Fault, every: number, most: number) => boolean;

/** Counts for faults that come now and then: the same requests in the same order meet them at the same places. */
export function createTurns(faults: ReadonlySet<string>): Turns {
  const asked = new Map<Fault, number>();
  return (fault, every, most) => {
    if (!faults.has(fault)) return false;
    const count = (asked.get(fault) ?? 0) + 1;
    asked.set(fault, count);
    return count % every === 0 && count / every <= most;
  };
}
