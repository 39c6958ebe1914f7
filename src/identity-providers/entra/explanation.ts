import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds } from '../../migration/facts.js';
import type { Change, Check, ReadContext } from '../../migration/step.js';
import { consequenceOf } from '../../people/notes.js';
import { roleNotes } from './app-roles.js';
import { claimNotes, requiredClaimProblems } from './claim-notes.js';
import { type ClaimsPolicy, describeSource, nameIdOf } from './claims.js';
import type { GraphReader } from './client.js';
import type { There, Wish } from './concern.js';
import { coverageNotes } from './coverage.js';
import type { LegacyClaims } from './legacy-claims.js';
import { changedClaims } from './lost-claims.js';
import { assignedIn, claimsPolicy } from './modified-claims.js';
import { nameIdNotes, unreadNotes } from './name-id-notes.js';
import { noteOnce } from './note-once.js';
import { checkPeople } from './parity.js';
import { nobodysRoles, peopleNotes, rolesAreAssigned } from './people-notes.js';
import { type Side, survey } from './survey.js';
import { claimsSourceOf } from './user-attributes.js';
import { noteOnLegacy } from './which-application.js';
import { type Legacy, readLegacy } from './wish.js';

/** What of a plan has to be accepted on its own, each in words that name whom it costs what. */
export type ToAccept = Pick<Change, 'consequence' | 'changedClaims' | 'noRoles'>;

/**
 * Says what a new application means for claims, roles, people and policies, and hands the list of people to whoever asked for it.
 * Returns what has to be accepted on its own.
 */
export async function explain(
  context: ReadContext,
  graph: GraphReader,
  wish: Wish,
  legacy: Legacy | undefined,
): Promise<ToAccept> {
  const say = (messages: readonly (string | undefined)[]) => {
    for (const message of messages) if (message) noteOnce(context.report, message);
  };
  if (legacy) noteOnLegacy(context, legacy.application.ids);
  if (!legacy) {
    say([
      "No legacy application is known in this tenant, so nobody's assignment is carried over, and the NameID is user.mail as in " +
        "Twilio's guide. If the NameID changes, agents get a new, billed Worker at their first login.",
    ]);
    return {};
  }
  const tomorrow: Side = { claims: claimsSourceOf(wish.claims), assignments: wish.assignments };
  const found = await survey(context, graph, legacy, tomorrow);
  const { outlooks, beside, isNameIdKept, isUnexplained } = found;
  context.report.people?.([...outlooks, ...beside]);
  say([...nameIdNotes(legacy.claims, wish.claims, found), ...unreadNotes(legacy.claims)]);
  say([...claimNotes(legacy.claims, wish.claims), ...roleNotes(legacy.application.appRoles)]);
  say(peopleNotes(found, legacy.assignments, tomorrow.claims.entries));
  say(await coverageNotes(context, graph, legacy.application, context.migration.facts.application));
  const doubt = isUnexplained
    ? {
        nameId: describeSource(nameIdOf(tomorrow.claims.entries)),
        workers: beside.filter(({ verdict }) => verdict === 'nobodys-worker').length,
      }
    : undefined;
  const consequence = consequenceOf(outlooks, { isKept: isNameIdKept, doubt });
  const changed = changedClaims(legacy.claims, outlooks);
  const noRoles = rolesAreAssigned(tomorrow.claims.entries) ? nobodysRoles(outlooks) : undefined;
  return {
    ...(consequence && { consequence }),
    ...(changed && { changedClaims: changed }),
    ...(noRoles && { noRoles }),
  };
}

/**
 * Says of an application that is modified what becomes of its claims, and who may log in. Nobody's NameID changes, so it is no reason to
 * stop where that cannot be read.
 */
export async function explainModified(
  context: ReadContext,
  graph: GraphReader,
  { ids, claims, changes }: { ids: ApplicationIds; claims: LegacyClaims; changes: readonly Change[] },
): Promise<void> {
  noteOnLegacy(context, ids);
  const change = changes.find(({ resource }) => resource === claimsPolicy);
  // Where a run was cut off between two policies, what is sent now is not what was.
  const today: LegacyClaims = change ? { ...claimsSourceOf(change.before), lost: [] } : claims;
  const notes = change
    ? [...claimNotes(today, change.after as unknown as ClaimsPolicy, 'from now on it is sent'), aboutPolicy(change)]
    : requiredClaimProblems(claims).map(({ problem }) => `${problem}.`);
  for (const note of notes) noteOnce(context.report, note);
  try {
    const legacy = await readLegacy(context, graph, ids, claims);
    const side: Side = change ? { claims: today, assignments: legacy.assignments } : legacy;
    const found = await survey(context, graph, side, side);
    context.report.people?.([...found.outlooks, ...found.beside]);
    const entries = change ? claimsSourceOf(change.after).entries : legacy.claims.entries;
    for (const message of peopleNotes(found, legacy.assignments, entries)) noteOnce(context.report, message);
  } catch (error) {
    if (!(error instanceof FlexSsoError) || error.ending !== 'permission' || context.report.people) throw error;
    noteOnce(context.report, `Who may log in could not be looked at: ${error.message}`);
  }
}

/** What a policy in the place of another one, or of the portal's page, means for an administrator. */
function aboutPolicy({ before, key }: Change): string {
  const [old] = assignedIn(before);
  if (!old)
    return (
      `The claims page of the portal is left as it is. While the policy "${key}" is assigned, Entra goes by the policy, and the page says ` +
      'that it is overridden; `flex-sso revert` takes the policy away.'
    );
  return (
    `The policy "${old.displayName}" is not edited, because other applications may have it: "${key}" says all that it says and takes its ` +
    'place here. Entra takes one at a time, so for a moment neither holds, and whoever logs in just then may get another NameID: make ' +
    'this change when nobody logs in.'
  );
}

/** What was carried over, person by person, as it is now. Says what only people can set. */
export async function verifyPeople(
  context: ReadContext,
  graph: GraphReader,
  { wish, legacy, there }: { wish: Wish; legacy: Legacy; there: There },
): Promise<Check[]> {
  const tomorrow: Side = {
    claims: claimsSourceOf(there.claimsMappingPolicies[0]?.content ?? wish.claims),
    assignments: there.assignments,
  };
  const found = await survey(context, graph, legacy, tomorrow);
  // Now that the new application has an id, whoever edits the policies needs it.
  for (const note of await coverageNotes(context, graph, legacy.application, there.ids)) noteOnce(context.report, note);
  return checkPeople(found, wish.assignments, there.assignments);
}
