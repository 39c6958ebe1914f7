import type { ApplicationIds, JournalEntry, Migration } from '../../migration/state.js';
import type { Change, Check, Facts, ReadContext, Refused, WriteContext } from '../../migration/step.js';
import { appRoles } from './app-roles.js';
import { createApplication, findNewApplication, planApplication, readExisting, untilReliable } from './application.js';
import { noteOnNames } from './application-name.js';
import { assigning } from './assigning.js';
import { readAssignments } from './assignments.js';
import { claims } from './claims.js';
import { claimsByHand } from './claims-by-hand.js';
import type { GraphReader } from './client.js';
import type { Concern, There } from './concern.js';
import { assertEntityIdPossible } from './entity-id.js';
import { explain, verifyPeople } from './explanation.js';
import { noteOnce } from './note-once.js';
import { assignedPolicies } from './policies.js';
import { look, settleMs } from './replication.js';
import { basicSaml, displayName, settings, singleSignOnMode } from './saml.js';
import { signingOptions } from './signing.js';
import { activation, certificate, NoCertificateAction } from './signing-certificate.js';
import { expiryNote } from './signing-expiry.js';
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

/** After that, whatever was created is to be seen everywhere. */
const recentMs = 15 * 60_000;
const interruptedLookMs = 60_000;

/**
 * What a run that was cut off may have created without seeing it: the application itself, returned where it is there, and the objects
 * that belong to it. They are looked for patiently where that was not long ago, so that nothing is created a second time.
 */
export async function settleInterrupted(context: ReadContext, now = Date.now()): Promise<ApplicationIds | undefined> {
  const { migration } = context;
  const open = migration.journal.filter(
    ({ step, status }) => step === 'update-identity-provider' && status === 'intended',
  );
  const graph = await context.graph();
  const patience = (entry: JournalEntry | undefined) => ({
    wait: graph.wait,
    longestMs: entry && now - Date.parse(entry.intendedAt) < recentMs ? interruptedLookMs : 0,
  });
  const creation = open.find(({ change }) => change.resource === 'application');
  const at = await look(() => findNewApplication(graph, migration), patience(creation));
  if (!at) return undefined;
  if (!migration.facts.application) await untilReliable(graph, at);
  for (const entry of open) {
    const concern = concernOf(entry.change);
    if (concern?.find) await look(async () => concern.find?.(entry.change, at, graph), patience(entry));
  }
  return at;
}

/** Everything that is still to be done for a new application, held against what is there. */
export async function planNewApplication(context: ReadContext): Promise<Change[]> {
  const graph = await context.graph();
  const { wish, legacy } = await readWish(context, graph);
  const there = await findThere(context, graph);
  const changes = concerns.flatMap(concern => concern.plan(wish, there));
  const consequence =
    changes.length > 0 || context.report.people ? await explain(context, graph, wish, legacy) : undefined;
  if (there && changes.length === 0) return [];
  if (changes.some(({ resource }) => resource === 'identifierUris'))
    await assertEntityIdPossible(context, graph, wish.serviceProvider.entityId, there?.ids.appId);
  if (!there) await noteOnNames(context, graph, wish.displayName);
  const planned = changes.map(change =>
    consequence && change.resource === 'claimsMappingPolicy' ? { ...change, consequence } : change,
  );
  const byHand = claimsByHand(wish, legacy?.claims, context.migration);
  const expiring = legacy && expiryNote(legacy.application);
  if (expiring) noteOnce(context.report, expiring);
  return there
    ? [...byHand, ...planned]
    : [...byHand, planApplication(context.migration.id, wish.displayName), ...planned];
}

/** Does one change of the plan above. */
export async function applyToNewApplication(change: Change, context: WriteContext): Promise<Facts | Refused> {
  const graph = await context.graph();
  if (change.resource === 'application') return { application: await createApplication(graph, context.migration.id) };
  const at = await findNewApplication(graph, context.migration);
  const concern = concernOf(change);
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
  const { wish, legacy } = await readWish(context, graph);
  let there: There | undefined;
  let checks: Check[] = [];
  const lagsAlone = () => checks.length > 0 && failed(checks).every(({ name }) => name === 'assignments');
  const check = async () => {
    // A list of thousands takes longest to be whole after it was written; nothing else is read again for it.
    const seen: There | undefined =
      there && lagsAlone()
        ? { ...there, assignments: await assignmentsOf(graph, there) }
        : await findThere(context, graph);
    there = seen;
    checks = seen ? concerns.flatMap(concern => concern.check?.(wish, seen) ?? []) : [missing];
    return failed(checks).length === 0 || undefined;
  };
  const seen = await look(check, { wait: graph.wait, longestMs: settleMs });
  if (!seen && lagsAlone() && wasJustAssigned(context.migration)) await look(check, { wait: graph.wait });
  return there && legacy ? [...checks, ...(await verifyPeople(context, graph, { wish, legacy, there }))] : checks;
}

const failed = (checks: readonly Check[]) => checks.filter(({ result }) => result === 'failed');

const wasJustAssigned = ({ journal }: Migration, now = Date.now()) =>
  journal.some(
    ({ change, appliedAt }) =>
      change.resource === 'appRoleAssignments' && appliedAt && now - Date.parse(appliedAt) < recentMs,
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
    assignmentsOf(graph, there),
  ]);
  return { ...there, claimsMappingPolicies, tokenIssuancePolicies, assignments };
}

const assignmentsOf = (graph: GraphReader, { ids, appRoles: roles }: Pick<There, 'ids' | 'appRoles'>) =>
  readAssignments(graph, ids.servicePrincipalId, roles);
