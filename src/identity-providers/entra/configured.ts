import type { Application, KeyCredential, ServicePrincipal, StsPolicy } from '@microsoft/microsoft-graph-types';
import type { ApplicationIds } from '../../migration/facts.js';
import { type ClaimsEntry, describeSource, nameIdentifier } from './claims.js';
import type { GraphReader } from './client.js';
import { findTogether } from './find-together.js';
import { type ListedAssignment, listAssignments, recentAssignments } from './listed-assignments.js';
import type { Page } from './pages.js';
import { type Policy, readPolicy } from './policies.js';
import { readPortalClaims } from './portal-claims.js';

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
export interface ConfiguredCertificate {
  /** SHA-1, hex, upper case. */
  thumbprint: string;
  validFrom: string;
  validTo: string;
  isActive: boolean;
}

/** What decides whether an application lets people in to Flex, as Graph shows it now. All names and values are remote text. */
export interface ConfiguredApplication {
  /** Whether anyone may sign in to it. */
  isEnabled: boolean;
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
  /** The assignments are those that were read for something else some minutes ago. */
  areAssignmentsFromBefore: boolean;
}

export interface Assigned {
  principalId: string;
  isGroup: boolean;
  displayName: string;
  roleId: string;
}

/**
 * Reads everything at once, but for assignments that were read in the last minutes; undefined where Entra no longer shows the application.
 * Throws what Graph refuses.
 */
export async function readConfigured(
  graph: GraphReader,
  ids: ApplicationIds,
): Promise<ConfiguredApplication | undefined> {
  const principalId = ids.servicePrincipalId;
  // Entra assigns one policy of a kind at most, so that there is no second page.
  const [application, principal, ...policies] = await findTogether<
    [Application, ServicePrincipal, Page<StsPolicy>, Page<StsPolicy>]
  >(graph, [
    `/applications/${ids.id}?$select=${ofApplication}`,
    `/servicePrincipals/${principalId}?$select=${ofPrincipal}`,
    `/servicePrincipals/${principalId}/claimsMappingPolicies`,
    `/servicePrincipals/${principalId}/tokenIssuancePolicies`,
  ]);
  if (!application || !principal) return undefined;
  const [claimsPolicy, issuance] = policies.map(page => page?.value?.map(readPolicy)[0]);
  const { listed, isFromBefore } = await recentAssignments(graph, principalId);
  return {
    isEnabled: principal.accountEnabled !== false,
    identifiers: application.identifierUris ?? [],
    replyUrls: application.web?.redirectUris ?? [],
    demandsSignedRequests: application.requestSignatureVerification?.isSignedRequestRequired ?? false,
    encryptsAssertions: Boolean(application.tokenEncryptionKeyId),
    certificates: certificatesOf(principal),
    claimsPolicy,
    claims: claimsPolicy ? claimsIn(claimsPolicy) : await portalClaims(graph, ids.servicePrincipalId),
    signing: issuance && signingIn(issuance),
    roles: (application.appRoles ?? []).map(({ id, value, isEnabled }) => ({
      id: id?.toLowerCase() ?? '',
      value: value || null,
      isEnabled: isEnabled !== false,
    })),
    demandsAssignment: principal.appRoleAssignmentRequired ?? false,
    assignments: listed.map(assignedOf),
    areAssignmentsFromBefore: isFromBefore,
  };
}

/** With the assignments as they are now. */
export async function withAssignmentsNow(
  graph: GraphReader,
  application: ConfiguredApplication,
  { servicePrincipalId }: ApplicationIds,
): Promise<ConfiguredApplication> {
  const listed = await listAssignments(graph, servicePrincipalId);
  return { ...application, assignments: listed.map(assignedOf), areAssignmentsFromBefore: false };
}

const assignedOf = ({ principalType, ...listed }: ListedAssignment): Assigned => ({
  ...listed,
  isGroup: principalType === 'Group',
});

/** What it makes the NameID of, as `user.mail`; undefined where its claims cannot be read. Without a claim of its own that is the UPN. */
export const nameIdSource = ({ claims }: Pick<ConfiguredApplication, 'claims'>): string | undefined =>
  claims && (claims.find(({ name }) => name === undefined)?.source ?? 'user.userprincipalname').toLowerCase();

/** Whether the roles that Flex sees are app roles, as far as its claims can be read. */
export const sendsAppRoles = ({ claims }: Pick<ConfiguredApplication, 'claims'>): boolean =>
  claims?.find(({ name }) => name === 'roles')?.source.toLowerCase() === 'user.assignedroles';

const ofApplication = 'id,identifierUris,web,appRoles,requestSignatureVerification,tokenEncryptionKeyId';
const ofPrincipal = 'id,accountEnabled,preferredTokenSigningKeyThumbprint,appRoleAssignmentRequired,keyCredentials';

/** What an application signs with, or may sign with. */
function certificatesOf({
  keyCredentials,
  preferredTokenSigningKeyThumbprint,
}: ServicePrincipal): ConfiguredCertificate[] {
  const active = preferredTokenSigningKeyThumbprint?.toUpperCase();
  return (keyCredentials ?? []).filter(({ usage }) => usage === 'Verify').map(key => certificateOf(key, active));
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
  return schema.flatMap(configuredClaim);
}

/** None for an entry that is not sent: the input of a transformation. */
function configuredClaim(entry: ClaimsEntry): ConfiguredClaim[] {
  const { SamlClaimType: name, Value } = entry;
  if (!name) return [];
  const source = describeSource(entry);
  return [{ ...(name !== nameIdentifier && { name }), source, ...(Value !== undefined && { value: Value }) }];
}

/** Those of the portal's claims page. */
async function portalClaims(graph: GraphReader, principalId: string): Promise<ConfiguredClaim[] | undefined> {
  const portal = await readPortalClaims(graph, principalId);
  if (typeof portal === 'string') return undefined;
  return [
    ...portal.entries.flatMap(configuredClaim),
    ...portal.lost.map(name => ({
      ...(name !== nameIdentifier && { name }),
      source: 'a condition or a transformation',
    })),
  ];
}

function signingIn({ content }: Policy): ConfiguredApplication['signing'] {
  const { TokenIssuancePolicy: definition } = (content ?? {}) as {
    TokenIssuancePolicy?: { TokenResponseSigningPolicy?: unknown; SigningAlgorithm?: unknown };
  };
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { options: text(definition?.TokenResponseSigningPolicy), algorithm: text(definition?.SigningAlgorithm) };
}
