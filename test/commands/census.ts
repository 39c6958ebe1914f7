import type { shownWorld } from './sandbox.js';

type ShownWorld = Awaited<ReturnType<typeof shownWorld>>;
type Shown = Record<string, string>;
interface Application {
  displayName: string;
  identifierUris: string[];
  web: { redirectUris: string[] };
  appRoles: { id: string }[];
}

/** What is in a world, without ids, keys and times: which things, how often each, and who may do what. */
export function census(world: ShownWorld) {
  const names = new Map<string, string>();
  const nameOf = (id = '') => names.get(id) ?? id;
  const policies = [...world.claimsMappingPolicies, ...world.tokenIssuancePolicies];
  for (const { id, displayName } of world.servicePrincipals) names.set(id, displayName);
  for (const { appRoles } of world.applications) for (const { id, value } of appRoles) names.set(id, String(value));
  for (const { id, definition } of policies) names.set(id, definition.join());
  const list = (entries: object[], describe: (entry: never) => unknown[]) =>
    entries.map(entry => describe(entry as never).join(' | ')).sort();
  return {
    applications: list(world.applications, ({ displayName, identifierUris, web, appRoles }: Application) => [
      ...[displayName, ...identifierUris, ...web.redirectUris],
      ...appRoles.map(({ id }) => nameOf(id)).sort(),
    ]),
    certificates: list(world.signingCertificates, (held: Shown) => [nameOf(held.servicePrincipalId)]),
    policies: list(policies, (held: Shown) => [nameOf(held.id)]),
    policyAssignments: list(world.policyAssignments, (held: Shown) => [
      ...[held.servicePrincipalId, held.policyId].map(nameOf),
    ]),
    assignments: list(world.appRoleAssignments, (held: Shown) => [
      ...[nameOf(held.resourceId), held.principalDisplayName, nameOf(held.appRoleId)],
    ]),
    connections: list(world.connections, (held: Shown) => [held.name, held.setupType, held.active]),
    workers: list(world.workers, (held: Shown) => [held.friendlyName]),
  };
}

/** The part of a world that is Entra's. */
export function entraOf({
  accountSid,
  hosting,
  consolePage,
  legacyConnection,
  connections,
  workers,
  ...entra
}: ShownWorld) {
  return entra;
}
