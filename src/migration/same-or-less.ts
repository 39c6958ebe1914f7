import { isDeepStrictEqual } from 'node:util';
import type { Change } from './state.js';

type Value = Change['after'];

/** Whether two plans are the same. Entra lists the values of a property in any order, so that of a list does not matter. */
export const isSamePlan = (now: readonly Change[], shown: readonly Change[]): boolean =>
  now.length === shown.length && now.every((change, index) => isSame(change, shown[index]));

/**
 * Whether a plan wants no more than one that was shown before: each of its changes was shown, or leads to the same with more of it there
 * already. So it is where a run that was cut off had sent something that took effect only now.
 */
export function wantsLess(now: readonly Change[], shown: readonly Change[]): boolean {
  return now.every(change => shown.some(before => isSame(change, before) || isNearer(change, before)));
}

/**
 * Whether a plan differs from one that was shown before only by what has come to lists meanwhile, none of which it takes away. So it is
 * where Entra lists only now what was new when the run began: it shows new objects late.
 */
export function hasGrown(now: readonly Change[], shown: readonly Change[]): boolean {
  return (
    now.length >= shown.length &&
    now.every(change => {
      const before = shown.find(({ resource, key }) => resource === change.resource && key === change.key);
      if (!before) return isGrown(change.before, change.after);
      return isGrown(before.before, change.before) && isGrown(before.after, change.after);
    })
  );
}

/** Whether a value holds all that another one does, and at most more in its lists. */
function isGrown(held: Value, now: Value): boolean {
  if (!Array.isArray(held) || !Array.isArray(now)) return isDeepStrictEqual(held, now);
  const there = new Set(now.map(textOf));
  return held.every(value => there.has(textOf(value)));
}

function isNearer(now: Change, shown: Change): boolean {
  const isSameGoal = now.resource === shown.resource && now.key === shown.key && isEqual(now.after, shown.after);
  if (!isSameGoal || !Array.isArray(now.after) || !Array.isArray(now.before) || !Array.isArray(shown.before))
    return false;
  const [wanted, there] = [now.after, now.before].map(values => new Set(values.map(textOf)));
  const stays = shown.before.every(value => there?.has(textOf(value)));
  return stays && [...(there ?? [])].every(value => wanted?.has(value));
}

const isSame = (one: Change, other: Change | undefined): boolean =>
  other !== undefined && isDeepStrictEqual(unordered(one), unordered(other));

const unordered = (change: Change) => ({ ...change, before: sorted(change.before), after: sorted(change.after) });

const isEqual = (one: Value, other: Value) => isDeepStrictEqual(sorted(one), sorted(other));

const textOf = (value: Value): string => JSON.stringify(sorted(value));

/** A value with every list in one order. */
function sorted(value: Value): Value {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, sorted(held)]));
}
