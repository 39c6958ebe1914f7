import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds } from '../../migration/state.js';
import { type ClaimsEntry, nameIdentifier } from './claims.js';
import { GraphError, type GraphReader } from './client.js';
import { assignedPolicies } from './policies.js';

/** The claims of the legacy application, as entries of a claims mapping policy. No entry for the NameID: it is the default, the UPN. */
export interface LegacyClaims {
  entries: readonly ClaimsEntry[];
  transformations: readonly unknown[];
  /** Names of claims that cannot be carried over, because they depend on conditions or are made by transformations of the portal. */
  lost: readonly string[];
  /** They could not be read: Entra's defaults are assumed. */
  assumed?: true;
}

/** A method of claims transformations: the part of an address before its `@`. */
export const extractMailPrefix = 'ExtractMailPrefix';

/** What an assigned policy says counts; without one what the portal's claims page holds, where that can be read; else the defaults. */
export async function readLegacyClaims(graph: GraphReader, application: ApplicationIds): Promise<LegacyClaims> {
  const [policy] = await assignedPolicies(graph, 'claimsMappingPolicies', application.servicePrincipalId);
  if (policy) return fromPolicy(policy.content);
  const portal = await readPortalClaims(graph, application.servicePrincipalId);
  return portal ? fromPortal(portal) : { entries: [], transformations: [], lost: [], assumed: true };
}

/** Throws where the NameID is made in a way that only the portal can: another NameID would make second Workers. */
export function refuseLostNameId({ lost }: LegacyClaims): void {
  if (!lost.includes(nameIdentifier)) return;
  throw new FlexSsoError(
    'name-id-not-portable',
    'The legacy application makes its NameID by a condition or a transformation of the portal, which cannot be carried over to a ' +
      'new application.',
    'Choose `--setup-type modify`, which keeps the application and its NameID; or `--name-id mail` if user.mail is the same value.',
  );
}

function fromPolicy(content: unknown): LegacyClaims {
  const { ClaimsMappingPolicy: policy } = (content ?? {}) as { ClaimsMappingPolicy?: Record<string, unknown> };
  const schema = Array.isArray(policy?.ClaimsSchema) ? (policy.ClaimsSchema as ClaimsEntry[]) : [];
  const transformations = policy?.ClaimsTransformation ?? policy?.ClaimsTransformations;
  return {
    // Some names of JWT claims are restricted, and Flex reads none.
    entries: schema.map(({ JwtClaimType: _, ...entry }) => entry),
    transformations: Array.isArray(transformations) ? transformations : [],
    lost: [],
  };
}

/** Beta, so anything may be absent. */
interface PortalClaim {
  '@odata.type'?: string;
  name?: string;
  namespace?: string | null;
  configurations?: readonly {
    condition?: unknown;
    transformations?: readonly PortalTransformation[] | null;
    attribute?: PortalAttribute | null;
  }[];
}

interface PortalAttribute {
  id?: string;
  source?: string;
  value?: string;
  isExtensionAttribute?: boolean;
}

interface PortalTransformation {
  '@odata.type'?: string;
  input?: { attribute?: PortalAttribute | null } | null;
}

async function readPortalClaims(graph: GraphReader, principalId: string): Promise<readonly PortalClaim[] | undefined> {
  try {
    const policy = await graph.find<{ claims?: PortalClaim[] }>(`/beta/servicePrincipals/${principalId}/claimsPolicy`);
    return policy?.claims;
  } catch (error) {
    // Beta exists in the global cloud alone, and whoever may read policies may not read it everywhere.
    if (error instanceof GraphError || (error instanceof FlexSsoError && error.ending === 'permission'))
      return undefined;
    throw error;
  }
}

function fromPortal(claims: readonly PortalClaim[]): LegacyClaims {
  const entries: ClaimsEntry[] = [];
  const transformations: unknown[] = [];
  const lost: string[] = [];
  for (const claim of claims) {
    const isNameId = claim['@odata.type']?.endsWith('samlNameIdClaim') || claim.name === undefined;
    const bare = claim.name ?? '';
    const SamlClaimType = isNameId ? nameIdentifier : claim.namespace ? `${claim.namespace}/${bare}` : bare;
    const [only, ...more] = claim.configurations ?? [];
    const isSimple = only && more.length === 0 && !only.condition;
    const [transformation, ...others] = only?.transformations ?? [];
    const entry = isSimple && !transformation ? entryOf(only.attribute) : undefined;
    const input = isSimple && others.length === 0 ? mailPrefixInput(transformation) : undefined;
    if (entry) entries.push({ ...entry, SamlClaimType });
    else if (input) {
      const id = `${extractMailPrefix}_${input.ID}`;
      entries.push(input, { Source: 'transformation', ID: id, TransformationId: id, SamlClaimType });
      transformations.push(mailPrefix(id, input.ID ?? ''));
    } else lost.push(SamlClaimType);
  }
  return { entries, transformations, lost };
}

/** A claim that is one attribute or one constant; `undefined` for every other. */
function entryOf(attribute: PortalAttribute | null | undefined): ClaimsEntry | undefined {
  const { id, source, value, isExtensionAttribute } = attribute ?? {};
  if (value !== undefined && id === undefined) return { Value: value };
  if (!id) return undefined;
  return isExtensionAttribute ? { Source: source ?? 'user', ExtensionID: id } : { Source: source ?? 'user', ID: id };
}

/** The attribute before whose `@` a claim ends; the one transformation of the portal whose meaning in a policy is certain. */
function mailPrefixInput(transformation: PortalTransformation | undefined): ClaimsEntry | undefined {
  if (!transformation?.['@odata.type']?.endsWith('.extractMailPrefixTransformation')) return undefined;
  const entry = entryOf(transformation.input?.attribute);
  return entry?.ID ? entry : undefined;
}

const mailPrefix = (id: string, attribute: string) => ({
  ID: id,
  TransformationMethod: extractMailPrefix,
  InputClaims: [{ ClaimTypeReferenceId: attribute, TransformationClaimType: 'mail' }],
  OutputClaims: [{ ClaimTypeReferenceId: id, TransformationClaimType: 'outputClaim' }],
});
