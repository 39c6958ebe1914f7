import type { Change, JournalEntry, Migration, StepId } from './state.js';

/** Everything but a manual change is done by the tool itself. */
export const isDoneByTool = ({ action }: Change): boolean => action !== 'manual';

/** A new walk in another direction. A migration that begins again after a revert keeps its past apart from what it does now. */
export function turn(migration: Migration, direction: Migration['direction']): Migration {
  const turned: Migration = { ...migration, direction, completed: [], checks: {} };
  if (direction === 'back' || !migration.facts.revertedAt) return turned;
  const history = [...migration.history, ...migration.journal];
  return { ...turned, journal: [], history, facts: { ...migration.facts, revertedAt: undefined } };
}

/**
 * Writes an intention down, in the place of one that an earlier run left open. `isVisiblyOpen`: the world shows that a person has not done
 * it yet.
 */
export function intend(migration: Migration, step: StepId, change: Change, isVisiblyOpen = false): Migration {
  const { journal, direction } = forget(migration, step, change);
  const by = isDoneByTool(change) ? 'tool' : 'person';
  const intendedAt = new Date().toISOString();
  const entry: JournalEntry = { step, direction, change, by, status: 'intended', intendedAt };
  return { ...migration, journal: [...journal, isVisiblyOpen ? { ...entry, notDoneAt: intendedAt } : entry] };
}

/** What the world shows to be done by a person counts as done, whether it was asked for or not. */
export function markSeen(migration: Migration, step: StepId, change: Change): Migration {
  const isOpen = isOpenIntention(migration, step, change);
  const asked = migration.journal.some(isOpen) ? migration : intend(migration, step, change);
  const seenAt = new Date().toISOString();
  const journal = asked.journal.map((entry): JournalEntry => (isOpen(entry) ? { ...entry, seenAt } : entry));
  return markApplied({ ...asked, journal }, step, change);
}

/** Takes back an intention that came to nothing. */
export function forget(migration: Migration, step: StepId, change: Change): Migration {
  const isOpen = isOpenIntention(migration, step, change);
  return { ...migration, journal: migration.journal.filter(entry => !isOpen(entry)) };
}

/** An intention has become a deed. */
export function markApplied(migration: Migration, step: StepId, change: Change): Migration {
  const isOpen = isOpenIntention(migration, step, change);
  const appliedAt = new Date().toISOString();
  const journal = migration.journal.map(
    (entry): JournalEntry => (isOpen(entry) ? { ...entry, status: 'applied', appliedAt } : entry),
  );
  return { ...migration, journal };
}

/** What somebody said was done and visibly is not counts as intended again. */
export function withdraw(migration: Migration, step: StepId, claims: readonly Change[]): Migration {
  const last = claims.map(claim => migration.journal.findLastIndex(entryOf(migration, step, claim)));
  const journal = migration.journal.map((entry, index): JournalEntry => {
    if (!last.includes(index)) return entry;
    const { appliedAt: _, checkedAt: __, seenAt: ___, ...open } = entry;
    return { ...open, status: 'intended' };
  });
  return { ...migration, journal };
}

/** Whether an entry is about this change, on the way that the migration goes now. */
const entryOf =
  ({ direction }: Migration, step: StepId, { resource, key }: Change) =>
  (entry: JournalEntry) =>
    entry.step === step &&
    entry.direction === direction &&
    entry.change.resource === resource &&
    entry.change.key === key;

function isOpenIntention(migration: Migration, step: StepId, change: Change): (entry: JournalEntry) => boolean {
  const isEntry = entryOf(migration, step, change);
  return entry => entry.status === 'intended' && isEntry(entry);
}

/** A plan that was shown and is not applied: the world is not as it says. */
export function outdate(migration: Migration, step: StepId, changes: readonly Change[]): Migration {
  const others = (migration.outdated ?? []).filter(shown => shown.step !== step);
  const at = new Date().toISOString();
  return { ...migration, outdated: [...others, ...changes.map(change => ({ step, at, change }))] };
}

/** A step is done and checked. What was shown of it before has served, but for changes that were left out. */
export function complete(migration: Migration, step: StepId, isLeftOut: (change: Change) => boolean): Migration {
  const { completed, outdated, direction } = migration;
  const checkedAt = new Date().toISOString();
  const isDone = (entry: JournalEntry) =>
    entry.step === step && entry.direction === direction && entry.status === 'applied' && !entry.checkedAt;
  return {
    ...migration,
    journal: migration.journal.map(entry => (isDone(entry) ? { ...entry, checkedAt } : entry)),
    completed: completed.includes(step) ? completed : [...completed, step],
    ...(outdated && { outdated: outdated.filter(shown => shown.step !== step || isLeftOut(shown.change)) }),
  };
}

/** Whether the record begins at the beginning: else it is lost, or this account was migrated by hand. */
export const isSetupRecorded = ({ journal, history }: Pick<Migration, 'journal' | 'history'>): boolean =>
  [...history, ...journal].some(({ step, direction }) => step === 'start-setup' && direction === 'forward');

/** What people were shown to do on a way and have not done yet, as far as anybody said. */
export const waitingFor = (
  { journal }: Pick<Migration, 'journal'>,
  direction: Migration['direction'],
): readonly JournalEntry[] =>
  journal.filter(entry => entry.by === 'person' && entry.status === 'intended' && entry.direction === direction);

/** The newest applied change of this kind in whichever direction: a way back that stopped in the middle may have undone an earlier one. */
export const lastEitherWay = (entries: readonly JournalEntry[], step: StepId, resource: string) =>
  entries.findLast(entry => entry.status === 'applied' && entry.step === step && entry.change.resource === resource);

/** The journal entry of the newest applied change of this kind, among `entries`. */
export function lastApplied(
  entries: readonly JournalEntry[],
  step: StepId,
  resource: string,
  key?: string,
): JournalEntry | undefined {
  return entries.findLast(
    entry =>
      entry.status === 'applied' &&
      entry.direction === 'forward' &&
      entry.step === step &&
      entry.change.resource === resource &&
      (key === undefined || entry.change.key === key),
  );
}
