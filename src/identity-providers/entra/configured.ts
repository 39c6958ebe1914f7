import type { Application, KeyCredential, ServicePrincipal } from '@microsoft/microsoft-graph-types';
import type { ApplicationIds } from '../../migration/state.js';
import { type ClaimsEntry, nameIdentifier } from './claims.js';
import { GraphError, type GraphReader } from './client.js';
import { assignedPolicies, type Policy } from './policies.js';

/** A claim that an application sends: its name as Flex will see it, and where its value comes from. */
export interface ConfiguredClaim {
  /** With its namespace, where it has one; absent for the NameID. */
  name?: string;
  /** `user.mail`, or a constant in quotes. */
  source: string;
  /** A constant, also an empty one. */
  value?: string;
}

/** A certificate of an application, by what Graph says of it. */
interface ConfiguredCertificate {
  /** SHA-1, hex, upper case. */
  thumbprint: string;
  validFrom: string;
  validTo: string;
  isActive: boolean;
}

/** What decides whether an application lets people in to Flex, as Graph shows it now. All names and values are remote text. */
export interface ConfiguredApplication {
  identifiers: readonly string[];
  replyUrls: readonly string[];
  demandsSignedRequests: boolean;
  encryptsAssertions: boolean;
  certificates: readonly ConfiguredCertificate[];
  /** The claims mapping policy that is assigned; undefined where the claims are those of the portal. */
  claimsPolicy: Policy | undefined;
  /** Undefined where they cannot be read, as those of the portal outside the global cloud. */
  claims: readonly ConfiguredClaim[] | undefined;
  /** The definition of the token issuance policy; undefined where none is assigned. */
  signing: { options: string; algorithm: string } | undefined;
  roles: readonly { id: string; value: string | null; isEnabled: boolean }[];
  demandsAssignment: boolean;
  assignments: readonly Assigned[];
}

export interface Assigned {
  principalId: string;
  isGroup: boolean;
  displayName: string;
  roleId: string;
}

/** Reads everything at once; undefined where Entra no longer shows the application. Throws what Graph refuses. */
export async function readConfigured(
  graph: GraphReader,
  ids: ApplicationIds,
): Promise<ConfiguredApplication | undefined> {
  const principalPath = `/servicePrincipals/${ids.servicePrincipalId}`;
  const [application, principal] = await Promise.all([
    graph.find<Application>(`/applications/${ids.id}?$select=${ofApplication}`),
    graph.find<ServicePrincipal>(`${principalPath}?$select=${ofPrincipal}`),
  ]);
  if (!application || !principal) return undefined;
  const [[claimsPolicy], [issuance], assignments] = await Promise.all([
    assignedPolicies(graph, 'claimsMappingPolicies', ids.servicePrincipalId),
    assignedPolicies(graph, 'tokenIssuancePolicies', ids.servicePrincipalId),
    graph.list<Assignment>(`${principalPath}/appRoleAssignedTo?$top=999`),
  ]);
  const active = principal.preferredTokenSigningKeyThumbprint?.toUpperCase();
  return {
    identifiers: application.identifierUris ?? [],
    replyUrls: application.web?.redirectUris ?? [],
    demandsSignedRequests: application.requestSignatureVerification?.isSignedRequestRequired ?? false,
    encryptsAssertions: Boolean(application.tokenEncryptionKeyId),
    certificates: (principal.keyCredentials ?? [])
      .filter(({ usage }) => usage === 'Verify')
      .map(key => certificateOf(key, active)),
    claimsPolicy,
    claims: claimsPolicy ? claimsIn(claimsPolicy) : await portalClaims(graph, principalPath),
    signing: issuance && signingIn(issuance),
    roles: (application.appRoles ?? []).map(({ id, value, isEnabled }) => ({
      id: id ?? '',
      value: value || null,
      isEnabled: isEnabled !== false,
    })),
    demandsAssignment: principal.appRoleAssignmentRequired ?? false,
    assignments: assignments.map(({ principalId, principalType, principalDisplayName, appRoleId }) => ({
      principalId: principalId ?? '',
      isGroup: principalType === 'Group',
      displayName: principalDisplayName ?? '',
      roleId: appRoleId ?? '',
    })),
  };
}

const ofApplication = 'id,identifierUris,web,appRoles,requestSignatureVerification,tokenEncryptionKeyId';
const ofPrincipal = 'id,preferredTokenSigningKeyThumbprint,appRoleAssignmentRequired,keyCredentials';

interface Assignment {
  principalId?: string | null;
  principalType?: string | null;
  principalDisplayName?: string | null;
  appRoleId?: string | null;
}

const certificateOf = (
  { customKeyIdentifier, startDateTime, endDateTime }: KeyCredential,
  active: string | undefined,
): ConfiguredCertificate => {
  const thumbprint = Buffer.from(customKeyIdentifier ?? '', 'base64')
    .toString('hex')
    .toUpperCase();
  return {
    thumbprint,
    validFrom: startDateTime ?? '',
    validTo: endDateTime ?? '',
    isActive: thumbprint === active,
  };
};

/** The claims of a policy's definition, ours or somebody else's. */
export function claimsIn({ content }: Pick<Policy, 'content'>): ConfiguredClaim[] {
  const { ClaimsMappingPolicy: definition } = (content ?? {}) as { ClaimsMappingPolicy?: { ClaimsSchema?: unknown } };
  const schema = Array.isArray(definition?.ClaimsSchema) ? (definition.ClaimsSchema as ClaimsEntry[]) : [];
  return schema.flatMap(({ SamlClaimType: name, Source, ID, Value, TransformationId }) => {
    if (!name) return [];
    const source = TransformationId ?? (Value === undefined ? `${Source ?? 'user'}.${ID ?? '?'}` : `"${Value}"`);
    return [{ ...(name !== nameIdentifier && { name }), source, ...(Value !== undefined && { value: Value }) }];
  });
}

interface PortalClaim {
  '@odata.type'?: string;
  name?: string;
  namespace?: string | null;
  configurations?: readonly { attribute?: { id?: string; source?: string; value?: string } | null }[] | null;
}

async function portalClaims(graph: GraphReader, principalPath: string): Promise<ConfiguredClaim[] | undefined> {
  try {
    const policy = await graph.find<{ claims?: PortalClaim[] }>(`/beta${principalPath}/claimsPolicy`);
    return policy?.claims?.map(portalClaim);
  } catch (error) {
    // Beta exists in the global cloud alone.
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

function portalClaim(claim: PortalClaim): ConfiguredClaim {
  const isNameId = claim['@odata.type']?.endsWith('samlNameIdClaim') || claim.name === undefined;
  const attribute = claim.configurations?.[0]?.attribute;
  const isConstant = attribute?.value !== undefined && attribute.id === undefined;
  const source = isConstant
    ? `"${attribute.value}"`
    : attribute?.id
      ? `${attribute.source ?? 'user'}.${attribute.id}`
      : 'a transformation';
  const name = claim.namespace ? `${claim.namespace}/${claim.name}` : claim.name;
  return {
    ...(!isNameId && name !== undefined && { name }),
    source,
    ...(isConstant && attribute.value !== undefined && { value: attribute.value }),
  };
}

function signingIn({ content }: Policy): ConfiguredApplication['signing'] {
  const { TokenIssuancePolicy: definition } = (content ?? {}) as {
    TokenIssuancePolicy?: { TokenResponseSigningPolicy?: unknown; SigningAlgorithm?: unknown };
  };
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { options: text(definition?.TokenResponseSigningPolicy), algorithm: text(definition?.SigningAlgorithm) };
}
