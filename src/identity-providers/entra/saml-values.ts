import type { Application, ServicePrincipal } from '@microsoft/microsoft-graph-types';
import type { ApplicationIds } from '../../migration/facts.js';
import type { GraphReader } from './client.js';
import { type ConfiguredCertificate, certificatesOf } from './configured.js';
import { findTogether } from './find-together.js';

/** What of an application decides whether it takes a login request, and answers it. All values are remote text. */
export interface SamlValues {
  identifiers: readonly string[];
  replyUrls: readonly string[];
  demandsSignedRequests: boolean;
  /** Whether anyone may sign in to it. */
  isEnabled: boolean;
  certificates: readonly ConfiguredCertificate[];
  demandsAssignment: boolean;
  /** Whether at least one user or group is assigned. */
  isAssigned: boolean;
}

/** Everything in one request; undefined if Entra does not show the application. Throws what Graph refuses. */
export async function readSamlValues(
  graph: GraphReader,
  { id, servicePrincipalId }: ApplicationIds,
): Promise<SamlValues | undefined> {
  const principalPath = `/servicePrincipals/${servicePrincipalId}`;
  const [application, principal, assigned] = await findTogether<[Application, ServicePrincipal, { value?: unknown[] }]>(
    graph,
    [
      `/applications/${id}?$select=id,identifierUris,web,requestSignatureVerification`,
      `${principalPath}?$select=${ofPrincipal}`,
      `${principalPath}/appRoleAssignedTo?$top=1&$select=id`,
    ],
  );
  if (!application || !principal) return undefined;
  return {
    identifiers: application.identifierUris ?? [],
    replyUrls: application.web?.redirectUris ?? [],
    demandsSignedRequests: application.requestSignatureVerification?.isSignedRequestRequired ?? false,
    isEnabled: principal.accountEnabled !== false,
    certificates: certificatesOf(principal),
    demandsAssignment: principal.appRoleAssignmentRequired ?? false,
    isAssigned: (assigned?.value ?? []).length > 0,
  };
}

const ofPrincipal = 'id,accountEnabled,preferredTokenSigningKeyThumbprint,appRoleAssignmentRequired,keyCredentials';
