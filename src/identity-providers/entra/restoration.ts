import type { JournalEntry } from '../../migration/state.js';
import type { Change } from '../../migration/step.js';
import type { PropertyName } from './properties.js';

type Value = Change['after'];

/** The first change of a property since it was last restored: what it was before is what the way back leads to. */
export function firstOfLastRun(journal: readonly JournalEntry[], name: PropertyName): JournalEntry | undefined {
  let first: JournalEntry | undefined;
  let isRestored = false;
  for (const entry of journal) {
    if (entry.step !== 'update-identity-provider' || entry.change.resource !== name) continue;
    if (entry.direction === 'back') isRestored = entry.status === 'applied';
    else if (!first || isRestored) {
      first = entry;
      isRestored = false;
    }
  }
  return first;
}

/** What was there before the change, and whatever somebody else has added to a list since. */
export function restored({ before, after }: Pick<Change, 'before' | 'after'>, now: Value): Value {
  if (Array.isArray(before) && Array.isArray(now)) {
    const known = new Set([...before, ...(Array.isArray(after) ? after : [])].map(value => JSON.stringify(value)));
    return [...before, ...now.filter(value => !known.has(JSON.stringify(value)))];
  }
  if (!isRecord(before) || !isRecord(now)) return before;
  const written = isRecord(after) ? after : {};
  return Object.fromEntries(
    Object.entries(before).map(([name, value]) => [
      name,
      restored({ before: value, after: written[name] ?? null }, now[name] ?? null),
    ]),
  );
}

const isRecord = (value: Value): value is { [name: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
