import type { ApplicationIds } from '../../migration/facts.js';
import type { ReadContext, Report } from '../../migration/step.js';
import { accessOf, lacksFlexRole, withDefaultRole } from './access.js';
import { spelledByFlex, wantedRoles } from './app-roles.js';
import { readExisting } from './application.js';
import { type Assignment, inRoles } from './assignments.js';
import { wantedClaims } from './claims.js';
import type { GraphReader } from './client.js';
import { cloudOf } from './cloud.js';
import type { Wish } from './concern.js';
import { connectionOf } from './connection.js';
import { type LegacyClaims, readLegacyClaims, refuseLostNameId } from './legacy-claims.js';
import { nextListed } from './listed-assignments.js';
import { recogniseNameId } from './name-id.js';
import { rolesAreAssigned } from './people-notes.js';
import type { EntraApplication } from './read.js';
import { readPeople } from './survey.js';

const presetName = 'Twilio Flex SSO';

/** What the legacy application is and says, with roles as Flex spells them. */
export interface Legacy {
  application: EntraApplication;
  claims: LegacyClaims;
  assignments: readonly Assignment[];
}

/** What the new application shall be, and the legacy one that it is carried over from. */
export async function readWish(
  context: ReadContext,
  graph: GraphReader,
): Promise<{ wish: Wish; legacy: Legacy | undefined }> {
  const { answers, facts, id } = context.migration;
  const legacy = facts.legacyApplication && (await readLegacyOnce(context, graph, facts.legacyApplication));
  if (legacy && (answers.nameId ?? 'keep') === 'keep') refuseLostNameId(legacy.claims);
  const wish: Wish = {
    migrationId: id,
    displayName: answers.applicationName ?? presetName,
    serviceProvider: connectionOf(context.migration),
    notificationEmailAddresses: answers.notificationEmails?.split(/[\s,;]+/).filter(Boolean),
    carriedEmailAddresses: legacy?.application.notificationEmailAddresses ?? [],
    cloud: cloudOf(context.migration, graph),
    certificateByHand: facts.certificateByHand === true || cloudOf(context.migration, graph) !== 'global',
    certificateYears: Number(answers.certificateYears ?? 3),
    appRoleAssignmentRequired: legacy?.application.appRoleAssignmentRequired,
    roles: wantedRoles(legacy?.application.appRoles ?? []),
    claims: wantedClaims(answers.nameId, legacy?.claims),
    assignments: legacy ? await wantedAssignments(context, graph, legacy) : [],
  };
  return { wish, legacy };
}

/** `known` are its claims, where they were read already. */
export async function readLegacy(
  context: ReadContext,
  graph: GraphReader,
  ids: ApplicationIds,
  known?: LegacyClaims,
): Promise<Legacy> {
  const application = await readExisting(graph, ids);
  const [claims, listed] = await Promise.all([
    known ?? readLegacyClaims(graph, ids),
    nextListed(context.report, graph, ids.servicePrincipalId),
  ]);
  const spelled = inRoles(listed, application.appRoles).map(one => ({
    ...one,
    role: one.role && spelledByFlex(one.role),
  }));
  const assignments = [...new Map(spelled.map(one => [`${one.principalId} ${one.role ?? ''}`, one])).values()];
  if (!claims.assumed) return { application, claims, assignments };
  // Where nothing says what the NameID is, the Workers do: each of them is named after one.
  const directory = await readPeople(context, graph, assignments, [claims]);
  const people = accessOf(directory, assignments).values();
  const { entry, borneOut } = recogniseNameId(people, context.migration.facts.workersBefore);
  return { application, claims: { ...claims, entries: [entry], borneOut }, assignments };
}

/** What was read a moment ago, to count those without a role, is not read again for the plan that follows; it is for every later one. */
const justRead = new WeakMap<Report, Legacy>();

function readLegacyOnce(context: ReadContext, graph: GraphReader, ids: ApplicationIds): Promise<Legacy> | Legacy {
  const known = justRead.get(context.report);
  justRead.delete(context.report);
  return known?.application.ids.appId === ids.appId ? known : readLegacy(context, graph, ids);
}

/** How many of those who may log in through the legacy application have no role that Flex lets in. */
export async function countWithoutRole(context: ReadContext, ids: ApplicationIds): Promise<number> {
  const graph = await context.graph();
  const legacy = await readLegacy(context, graph, ids);
  justRead.set(context.report, legacy);
  const { claims, assignments } = legacy;
  if (!rolesAreAssigned(claims.entries)) return 0;
  const directory = await readPeople(context, graph, assignments, [claims]);
  return [...accessOf(directory, assignments).values()].filter(lacksFlexRole).length;
}

async function wantedAssignments(context: ReadContext, graph: GraphReader, legacy: Legacy) {
  const { defaultRole } = context.migration.answers;
  const { assignments, claims } = legacy;
  if (!defaultRole || defaultRole === 'keep' || !rolesAreAssigned(claims.entries)) return assignments;
  return withDefaultRole(await readPeople(context, graph, assignments, [claims]), assignments, defaultRole);
}
