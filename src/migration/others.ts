import { FlexSsoError } from '../errors.js';
import type { StepTitle } from './person.js';
import type { Change, JournalEntry, Migration, StepId } from './state.js';

type Value = Change['after'];

/** Reads may lag behind writes for so long: until a step is checked, its value of before may still be shown. */
const lagMs = 15 * 60_000;

/**
 * A plan in which each change of this tool that would undo what others made says so: what was last written or seen is known from the
 * record. What the plan itself knows of others stays as it is.
 */
export function markOthers(migration: Migration, step: StepId, changes: readonly Change[], now = Date.now()): Change[] {
  return changes.map(change => {
    if (change.action === 'manual' || change.changedByOthers || !undoesOthers(migration, step, change, now))
      return change;
    return { ...change, changedByOthers: sinceThen };
  });
}

const sinceThen = 'Someone else has changed this since flex-sso last wrote or saw it. This change undoes that.';

/** What a plan leaves to those who made it, and how to have it otherwise. */
export function leftOut(changes: readonly Change[]): string {
  const some = changes.slice(0, mostNamed).map(({ title }) => title);
  const more = changes.length - some.length;
  const resources = [...new Set(changes.map(({ resource }) => resource))];
  return (
    `Others have changed this since, so it stays as they made it, and this is left out: ${some.join('; ')}` +
    `${more > 0 ? `; and ${more} more` : ''}. \`--overwrite ${resources.join(',')}\` does it anyway.`
  );
}

/**
 * The error for changes that undo what others made, if the step needs them. The advice repeats what is `approved`: the next run knows
 * only what it is told.
 */
export function changedByOthers(
  step: StepTitle,
  changes: readonly Change[],
  { approved, direction }: { approved: readonly Change[]; direction: Migration['direction'] },
): FlexSsoError {
  const resources = [...new Set([...approved, ...changes].map(({ resource }) => resource))].join(',');
  const preview = direction === 'back' ? 'revert --dry-run' : 'plan';
  return new FlexSsoError(
    'changed-by-others',
    `Others have changed what “${step.title}” needs: ${changes.map(({ title, resource }) => `${title} (${resource})`).join('; ')}. ` +
      'Nothing of this step was applied.',
    `Ask who changed it. \`--overwrite ${resources}\` approves that flex-sso undoes their change; \`flex-sso ${preview}\` shows it.`,
    { ending: 'changed' },
  );
}

const mostNamed = 5;

function undoesOthers(migration: Migration, step: StepId, change: Change, now: number): boolean {
  const known = lastKnown(migration, step, change, now);
  if (known) return undoes(known, change.before, change.after);
  // It was right without a change, so what is there now in its place came from others.
  return wasInPlace(migration, step) && replaces(change.before, change.after);
}

/** What a setting may be if nobody else has touched it; undefined if this tool has neither written nor shown it. */
function lastKnown(migration: Migration, step: StepId, change: Change, now: number): readonly Value[] | undefined {
  const isSame = (of: { change: Change }) => of.change.resource === change.resource && of.change.key === change.key;
  const entries = [...migration.history, ...migration.journal].filter(isSame);
  const last = entries.findLast(({ status }) => status === 'applied');
  const shown = migration.outdated?.findLast(one => one.step === step && isSame(one));
  const since = [last?.appliedAt, shown?.at]
    .filter(at => at !== undefined)
    .sort()
    .at(-1);
  if (since === undefined) return undefined;
  // A run that was cut off may have written its change.
  const begun = entries.filter(({ status, intendedAt }) => status === 'intended' && intendedAt > since);
  const written = begun.map(entry => entry.change.after);
  if (shown?.at === since) return [shown.change.before, ...written];
  const { before, after } = (last as JournalEntry).change;
  return [after, ...written, ...(isSeen(last as JournalEntry, now) ? [] : [before])];
}

/** Whether what was applied is to be seen by now: it was checked, or is long enough ago. */
export const isSeen = ({ checkedAt, appliedAt }: JournalEntry, now = Date.now()): boolean =>
  appliedAt !== undefined && (checkedAt !== undefined || now - Date.parse(appliedAt) > lagMs);

/** Whether the settings of a step were as they should be once: it was completed, or its plan was shown. */
const wasInPlace = ({ completed, outdated, history }: Migration, step: StepId): boolean =>
  completed.includes(step) ||
  (outdated ?? []).some(shown => shown.step === step) ||
  history.some(entry => entry.step === step && entry.direction === 'forward' && entry.status === 'applied');

/** Whether `wanted` takes away what others added to one of the values that were `left`, brings back what they removed, or replaces it. */
function undoes(left: readonly Value[], now: Value, wanted: Value): boolean {
  if (Array.isArray(now) && Array.isArray(wanted) && left.every(Array.isArray)) {
    const lists = (left as readonly Value[][]).map(identities);
    const [held, kept] = [identities(now), identities(wanted)];
    const isAdded = (entry: string) => lists.every(list => !list.has(entry));
    const isRemoved = (entry: string) => lists.every(list => list.has(entry)) && !held.has(entry);
    return (
      [...held].some(entry => isAdded(entry) && !kept.has(entry)) ||
      [...(lists[0] ?? [])].some(entry => isRemoved(entry) && kept.has(entry))
    );
  }
  if (isRecord(now) && isRecord(wanted) && left.every(isRecord)) {
    const names = new Set([...Object.keys(now), ...Object.keys(wanted)]);
    return [...names].some(name =>
      undoes(
        (left as readonly Members[]).map(value => value[name] ?? null),
        now[name] ?? null,
        wanted[name] ?? null,
      ),
    );
  }
  const isNow = (value: Value) => identityOf(value) === identityOf(now);
  return !isNow(wanted) && !left.some(isNow);
}

/** Whether `wanted` takes something away that is there. */
function replaces(now: Value, wanted: Value): boolean {
  if (now === null || identityOf(now) === identityOf(wanted)) return false;
  if (Array.isArray(now)) {
    const kept = Array.isArray(wanted) ? identities(wanted) : new Set<string>();
    return [...identities(now)].some(entry => !kept.has(entry));
  }
  if (isRecord(now) && isRecord(wanted))
    return Object.keys(now).some(name => replaces(now[name] ?? null, wanted[name] ?? null));
  return true;
}

type Members = { [name: string]: Value };

const isRecord = (value: Value): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const identities = (values: readonly Value[]): Set<string> => new Set(values.map(identityOf));

/** Lists hold their values in any order, and what is planned has no id yet. */
function identityOf(value: Value): string {
  if (Array.isArray(value)) return JSON.stringify(value.map(identityOf).sort());
  if (!isRecord(value)) return JSON.stringify(value);
  const named = Object.entries(value).filter(([name]) => name !== 'id' || value.displayName === undefined);
  return JSON.stringify(named.map(([name, held]) => [name, identityOf(held)]).sort());
}
