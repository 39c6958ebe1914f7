import type { Application, AppRole, KeyCredential, ServicePrincipal } from '@microsoft/microsoft-graph-types';
import type { ApplicationIds } from '../../migration/facts.js';
import type { GraphReader } from './client.js';
import { findTogether } from './find-together.js';

/** A reply URL with its index; the lowest is the default of IdP-initiated logins. */
interface RedirectUriSetting {
  uri: string;
  index: number | null;
}

/** `web` of an application; whatever else it holds is kept as it is. */
export interface Web {
  redirectUris: readonly string[];
  redirectUriSettings: readonly RedirectUriSetting[];
  [other: string]: unknown;
}

/** The reply URLs of an application, and the indexes of those that have one. */
export function replyUrls({ redirectUris, redirectUriSettings }: Pick<Web, 'redirectUris' | 'redirectUriSettings'>) {
  const indexed = redirectUriSettings.flatMap(({ uri, index }) => (index === null ? [] : [{ uri, index }]));
  return { redirectUris: [...redirectUris], ...(indexed.length > 0 && { redirectUriSettings: indexed }) };
}

export interface SigningCertificate {
  displayName: string;
  /** SHA-1, hex, upper case. */
  thumbprint: string;
  endDateTime: string;
}

/** An application with its service principal, as Graph shows them now. All names and values are remote text. */
export interface EntraApplication {
  ids: ApplicationIds;
  tenantId: string | undefined;
  identifierUris: readonly string[];
  web: Web;
  appRoles: readonly AppRole[];
  preferredSingleSignOnMode: string | null;
  preferredTokenSigningKeyThumbprint: string | null;
  notificationEmailAddresses: readonly string[];
  appRoleAssignmentRequired: boolean;
  /** Whether anybody may sign in to it. */
  accountEnabled: boolean;
  /** `HideApp` among them keeps it out of My Apps. */
  tags: readonly string[];
  certificates: readonly SigningCertificate[];
}

const ofApplication = 'id,appId,displayName,identifierUris,web,appRoles';
const ofServicePrincipal =
  'id,appId,appOwnerOrganizationId,preferredSingleSignOnMode,preferredTokenSigningKeyThumbprint,notificationEmailAddresses,' +
  'appRoleAssignmentRequired,accountEnabled,tags,keyCredentials';

/** Where Graph shows the two objects of an application. */
export const pathsOf = (ids: ApplicationIds): [string, string] => [
  `/applications/${ids.id}?$select=${ofApplication}`,
  `/servicePrincipals/${ids.servicePrincipalId}?$select=${ofServicePrincipal}`,
];

/** `undefined` where Graph does not show one of the two objects. */
export async function readApplication(graph: GraphReader, ids: ApplicationIds): Promise<EntraApplication | undefined> {
  const [application, principal] = await findTogether<[Application, ServicePrincipal]>(graph, pathsOf(ids));
  if (!application || !principal) return undefined;
  return {
    ids: { ...ids, displayName: application.displayName ?? '' },
    identifierUris: application.identifierUris ?? [],
    web: readWeb(application),
    appRoles: application.appRoles ?? [],
    preferredSingleSignOnMode: principal.preferredSingleSignOnMode || null,
    notificationEmailAddresses: principal.notificationEmailAddresses ?? [],
    appRoleAssignmentRequired: principal.appRoleAssignmentRequired ?? false,
    accountEnabled: principal.accountEnabled ?? true,
    tags: principal.tags ?? [],
    ...signingOf(principal),
  };
}

/** What the service principal alone shows: its certificates, which of them signs, and which tenant it is of. */
export async function readCertificates(
  graph: GraphReader,
  { servicePrincipalId }: Pick<ApplicationIds, 'servicePrincipalId'>,
): Promise<ReturnType<typeof signingOf> | undefined> {
  const principal = await graph.find<ServicePrincipal>(
    `/servicePrincipals/${servicePrincipalId}?$select=id,appOwnerOrganizationId,preferredTokenSigningKeyThumbprint,keyCredentials`,
  );
  return principal && signingOf(principal);
}

const signingOf = ({
  keyCredentials,
  preferredTokenSigningKeyThumbprint: thumbprint,
  appOwnerOrganizationId,
}: ServicePrincipal): Pick<EntraApplication, 'certificates' | 'preferredTokenSigningKeyThumbprint' | 'tenantId'> => ({
  certificates: (keyCredentials ?? []).filter(key => key.usage === 'Verify').map(readCertificate),
  preferredTokenSigningKeyThumbprint: thumbprint?.toUpperCase() ?? null,
  tenantId: appOwnerOrganizationId ?? undefined,
});

/** `web` as Graph sends it, with nothing absent. */
export function readWeb({ web }: Application): Web {
  const settings = (web?.redirectUriSettings ?? []).map(({ uri, index }) => ({ uri: uri ?? '', index: index ?? null }));
  return { ...web, redirectUris: web?.redirectUris ?? [], redirectUriSettings: settings };
}

function readCertificate(key: KeyCredential): SigningCertificate {
  return {
    displayName: key.displayName ?? '',
    thumbprint: Buffer.from(key.customKeyIdentifier ?? '', 'base64')
      .toString('hex')
      .toUpperCase(),
    endDateTime: key.endDateTime ?? '',
  };
}

/** The certificate that the application signs with, where it is one that is valid now. */
export function activeCertificate(
  { certificates, preferredTokenSigningKeyThumbprint }: EntraApplication,
  now = Date.now(),
): SigningCertificate | undefined {
  return certificates.find(
    held => held.thumbprint === preferredTokenSigningKeyThumbprint && Date.parse(held.endDateTime) > now,
  );
}
