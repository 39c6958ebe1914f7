import type { Change } from '../../migration/step.js';

type Value = Change['after'];
type Values = Pick<Change, 'before' | 'after'>;

/** What was there before the first of these changes, and whatever somebody else has added to a list since. */
export function restored(changes: readonly Values[], now: Value): Value {
  const before = changes[0]?.before ?? null;
  if (Array.isArray(before) && Array.isArray(now)) return [...before, ...addedByOthers(changes, now)];
  if (!isRecord(before) || !isRecord(now)) return before;
  return Object.fromEntries(
    Object.keys(before).map(name => [name, restored(membersOf(changes, name), now[name] ?? null)]),
  );
}

/** What of a list neither was there before these changes nor came by them. */
export function addedByOthers(changes: readonly Values[], now: readonly Value[]): Value[] {
  const own = [changes[0]?.before ?? null, ...changes.map(({ after }) => after)];
  return without(now, own.flatMap(listOf));
}

/** What was there before the first of these changes, beside all that is there now. The indexes of reply URLs stay as they are. */
export function besideAll(changes: readonly Values[], now: Value): Value {
  const before = changes[0]?.before ?? null;
  if (Array.isArray(before) && Array.isArray(now)) return [...now, ...without(before, now)];
  if (!isRecord(before) || !isRecord(now)) return now;
  return { ...now, redirectUris: besideAll(membersOf(changes, 'redirectUris'), now.redirectUris ?? []) };
}

/** A value as it is where a change was made of it that is not to be seen yet; what somebody else has added stays. */
export function asIfMade({ before, after }: Values, now: Value): Value {
  if (Array.isArray(after) && Array.isArray(now)) return [...after, ...without(now, [...listOf(before), ...after])];
  if (!isRecord(after) || !isRecord(now)) return after;
  return Object.fromEntries(
    Object.keys({ ...now, ...after }).map(name => [
      name,
      asIfMade({ before: memberOf(before, name), after: memberOf(after, name) ?? [] }, now[name] ?? []),
    ]),
  );
}

/** Whether a change adds identifiers or reply URLs and takes none away. */
export function isBeside({ before, after }: Values): boolean {
  const [held, wanted] = [before, after].map(value => listOf(isRecord(value) ? (value.redirectUris ?? null) : value));
  if (!held || !wanted) return false;
  return wanted.length > held.length && without(held, wanted).length === 0;
}

const listOf = (value: Value): Value[] => (Array.isArray(value) ? value : []);

function without(values: readonly Value[], others: readonly Value[]): Value[] {
  const known = new Set(others.map(value => JSON.stringify(value)));
  return values.filter(value => !known.has(JSON.stringify(value)));
}

const membersOf = (changes: readonly Values[], name: string): Values[] =>
  changes.map(({ before, after }) => ({ before: memberOf(before, name), after: memberOf(after, name) }));

const memberOf = (value: Value, name: string): Value => (isRecord(value) ? (value[name] ?? null) : null);

const isRecord = (value: Value): value is { [name: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
