import type { Application, TenantAppManagementPolicy } from '@microsoft/microsoft-graph-types';
import { FlexSsoError } from '../../errors.js';
import type { ReadContext } from '../../migration/step.js';
import type { GraphReader } from './client.js';
import { readable } from './deleted-applications.js';
import { noteOnce } from './note-once.js';
import { ownPolicies, type Restriction, restrictionsIn } from './own-policy.js';
import { quoted } from './query.js';

/**
 * Throws where a policy forbids an identifier such as `urn:flex:JQ…`, which holds neither a verified domain nor an id of the tenant, to
 * the application `appId` (absent for one that is to be created): the application's own app management policy, which takes the place of
 * the tenant's, else the tenant's. Only a note where somebody may be exempted, or where it cannot be read what is in force.
 */
export async function refuseByTenantPolicy(
  { report }: ReadContext,
  graph: GraphReader,
  entityId: string,
  appId: string | undefined,
): Promise<void> {
  const [tenant, own] = await Promise.all([
    readable(() => graph.find<TenantAppManagementPolicy>('/policies/defaultAppManagementPolicy')),
    appId ? ownPolicies(graph, appId) : 'none',
  ]);
  const ofTenant = tenant?.isEnabled ? restrictionsIn(tenant.applicationRestrictions) : [];
  if (own === 'unreadable' && ofTenant.length > 0)
    return noteOnce(
      report,
      `A policy of this tenant limits identifiers, and flex-sso cannot read whether the application is exempt: Entra may refuse ${entityId}.`,
    );
  if (typeof own === 'string')
    return judge(report, graph, { entityId, appId, restrictions: ofTenant, whose: 'tenant' });
  const { restrictions, saysNothing } = own;
  if (saysNothing && ofTenant.length > 0)
    noteOnce(
      report,
      'The application has an app management policy of its own, which says nothing about identifiers that flex-sso understands. By ' +
        `Microsoft's description it takes the place of the tenant's, which would forbid ${entityId}; if Entra refuses it all the same, ` +
        'exempt identifiers in that policy.',
    );
  return judge(report, graph, { entityId, appId, restrictions, whose: 'application' });
}

interface Case {
  entityId: string;
  appId: string | undefined;
  restrictions: readonly Restriction[];
  whose: 'tenant' | 'application';
}

async function judge(report: ReadContext['report'], graph: GraphReader, at: Case): Promise<void> {
  const { entityId, appId, restrictions, whose } = at;
  if (restrictions.length === 0) return;
  const created = await createdAt(graph, appId);
  const inForce = restrictions.filter(one => !isOlder(created, one.restrictForAppsCreatedAfterDateTime));
  if (inForce.length === 0) return;
  const says =
    whose === 'tenant'
      ? `A policy of this tenant limits identifiers and does not exempt SAML applications, so Entra refuses ${entityId}.`
      : `The application's own app management policy limits identifiers, so Entra refuses ${entityId}.`;
  if (inForce.some(({ excludeActors }) => excludeActors?.customSecurityAttributes?.length))
    return noteOnce(
      report,
      `${says} It exempts some people and applications; whoever signs in here must be one of them.`,
    );
  const where =
    whose === 'tenant'
      ? 'applicationRestrictions.identifierUris of the default app management policy'
      : 'restrictions.applicationRestrictions.identifierUris of the policy that is assigned to this application';
  throw new FlexSsoError(
    'entity-id-not-allowed',
    `${says} Nothing was written.`,
    'Let an administrator (Cloud Application Administrator with Policy.ReadWrite.ApplicationConfiguration) exempt SAML applications: ' +
      `set excludeSaml to true in ${where}. Then run \`flex-sso resume\`.`,
  );
}

async function createdAt(graph: GraphReader, appId: string | undefined): Promise<string | undefined> {
  if (!appId) return undefined;
  const filter = encodeURIComponent(`appId eq ${quoted(appId)}`);
  const [found] = await graph.list<Application>(`/applications?$filter=${filter}&$select=id,createdDateTime`);
  return found?.createdDateTime ?? undefined;
}

/** Whether a restriction spares an application because it was there before. */
const isOlder = (created: string | undefined, since: string | null | undefined) =>
  Boolean(created && since && Date.parse(created) <= Date.parse(since));
