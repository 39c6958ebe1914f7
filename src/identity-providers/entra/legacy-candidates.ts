import type { Application, AppRoleAssignment, ServicePrincipal, SignIn } from '@microsoft/microsoft-graph-types';
import type { ApplicationIds, Facts, LegacyCandidate } from '../../migration/facts.js';
import { identityProviderBehind } from '../labels.js';
import type { GraphReader } from './client.js';
import { type DeletedApplication, readable } from './deleted-applications.js';
import { quoted } from './query.js';

type Standing = Pick<LegacyCandidate, 'enabled' | 'tenantId'>;

/** Whether anybody may sign in to an application, and which tenant it belongs to. */
export async function readStanding(
  graph: GraphReader,
  { servicePrincipalId }: Pick<ApplicationIds, 'servicePrincipalId'>,
): Promise<Standing> {
  const principal = await graph.find<ServicePrincipal>(
    `/servicePrincipals/${servicePrincipalId}?$select=id,accountEnabled,appOwnerOrganizationId`,
  );
  const { accountEnabled, appOwnerOrganizationId } = principal ?? {};
  return {
    ...(typeof accountEnabled === 'boolean' && { enabled: accountEnabled }),
    ...(appOwnerOrganizationId && { tenantId: appOwnerOrganizationId }),
  };
}

/** Why an application that has the identifier which Flex sends may all the same not be the one that agents log in through. */
export function doubtAbout(
  { displayName, enabled, tenantId }: Pick<LegacyCandidate, 'displayName'> & Standing,
  legacy: NonNullable<Facts['legacy']>,
): string | undefined {
  const but = `“${displayName}” has the identifier that Flex sends, but`;
  const idp = identityProviderBehind(legacy.ssoUrl);
  if (idp && idp !== 'entra') return `${but} Flex sends its logins to ${legacy.ssoUrl}, and not to Entra.`;
  if (tenantId && legacy.tenantId && tenantId.toLowerCase() !== legacy.tenantId.toLowerCase())
    return `${but} it is in the tenant ${tenantId}, and Flex sends its logins to the tenant ${legacy.tenantId}.`;
  if (enabled === false) return `${but} sign-in to it is switched off, so nobody can log in through it now.`;
  return undefined;
}

/** What there is to tell an application by, from those who know it. `forms` are the legacy identifiers, the most telling first. */
export async function describeCandidate(
  graph: GraphReader,
  { id, appId, servicePrincipalId, displayName }: ApplicationIds,
  forms: readonly string[],
): Promise<LegacyCandidate> {
  const [application, standing, assigned, signIns] = await Promise.all([
    graph.find<Application>(`/applications/${id}?$select=id,createdDateTime,identifierUris,web`),
    readStanding(graph, { servicePrincipalId }),
    graph.list<AppRoleAssignment>(`/servicePrincipals/${servicePrincipalId}/appRoleAssignedTo?$top=999&$select=id`),
    readable(() =>
      graph.get<{ value?: SignIn[] }>(
        `/auditLogs/signIns?$filter=${encodeURIComponent(`appId eq ${quoted(appId)}`)}&$top=1`,
      ),
    ),
  ]);
  return {
    appId,
    displayName,
    ...standing,
    ...valuesOf(application?.identifierUris ?? [], application?.web?.redirectUris ?? [], forms),
    assigned: assigned.length,
    ...(application?.createdDateTime && { createdDateTime: application.createdDateTime }),
    ...(signIns && { lastSignIn: signIns.value?.[0]?.createdDateTime ?? null }),
  };
}

/** The same of a deleted one, of which little can be read; none where it has no legacy identifier. */
export function describeDeleted(
  { identifierUris, replyUrls, ...facts }: DeletedApplication,
  forms: readonly string[],
): LegacyCandidate[] {
  const values = valuesOf(identifierUris, replyUrls, forms);
  return forms.includes(values.identifier) ? [{ ...facts, ...values }] : [];
}

function valuesOf(identifiers: readonly string[], replyUrls: readonly string[], forms: readonly string[]) {
  const identifier = forms.find(form => identifiers.includes(form)) ?? identifiers[0] ?? '';
  const otherIdentifiers = identifiers.filter(other => other !== identifier);
  return {
    identifier,
    ...(otherIdentifiers.length > 0 && { otherIdentifiers }),
    ...(replyUrls.length > 0 && { replyUrls: [...replyUrls] }),
  };
}
