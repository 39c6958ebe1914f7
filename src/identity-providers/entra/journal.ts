import type { JournalEntry, Migration, StepId } from '../../migration/state.js';
import type { Change } from '../../migration/step.js';
import { isBeside } from './recorded-values.js';

/** The steps that write an existing application. */
const writing: readonly StepId[] = ['update-identity-provider', 'finish', 'start-setup'];

/** The changes of a resource since it was last restored: what was before the first of them is what the way back leads to. */
export function changesOfLastRun(journal: readonly JournalEntry[], resource: string): Change[] {
  let changes: Change[] = [];
  let isRestored = false;
  for (const { step, direction, status, change } of journal) {
    if (!writing.includes(step) || change.resource !== resource) continue;
    // The way back begins with both values beside each other, which is not how it was.
    if (direction === 'back') isRestored = status === 'applied' && !isBeside(change);
    else {
      changes = isRestored ? [change] : [...changes, change];
      isRestored = false;
    }
  }
  return changes;
}

/** After that, whatever was created is to be seen everywhere. */
export const recentMs = 15 * 60_000;
/** How long it is looked for until then. */
export const interruptedLookMs = 60_000;

const isRecent = ({ intendedAt }: JournalEntry, now: number) => now - Date.parse(intendedAt) < recentMs;

/** Whether a run was cut off, not long ago, while it made a change of this resource: it may have created what is not to be seen yet. */
export function isInterrupted({ journal }: Pick<Migration, 'journal'>, resource: string, now = Date.now()): boolean {
  return journal.some(
    entry =>
      entry.step === 'update-identity-provider' &&
      entry.direction === 'forward' &&
      entry.status === 'intended' &&
      entry.change.resource === resource &&
      isRecent(entry, now),
  );
}

/**
 * The change of a resource in which a run the other way was cut off, not long ago, where nothing was written since: as reads lag behind
 * writes, a look does not tell whether it was made.
 */
export function cutOffTheOtherWay(
  { journal, direction }: Pick<Migration, 'journal' | 'direction'>,
  resource: string,
  now = Date.now(),
): Change | undefined {
  const last = journal.findLast(
    entry =>
      writing.includes(entry.step) &&
      entry.change.resource === resource &&
      (entry.status === 'applied' || entry.direction !== direction),
  );
  return last?.status === 'intended' && isRecent(last, now) ? last.change : undefined;
}
