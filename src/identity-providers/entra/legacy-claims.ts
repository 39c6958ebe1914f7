import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds } from '../../migration/facts.js';
import { type ClaimsEntry, nameIdentifier } from './claims.js';
import type { GraphReader } from './client.js';
import { assignedPolicies, type Policy } from './policies.js';
import { type PortalClaims, readPortalClaims, type Unread } from './portal-claims.js';

/** The claims of the legacy application, as entries of a claims mapping policy. No entry for the NameID: it is the default, the UPN. */
export interface LegacyClaims {
  entries: readonly ClaimsEntry[];
  transformations: readonly unknown[];
  /** Names of claims that cannot be carried over, because they depend on conditions or are made by transformations of the portal. */
  lost: readonly string[];
  /** Why they could not be read: then Entra's defaults are assumed, and the NameID that the Workers speak for. */
  assumed?: Unread;
  /** How many of the Workers somebody comes to by the NameID that is assumed. */
  borneOut?: { by: number; of: number };
  /** All of it as the definition of a policy: the assigned one's own, to the letter, or the portal's in that form. Absent where unread. */
  definition?: Readonly<Record<string, unknown>>;
  /** The policy that says so, where it is not the portal: none or one. */
  assigned?: readonly Pick<Policy, 'id' | 'displayName'>[];
  /** What the portal says besides and no policy can. */
  settings?: readonly string[];
}

/** What an assigned policy says counts; without one what the portal's claims page holds, where that can be read; else the defaults. */
export async function readLegacyClaims(graph: GraphReader, application: ApplicationIds): Promise<LegacyClaims> {
  const assigned = await assignedPolicies(graph, 'claimsMappingPolicies', application.servicePrincipalId);
  if (assigned[0])
    return {
      ...fromPolicy(assigned[0].content),
      assigned: assigned.map(({ id, displayName }) => ({ id, displayName })),
    };
  const portal = await readPortalClaims(graph, application.servicePrincipalId);
  return typeof portal === 'string'
    ? { entries: [], transformations: [], lost: [], assumed: portal }
    : fromPortal(portal);
}

/** Throws where the NameID is made in a way that only the portal can: another NameID would make second Workers. */
export function refuseLostNameId({ lost }: LegacyClaims): void {
  if (!lost.includes(nameIdentifier)) return;
  throw new FlexSsoError(
    'name-id-not-portable',
    'The legacy application makes its NameID by a condition or a transformation of the portal, which cannot be carried over to a ' +
      'new application.',
    'Answer with `--name-id mail` or `--name-id userprincipalname`, if one of them is the same value for everybody. Otherwise run ' +
      '`flex-sso revert`, then `flex-sso migrate --setup-type modify`: it keeps the application and its NameID. It does so only if flex-sso ' +
      'has not made the new application yet.',
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
    ...(policy && { definition: policy }),
  };
}

function fromPortal({ entries, transformations, lost, includesBasicClaims, settings }: PortalClaims): LegacyClaims {
  return {
    entries,
    transformations,
    lost,
    settings,
    definition: {
      Version: 1,
      IncludeBasicClaimSet: String(includesBasicClaims),
      ClaimsSchema: entries,
      ...(transformations.length > 0 && { ClaimsTransformation: transformations }),
    },
  };
}
