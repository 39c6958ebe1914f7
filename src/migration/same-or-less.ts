import { isDeepStrictEqual } from 'node:util';
import type { Change } from './state.js';

/**
 * Whether a plan wants no more than one that was shown before: each of its changes was shown, or leads to the same with more of it there
 * already. So it is where a run that was cut off had sent something that took effect only now.
 */
export function wantsLess(now: readonly Change[], shown: readonly Change[]): boolean {
  return now.every(change => shown.some(before => isDeepStrictEqual(change, before) || isNearer(change, before)));
}

function isNearer(now: Change, shown: Change): boolean {
  const isSame = now.resource === shown.resource && now.key === shown.key && isDeepStrictEqual(now.after, shown.after);
  if (!isSame || !Array.isArray(now.after) || !Array.isArray(now.before) || !Array.isArray(shown.before)) return false;
  const [wanted, there] = [now.after, now.before].map(values => new Set(values.map(value => JSON.stringify(value))));
  const stays = shown.before.every(value => there?.has(JSON.stringify(value)));
  return stays && [...(there ?? [])].every(value => wanted?.has(value));
}
