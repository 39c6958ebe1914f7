import type { Application, TenantAppManagementPolicy } from '@microsoft/microsoft-graph-types';
import { FlexSsoError } from '../../errors.js';
import type { ReadContext } from '../../migration/step.js';
import type { GraphReader } from './client.js';
import { readable } from './deleted-applications.js';
import { noteOnce } from './note-once.js';
import { quoted } from './query.js';

interface Restriction {
  state?: string | null;
  excludeSaml?: boolean | null;
  restrictForAppsCreatedAfterDateTime?: string | null;
  excludeActors?: { customSecurityAttributes?: readonly unknown[] | null } | null;
}

/**
 * Throws where the tenant's policy forbids an identifier such as `urn:flex:JQ…`, which holds neither a verified domain nor an id of the
 * tenant, to the application `appId` (absent for one that is to be created). Only a note where somebody may be exempted, or where the
 * policy cannot be read.
 */
export async function refuseByTenantPolicy(
  { report }: ReadContext,
  graph: GraphReader,
  entityId: string,
  appId: string | undefined,
): Promise<void> {
  const policy = await readable(() => graph.find<TenantAppManagementPolicy>('/policies/defaultAppManagementPolicy'));
  if (!policy?.isEnabled) return;
  const { identifierUris } = (policy.applicationRestrictions ?? {}) as {
    identifierUris?: { nonDefaultUriAddition?: Restriction; uriAdditionWithoutUniqueTenantIdentifier?: Restriction };
  };
  const restrictions = [
    identifierUris?.nonDefaultUriAddition,
    identifierUris?.uriAdditionWithoutUniqueTenantIdentifier,
  ].filter(restriction => restriction?.state === 'enabled' && !restriction.excludeSaml);
  if (restrictions.length === 0) return;
  const created = await createdAt(graph, appId);
  const inForce = restrictions.filter(
    restriction => !isOlder(created, restriction?.restrictForAppsCreatedAfterDateTime),
  );
  if (inForce.length === 0) return;
  const says = `A policy of this tenant limits identifiers and does not exempt SAML applications, so Entra refuses ${entityId}.`;
  if (inForce.some(restriction => restriction?.excludeActors?.customSecurityAttributes?.length))
    return noteOnce(
      report,
      `${says} It exempts some people and applications; whoever signs in here must be one of them.`,
    );
  throw new FlexSsoError(
    'entity-id-not-allowed',
    `${says} Nothing was written.`,
    'Let an administrator (Cloud Application Administrator with Policy.ReadWrite.ApplicationConfiguration) exempt SAML applications: ' +
      'set excludeSaml to true in applicationRestrictions.identifierUris of the default app management policy. Then run `flex-sso resume`.',
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
