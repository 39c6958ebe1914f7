import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds } from '../../migration/state.js';
import type { Check, ReadContext } from '../../migration/step.js';
import { consequenceOf } from '../../people/notes.js';
import { roleNotes } from './app-roles.js';
import { claimNotes, requiredClaimProblems } from './claim-notes.js';
import { noteOnNameId } from './claims.js';
import type { GraphReader } from './client.js';
import type { There, Wish } from './concern.js';
import { coverageNotes } from './coverage.js';
import { noteOnce } from './note-once.js';
import { checkPeople } from './parity.js';
import { peopleNotes } from './people-notes.js';
import { type Side, survey } from './survey.js';
import { claimsSourceOf } from './user-attributes.js';
import { type Legacy, readLegacy } from './wish.js';

/**
 * Says what a new application means for claims, roles, people and policies, and hands the list of people to whoever asked for it.
 * Returns what has to be accepted on its own; `undefined` where that is nothing.
 */
export async function explain(
  context: ReadContext,
  graph: GraphReader,
  wish: Wish,
  legacy: Legacy | undefined,
): Promise<string | undefined> {
  const say = (messages: readonly (string | undefined)[]) => {
    for (const message of messages) if (message) noteOnce(context.report, message);
  };
  say([noteOnNameId(wish.claims)]);
  if (!legacy) {
    say([
      "No legacy application is known in this tenant, so nobody's assignment is carried over, and the NameID is user.mail as in " +
        "Twilio's guide. If the NameID changes, agents get a new, billed Worker at their first login.",
    ]);
    return undefined;
  }
  say([...claimNotes(legacy.claims, wish.claims), ...roleNotes(legacy.application.appRoles)]);
  const tomorrow: Side = { claims: claimsSourceOf(wish.claims), assignments: wish.assignments };
  const found = await survey(context, graph, legacy, tomorrow);
  context.report.people?.(found.outlooks);
  say(peopleNotes(found, legacy.assignments, tomorrow.claims.entries));
  say(await coverageNotes(context, graph, legacy.application, context.migration.facts.application));
  return consequenceOf(found.outlooks, found.isNameIdKept);
}

/**
 * Says of an application that is modified what is wrong with its claims, and who may log in. Nobody's NameID changes, so it is no
 * reason to stop where that cannot be read.
 */
export async function explainModified(context: ReadContext, graph: GraphReader, ids: ApplicationIds): Promise<void> {
  try {
    const legacy = await readLegacy(context, graph, ids);
    for (const { name, problem } of requiredClaimProblems(legacy.claims))
      noteOnce(
        context.report,
        `${problem}. Add ${name} without a namespace in Entra, under Single sign-on > Attributes & Claims, before anybody logs in.`,
      );
    const found = await survey(context, graph, legacy, legacy);
    context.report.people?.(found.outlooks);
    for (const message of peopleNotes(found, legacy.assignments, legacy.claims.entries))
      noteOnce(context.report, message);
  } catch (error) {
    if (!(error instanceof FlexSsoError) || error.ending !== 'permission' || context.report.people) throw error;
    noteOnce(context.report, `Who may log in could not be looked at: ${error.message}`);
  }
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
