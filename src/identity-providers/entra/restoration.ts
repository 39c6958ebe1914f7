import type { JournalEntry, StepId } from '../../migration/state.js';
import type { Change, Check, ReadContext } from '../../migration/step.js';
import { checkUntilPassed, presentValue, properties, readExistingOf } from './existing-application.js';
import { type PropertyName, planProperty } from './properties.js';
import { containment } from './saml.js';

type Value = Change['after'];

/** Puts the recorded values back, each as it was before this tool first changed it; the last one written is the first restored. */
export async function planRestoration(context: ReadContext): Promise<Change[]> {
  const { journal } = context.migration;
  const recorded = properties.flatMap(({ name, what, isValue }) => {
    const changes = changesOfLastRun(journal, name);
    const back = isValue ? `${what}: the legacy one again` : `${what}: as it was`;
    return changes.length > 0 ? [{ name, back, changes }] : [];
  });
  if (recorded.length === 0) return [];
  const there = await readExistingOf(context);
  return recorded
    .toReversed()
    .flatMap(({ name, back, changes }) =>
      planProperty(
        name,
        there.ids.displayName,
        back,
        presentValue(there, name),
        restored(changes, presentValue(there, name)),
      ),
    );
}

/** Whether the legacy values are back. */
export async function verifyRestoration(context: ReadContext): Promise<Check[]> {
  const { legacy } = context.migration.facts;
  if (!legacy || !properties.some(({ name }) => changesOfLastRun(context.migration.journal, name).length > 0))
    return [];
  const slashed = (values: readonly string[], value: string) => values.find(held => held === `${value}/`) ?? value;
  return checkUntilPassed(context, there => [
    containment(
      'legacy-identifier',
      'The legacy identifier (Entity ID)',
      slashed(there.identifierUris, legacy.entityId),
      there.identifierUris,
    ),
    ...(legacy.acsUrl
      ? [
          containment(
            'legacy-reply-url',
            'The legacy reply URL (ACS URL)',
            slashed(there.web.redirectUris, legacy.acsUrl),
            there.web.redirectUris,
          ),
        ]
      : []),
  ]);
}

/** The steps that write an existing application. */
const writing: readonly StepId[] = ['update-identity-provider', 'finish'];

/** The changes of a property since it was last restored: what was before the first of them is what the way back leads to. */
function changesOfLastRun(journal: readonly JournalEntry[], name: PropertyName): Change[] {
  let changes: Change[] = [];
  let isRestored = false;
  for (const { step, direction, status, change } of journal) {
    if (!writing.includes(step) || change.resource !== name) continue;
    if (direction === 'back') isRestored = status === 'applied';
    else {
      changes = isRestored ? [change] : [...changes, change];
      isRestored = false;
    }
  }
  return changes;
}

/** What was there before the first change, and whatever somebody else has added to a list since. */
function restored(changes: readonly Pick<Change, 'before' | 'after'>[], now: Value): Value {
  const before = changes[0]?.before ?? null;
  if (Array.isArray(before) && Array.isArray(now)) {
    const written = changes.flatMap(({ after }) => (Array.isArray(after) ? after : []));
    const known = new Set([...before, ...written].map(value => JSON.stringify(value)));
    return [...before, ...now.filter(value => !known.has(JSON.stringify(value)))];
  }
  if (!isRecord(before) || !isRecord(now)) return before;
  const member = (value: Value, name: string) => (isRecord(value) ? (value[name] ?? null) : null);
  return Object.fromEntries(
    Object.keys(before).map(name => [
      name,
      restored(
        changes.map(change => ({ before: member(change.before, name), after: member(change.after, name) })),
        now[name] ?? null,
      ),
    ]),
  );
}

const isRecord = (value: Value): value is { [name: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
