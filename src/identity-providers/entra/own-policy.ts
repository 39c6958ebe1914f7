import type { AppManagementPolicy } from '@microsoft/microsoft-graph-types';
import type { GraphReader } from './client.js';
import { readable } from './deleted-applications.js';

/** A limit on new identifiers that is evaluated, and that SAML applications are not exempt from. */
export interface Restriction {
  restrictForAppsCreatedAfterDateTime?: string | null;
  excludeActors?: { customSecurityAttributes?: readonly unknown[] | null } | null;
}

/** The limits in force in `applicationRestrictions`, of the tenant's policy or of an application's own. */
export function restrictionsIn(applicationRestrictions: unknown): Restriction[] {
  return Object.values(identifierUrisIn(applicationRestrictions) ?? {}).filter(isInForce);
}

/**
 * What the app management policy that is assigned to an application says of identifiers; 'none' where none is. An application has one at
 * most, and does not inherit from the tenant's then. Source: Microsoft's overview of application authentication method policies.
 */
export async function ownPolicies(
  graph: GraphReader,
  appId: string,
): Promise<{ restrictions: Restriction[]; saysNothing: boolean } | 'none' | 'unreadable'> {
  const assigned = await readable(() =>
    graph.list<AppManagementPolicy>(`/applications(appId='${encodeURIComponent(appId)}')/appManagementPolicies`),
  );
  if (!assigned) return 'unreadable';
  const enabled = assigned.filter(policy => policy.isEnabled !== false);
  if (enabled.length === 0) return 'none';
  const said = enabled.map(policy => applicationRestrictionsOf(policy));
  return { restrictions: said.flatMap(restrictionsIn), saysNothing: said.every(one => !identifierUrisIn(one)) };
}

const applicationRestrictionsOf = ({ restrictions }: AppManagementPolicy): unknown =>
  isObject(restrictions) && 'applicationRestrictions' in restrictions
    ? restrictions.applicationRestrictions
    : undefined;

function identifierUrisIn(applicationRestrictions: unknown): object | undefined {
  if (!isObject(applicationRestrictions) || !('identifierUris' in applicationRestrictions)) return undefined;
  const { identifierUris } = applicationRestrictions;
  return isObject(identifierUris) ? identifierUris : undefined;
}

/** Both limits that there are, on anything but api://<appId> and on what names nothing of the tenant, forbid urn:flex:…. */
const isInForce = (restriction: unknown): restriction is Restriction =>
  isObject(restriction) &&
  'state' in restriction &&
  restriction.state === 'enabled' &&
  !('excludeSaml' in restriction && restriction.excludeSaml);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
