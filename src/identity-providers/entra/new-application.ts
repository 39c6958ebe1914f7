import type { ApplicationIds } from '../../migration/facts.js';
import type { JournalEntry, Migration } from '../../migration/state.js';
import type { Change, Check, Facts, ReadContext, Refused, WriteContext } from '../../migration/step.js';
import { appRoles } from './app-roles.js';
import { createApplication, findNewApplication, planApplication, readExisting, untilReliable } from './application.js';
import { noteOnNames } from './application-name.js';
import { assigning } from './assigning.js';
import { assignmentsResource, inRoles, missingFrom, removedByOthers } from './assignments.js';
import { claims } from './claims.js';
import { claimsByHand } from './claims-by-hand.js';
import type { GraphReader } from './client.js';
import type { Concern, There, Wish } from './concern.js';
import { assertEntityIdPossible } from './entity-id.js';
import { explain, verifyPeople } from './explanation.js';
import { interruptedLookMs, recentMs } from './journal.js';
import { keepListed, type ListedAssignment, listAhead, nextListed } from './listed-assignments.js';
import { noteOnce } from './note-once.js';
import { assignedPolicies } from './policies.js';
import { look, settleMs } from './replication.js';
import { basicSaml, displayName, settings, singleSignOnMode } from './saml.js';
import { markShared } from './shared-policies.js';
import { signingOptions } from './signing.js';
import { activation, certificate, NoCertificateAction } from './signing-certificate.js';
import { expiryNote } from './signing-expiry.js';
import { noteOnAdopted } from './which-application.js';
import { readWish } from './wish.js';

/**
 * In the order that Entra demands: SAML before a foreign identifier, a key before claims. The name comes last, so that an application
 * under its temporary name is one that is not complete.
 */
const concerns: readonly Concern[] = [
  singleSignOnMode,
  basicSaml,
  appRoles,
  certificate,
  signingOptions,
  claims,
  activation,
  settings,
  assigning,
  displayName,
];

const concernOf = ({ resource }: Change) => concerns.find(({ resources }) => resources.includes(resource));

/**
 * What a run that was cut off may have created without seeing it: the application itself, returned where it is there, and the objects
 * that belong to it. They are looked for patiently where that was not long ago, so that nothing is created a second time.
 */
export async function settleInterrupted(context: ReadContext, now = Date.now()): Promise<ApplicationIds | undefined> {
  const { migration } = context;
  const open = migration.journal.filter(
    ({ step, status, by }) => step === 'update-identity-provider' && status === 'intended' && by === 'tool',
  );
  const graph = await context.graph();
  const patience = (entry: JournalEntry | undefined) => ({
    wait: graph.wait,
    longestMs: entry && now - Date.parse(entry.intendedAt) < recentMs ? interruptedLookMs : 0,
  });
  const creation = open.find(({ change }) => change.resource === 'application');
  const { longestMs } = patience(creation);
  const at = await look(async () => {
    const found = await findNewApplication(graph, migration);
    if (!found && longestMs > 0) noteOnce(context.report, mayBeCreated);
    return found;
  }, patience(creation));
  if (!at) return undefined;
  if (!migration.facts.application) await untilReliable(graph, at);
  for (const entry of open) {
    const concern = concernOf(entry.change);
    const found = concern?.find && (await look(async () => concern.find?.(entry.change, at, graph), patience(entry)));
    // It is not listed again for the plan that follows.
    if (found && concern === assigning)
      keepListed(context.report, new Map([[at.servicePrincipalId, found as readonly ListedAssignment[]]]));
  }
  return at;
}

const mayBeCreated =
  'The last run was cut off while it created the application, or did not see it: looking for it by its temporary name, for up to ' +
  `${interruptedLookMs / 1000} seconds …`;

/** Everything that is still to be done for a new application, held against what is there. */
export async function planNewApplication(context: ReadContext): Promise<Change[]> {
  const graph = await context.graph();
  const { wish, legacy } = await readWish(context, graph);
  const there = await findThere(context, graph);
  const changes = concerns.flatMap(concern => concern.plan(wish, there));
  if (there && changes.length > 0) noteOnAdopted(context, wish, there);
  const toAccept =
    changes.length > 0 || context.report.people
      ? await explain(context, graph, withoutRemoved(wish, there), legacy)
      : {};
  if (there && changes.length === 0) return [];
  if (changes.some(({ resource }) => resource === 'identifierUris'))
    await assertEntityIdPossible(context, graph, wish.serviceProvider.entityId, there?.ids.appId);
  if (!there) await noteOnNames(context, graph, wish.displayName);
  const explained = changes.map(change =>
    change.resource === 'claimsMappingPolicy' ? { ...change, ...toAccept } : change,
  );
  const planned = there ? await markShared(context, graph, explained, there.ids) : explained;
  const byHand = claimsByHand(wish, legacy?.claims, context.migration);
  const expiring = legacy && expiryNote(legacy.application);
  if (expiring) noteOnce(context.report, expiring);
  return there
    ? [...byHand, ...planned]
    : [...byHand, planApplication(context.migration.id, wish.displayName), ...planned];
}

/** Nobody is expected to have what others have taken from them since. */
const withoutRemoved = (wish: Wish, there: There | undefined): Wish => ({
  ...wish,
  assignments: missingFrom(there?.removed ?? [], wish.assignments),
});

/** Does one change of the plan above. */
export async function applyToNewApplication(change: Change, context: WriteContext): Promise<Facts | Refused> {
  const graph = await context.graph();
  if (change.resource === 'application')
    return { application: await createApplication(graph, context.migration.id, context.report.note) };
  const at = await findNewApplication(graph, context.migration);
  const concern = concernOf(change);
  // What nobody can look at is somebody's word.
  if (change.action === 'manual' && !concern) return {};
  if (!at || !concern) throw new TypeError(`nothing to apply ${change.resource} to`);
  try {
    await concern.apply(change, at, context);
  } catch (error) {
    if (!(error instanceof NoCertificateAction)) throw error;
    context.report.note('Microsoft Graph has no action here that makes a signing certificate, so a person adds it.');
    return { refused: { certificateByHand: true } };
  }
  const renamed = change.resource === 'displayName' ? { displayName: String(change.after) } : {};
  return { application: { ...at, ...renamed } };
}

/** Reads everything back. */
export async function verifyNewApplication(context: ReadContext): Promise<Check[]> {
  const graph = await context.graph();
  const { legacyApplication, application } = context.migration.facts;
  const both = [legacyApplication, application].flatMap(ids => ids?.servicePrincipalId ?? []);
  await listAhead(context.report, graph, both);
  const { wish, legacy } = await readWish(context, graph);
  let there: There | undefined;
  let checks: Check[] = [];
  const lagsAlone = () => checks.length > 0 && failed(checks).every(({ name }) => name === 'assignments');
  const check = async () => {
    // A list of thousands takes longest to be whole after it was written; nothing else is read again for it.
    const seen: There | undefined =
      there && lagsAlone()
        ? withAssignments(context, there, await assignmentsOf(context, graph, there))
        : await findThere(context, graph);
    there = seen;
    checks = seen ? concerns.flatMap(concern => concern.check?.(wish, seen) ?? []) : [missing];
    return failed(checks).length === 0 || undefined;
  };
  const seen = await look(check, { wait: graph.wait, longestMs: settleMs });
  if (!seen && lagsAlone() && wasJustAssigned(context.migration)) await look(check, { wait: graph.wait });
  return there && legacy
    ? [...checks, ...(await verifyPeople(context, graph, { wish: withoutRemoved(wish, there), legacy, there }))]
    : checks;
}

const failed = (checks: readonly Check[]) => checks.filter(({ result }) => result === 'failed');

const wasJustAssigned = ({ journal }: Migration, now = Date.now()) =>
  journal.some(
    ({ change, appliedAt }) =>
      change.resource === assignmentsResource && appliedAt && now - Date.parse(appliedAt) < recentMs,
  );

const missing: Check = {
  name: 'application',
  result: 'failed',
  strength: 'observed',
  message: 'Entra shows no new application for Flex.',
  hint: 'Run `flex-sso resume`: it is planned again.',
};

async function findThere(context: ReadContext, graph: GraphReader): Promise<There | undefined> {
  // Whoever plans or checks has observed before.
  const ids = context.migration.facts.application;
  if (!ids) return undefined;
  const there = await readExisting(graph, ids);
  const { servicePrincipalId } = ids;
  const [claimsMappingPolicies, tokenIssuancePolicies, assignments] = await Promise.all([
    assignedPolicies(graph, 'claimsMappingPolicies', servicePrincipalId),
    assignedPolicies(graph, 'tokenIssuancePolicies', servicePrincipalId),
    assignmentsOf(context, graph, there),
  ]);
  return withAssignments(context, { ...there, claimsMappingPolicies, tokenIssuancePolicies }, assignments);
}

const withAssignments = <T extends object>(
  { migration }: ReadContext,
  there: T,
  assignments: There['assignments'],
) => ({
  ...there,
  assignments,
  removed: removedByOthers(migration, assignments),
});

async function assignmentsOf(
  { report }: ReadContext,
  graph: GraphReader,
  { ids, appRoles: roles }: Pick<There, 'ids' | 'appRoles'>,
): Promise<There['assignments']> {
  return inRoles(await nextListed(report, graph, ids.servicePrincipalId), roles);
}
