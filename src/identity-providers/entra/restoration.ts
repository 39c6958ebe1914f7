import { isSetupRecorded } from '../../migration/journal.js';
import type { Change, Check, Migration, ReadContext, WriteContext } from '../../migration/step.js';
import { checkClaimsRestored, planClaimsRestoration, restoreClaims } from './claims-restoration.js';
import { checkUntilPassed, existingIds, presentValue, properties, readForPlan } from './existing-application.js';
import { changesOfLastRun } from './journal.js';
import { type LegacyNeeds, legacyNeeds, valueBack } from './legacy-back.js';
import { claimsPolicy } from './modified-claims.js';
import { isOverlapping } from './overlap.js';
import { applyProperty, type PropertyName, planProperty, sameValue } from './properties.js';
import type { EntraApplication } from './read.js';
import { addedByOthers, besideAll } from './recorded-values.js';
import { noteOnUnrecordedClaims } from './unrecorded-claims.js';

type Value = Change['after'];

/**
 * The properties that the way back is about, in the order of writing: those that this tool has changed, and how; and those that the login
 * needs, also if nothing is recorded of them.
 */
export function propertiesBack({ journal }: Pick<Migration, 'journal'>) {
  return properties.flatMap(property => {
    const changes = changesOfLastRun(journal, property.name);
    return changes.length > 0 || property.isValue ? [{ ...property, changes }] : [];
  });
}

/** Where a value comes from if no record holds it. */
export const asFlexSends = 'as Flex sends it (not recorded)';

/**
 * The identifiers and reply URLs that the way back puts into the application: what this tool has taken out and not put in again yet, and
 * without a record what Flex sends. What a run was cut off in may have been done.
 */
export function valuesToRestore({ answers, journal, history, facts }: Migration) {
  if (answers.setupType === 'modify' && facts.legacy && !isSetupRecorded({ journal, history }))
    return { identifierUris: [facts.legacy.entityId], redirectUris: [facts.legacy.acsUrl] };
  const taken = (property: PropertyName): string[] => {
    const last = journal.findLast(
      ({ change, status, direction }) =>
        change.resource === property && (status === 'applied' || direction === 'forward'),
    );
    if (last?.direction !== 'forward') return [];
    const before = listIn(changesOfLastRun(journal, property)[0]?.before ?? null);
    const held = listIn(last.change.after);
    return before.filter(value => typeof value === 'string' && !held.includes(value)) as string[];
  };
  return { identifierUris: taken('identifierUris'), redirectUris: taken('web') };
}

/** Puts the application back as it was before this tool first changed it. */
export async function planRestoration(context: ReadContext): Promise<Change[]> {
  await noteOnUnrecordedClaims(context);
  return [...(await planProperties(context)), ...(await planClaimsRestoration(context))];
}

/** Does one change of that plan. */
export async function applyRestoration(change: Change, context: WriteContext): Promise<void> {
  const at = existingIds(context.migration);
  if (change.resource === claimsPolicy) await restoreClaims(change, at, context);
  else await applyProperty(change, at, context);
}

/** Whether it is back as it was, field by field. */
export async function verifyRestoration(context: ReadContext): Promise<Check[]> {
  const changed = propertiesBack(context.migration).filter(({ changes }) => changes.length > 0);
  const needs = await legacyNeeds(context);
  const values =
    changed.length > 0
      ? await checkUntilPassed(context, there => changed.map(property => checkRestored(property, there, needs)))
      : [];
  return [...values, ...(await checkClaimsRestored(context))];
}

async function planProperties(context: ReadContext): Promise<Change[]> {
  const held = propertiesBack(context.migration);
  if (isUntouched(context.migration)) return [];
  const [there, needs] = await Promise.all([readForPlan(context), legacyNeeds(context)]);
  // In a preview the legacy values are not beside the enhanced ones yet.
  const isForeseen =
    isOverlapping(context.migration) && !context.migration.completed.includes('update-identity-provider');
  // The identifier comes first, as Entra may refuse it; the method last, as without SAML more identifiers are refused.
  const inOrder = held.toSorted((one, other) => Number(other.isValue) - Number(one.isValue));
  return inOrder.flatMap(({ name, what, isValue, changes }) => {
    const seen = presentValue(there, name);
    const now = isForeseen && isValue ? besideAll(changes, seen) : seen;
    const how = isValue ? `the legacy one alone, ${changes.length > 0 ? 'as it was' : asFlexSends}` : 'as it was';
    const key = existingIds(context.migration).displayName;
    return planProperty(name, key, `${what}: ${how}`, now, valueBack(name, changes, now, needs));
  });
}

/** Whether no application was chosen yet, so that none can have been written. */
export const isUntouched = ({ facts, journal }: Pick<Migration, 'facts' | 'journal'>): boolean =>
  !facts.legacyApplication && propertiesBack({ journal }).every(({ changes }) => changes.length === 0);

type Changed = ReturnType<typeof propertiesBack>[number];

function checkRestored(
  { name, what, changes, restored: checkName }: Changed,
  there: EntraApplication,
  needs: LegacyNeeds | undefined,
): Check {
  const now = presentValue(there, name);
  const wanted = valueBack(name, changes, now, needs);
  const check = {
    name: checkName,
    strength: 'observed',
    expected: inWords(wanted),
    seen: inWords(now),
  } as const;
  if (!sameValue(now, wanted))
    return {
      ...check,
      result: 'failed',
      message: `${what} is not as it was.`,
      hint: 'Run `flex-sso resume`: it is planned again.',
    };
  const kept = addedByOthers(changes.map(inLists), listIn(now));
  const stays = kept.length > 0 ? ` What somebody else has added since stays: ${kept.join(', ')}.` : '';
  return {
    ...check,
    result: 'passed',
    message: `${what} is as it was: ${inWords(changes[0]?.before ?? null)}.${stays}`,
  };
}

/** The identifiers or reply URLs of a value; nothing of any other. */
function listIn(value: Value): Value[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? listIn(value.redirectUris ?? null) : [];
}

const inLists = ({ before, after }: Change) => ({ before: listIn(before), after: listIn(after) });

const inWords = (value: Value): string => (typeof value === 'string' ? value : listIn(value).join(', ')) || 'none';
