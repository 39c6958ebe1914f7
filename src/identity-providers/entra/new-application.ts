import type { ApplicationIds, JournalEntry } from '../../migration/state.js';
import type { Change, Check, Facts, ReadContext, WriteContext } from '../../migration/step.js';
import { appRoles, wantedRoles } from './app-roles.js';
import { createApplication, findNewApplication, planApplication, readExisting, untilReliable } from './application.js';
import { assigning } from './assigning.js';
import { readAssignments } from './assignments.js';
import { claims, noteOnNameId, wantedClaims } from './claims.js';
import type { GraphReader } from './client.js';
import type { Concern, There, Wish } from './concern.js';
import { connectionOf } from './connection.js';
import { type LegacyClaims, readLegacyClaims, refuseLostNameId } from './legacy-claims.js';
import { noteOnce } from './note-once.js';
import { assignedPolicies } from './policies.js';
import type { EntraApplication } from './read.js';
import { look, settleMs } from './replication.js';
import { basicSaml, displayName, settings, singleSignOnMode } from './saml.js';
import { activation, certificate, signingOptions } from './signing.js';
import { noteOnIdentifierPolicy } from './tenant-policy.js';

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
const presetName = 'Twilio Flex SSO';

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
  const { wish, legacyClaims } = await readWish(context, graph);
  const there = await findThere(context, graph);
  const changes = concerns.flatMap(concern => concern.plan(wish, there));
  if (there && changes.length === 0) return [];
  await noteOnIdentifierPolicy(context, graph, wish.serviceProvider.entityId);
  if (changes.some(change => change.resource === 'claimsMappingPolicy')) noteOnClaims(context, wish, legacyClaims);
  return there ? changes : [planApplication(context.migration.id, wish.displayName), ...changes];
}

/** Does one change of the plan above. */
export async function applyToNewApplication(change: Change, context: WriteContext): Promise<Facts> {
  const graph = await context.graph();
  if (change.resource === 'application') return { application: await createApplication(graph, context.migration.id) };
  const at = await findNewApplication(graph, context.migration);
  const concern = concernOf(change);
  if (!at || !concern) throw new TypeError(`nothing to apply ${change.resource} to`);
  await concern.apply(change, at, context);
  const renamed = change.resource === 'displayName' ? { displayName: String(change.after) } : {};
  return { application: { ...at, ...renamed } };
}

/** Reads everything back. */
export async function verifyNewApplication(context: ReadContext): Promise<Check[]> {
  const graph = await context.graph();
  const { wish } = await readWish(context, graph);
  let checks: Check[] = [];
  await look(
    async () => {
      const there = await findThere(context, graph);
      checks = there ? concerns.flatMap(concern => concern.check?.(wish, there) ?? []) : [missing];
      return checks.every(check => check.result === 'passed') || undefined;
    },
    { wait: graph.wait, longestMs: settleMs },
  );
  return checks;
}

const missing: Check = {
  name: 'application',
  result: 'failed',
  strength: 'observed',
  message: 'Entra shows no new application for Flex.',
  hint: 'Run `flex-sso resume`: it is planned again.',
};

async function findThere(context: ReadContext, graph: GraphReader): Promise<There | undefined> {
  const ids = await findNewApplication(graph, context.migration);
  if (!ids) return undefined;
  const there = await readExisting(graph, ids);
  const { servicePrincipalId } = ids;
  const [claimsMappingPolicies, tokenIssuancePolicies, assignments] = await Promise.all([
    assignedPolicies(graph, 'claimsMappingPolicies', servicePrincipalId),
    assignedPolicies(graph, 'tokenIssuancePolicies', servicePrincipalId),
    readAssignments(graph, servicePrincipalId, there.appRoles),
  ]);
  return { ...there, claimsMappingPolicies, tokenIssuancePolicies, assignments };
}

async function readWish(
  { migration }: ReadContext,
  graph: GraphReader,
): Promise<{ wish: Wish; legacyClaims: LegacyClaims | undefined }> {
  const { answers, facts, id } = migration;
  const legacy = facts.legacyApplication && (await readLegacy(graph, facts.legacyApplication));
  if (legacy && answers.nameId !== 'mail') refuseLostNameId(legacy.claims);
  const wish: Wish = {
    migrationId: id,
    displayName: answers.applicationName ?? presetName,
    serviceProvider: connectionOf(migration),
    notificationEmailAddresses: answers.notificationEmails?.split(/[\s,;]+/).filter(Boolean),
    appRoleAssignmentRequired: legacy?.application.appRoleAssignmentRequired,
    roles: wantedRoles(legacy?.application.appRoles ?? []),
    claims: wantedClaims(answers.nameId, legacy?.claims),
    assignments: legacy?.assignments ?? [],
  };
  return { wish, legacyClaims: legacy?.claims };
}

interface Legacy {
  application: EntraApplication;
  claims: LegacyClaims;
  assignments: Wish['assignments'];
}

async function readLegacy(graph: GraphReader, ids: ApplicationIds): Promise<Legacy> {
  const application = await readExisting(graph, ids);
  const [legacyClaims, assignments] = await Promise.all([
    readLegacyClaims(graph, ids),
    readAssignments(graph, ids.servicePrincipalId, application.appRoles),
  ]);
  return { application, claims: legacyClaims, assignments };
}

function noteOnClaims({ report }: ReadContext, wish: Wish, legacyClaims: LegacyClaims | undefined): void {
  const note = noteOnNameId(wish.claims);
  if (note) noteOnce(report, note);
  if (!legacyClaims)
    noteOnce(
      report,
      "No legacy application is known in this tenant, so nobody's assignment is carried over, and the NameID is user.mail as in " +
        "Twilio's guide. If the NameID changes, agents get a new, billed Worker at their first login.",
    );
  if (legacyClaims && legacyClaims.lost.length > 0)
    noteOnce(
      report,
      `These claims of the legacy application depend on conditions or transformations and are not carried over: ` +
        `${legacyClaims.lost.join(', ')}. Flex keeps their last values.`,
    );
}
