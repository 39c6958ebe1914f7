import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';

/** What must never happen. The columns of the table that `npm run bench:fire` prints. */
type Fault = 'corrupt' | 'duplicate' | 'lost' | 'locked out' | 'undisclosed' | 'hung';

/** One thing that went wrong: of which kind, where, and what was seen. */
export interface Wrong {
  fault: Fault;
  where: string;
  seen: unknown;
}

/** Counts what was tried, for the table; nothing of it may have gone wrong. */
export function tally(family: string, tried: number, wrong: readonly Wrong[]): void {
  const { FIRE_TALLY: file } = process.env;
  if (file) appendFileSync(file, `${JSON.stringify({ family, tried, wrong })}\n`);
  expect(tried, 'what was tried').toBeGreaterThan(0);
  expect(wrong).toEqual([]);
}

/** The same choice in every run, until another seed is given. */
export const seed = Number(process.env.FIRE_SEED ?? 20261128);

/** How much to try of each kind: `all`, or so many. */
const sample = process.env.FIRE_SAMPLE ?? 'few';
export const isAll = sample === 'all';

/** How many to try if there is no end of them: `few`, as many as were asked for, or `many` of all. */
export const sampleSize = (few: number, many: number): number =>
  isAll ? many : sample === 'few' ? few : Number(sample);

/** Some of many, or all of them if that is asked for; `few` if nothing is. */
export function sampled<T>(things: readonly T[], few: number): T[] {
  if (isAll) return [...things];
  const size = Math.min(things.length, sampleSize(few, things.length));
  if (size === 0) return [];
  const [chosen = []] = fc.sample(fc.shuffledSubarray([...things.keys()], { minLength: size, maxLength: size }), {
    numRuns: 1,
    seed,
  });
  return chosen.toSorted((a, b) => a - b).map(index => things[index] as T);
}
