import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../../migration/step.js';
import type { Concern } from './concern.js';
import { nameFor } from './derived.js';
import type { LegacyClaims } from './legacy-claims.js';
import { assignPolicy, findPolicy } from './policies.js';

/** One entry of a claims mapping policy's schema. Keys are case-sensitive. */
export interface ClaimsEntry {
  Source?: string;
  ID?: string;
  Value?: string;
  TransformationId?: string;
  SamlClaimType?: string;
  [other: string]: unknown;
}

/** The definition of a claims mapping policy. */
export interface ClaimsPolicy {
  ClaimsMappingPolicy: {
    Version: 1;
    IncludeBasicClaimSet: 'false';
    ClaimsSchema: readonly ClaimsEntry[];
    ClaimsTransformation?: readonly unknown[];
  };
}

export const nameIdentifier = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';

const nameId = (ID: string): ClaimsEntry => ({ Source: 'user', ID, SamlClaimType: nameIdentifier });
/** Twilio's page; Flex ignores a claim whose name has a namespace. */
const flexClaims: readonly ClaimsEntry[] = [
  { Source: 'user', ID: 'mail', SamlClaimType: 'email' },
  { Source: 'user', ID: 'displayname', SamlClaimType: 'full_name' },
  { Source: 'user', ID: 'assignedroles', SamlClaimType: 'roles' },
];

/**
 * What the new application says of people: the NameID that the legacy application sends (another one would make a second, billed
 * Worker of everybody), the claims that Flex demands, and every other claim of the legacy application that Flex takes notice of.
 * `legacy` is absent where no legacy application is known: then all is as in Twilio's guide.
 */
export function wantedClaims(answer: 'keep' | 'mail' | undefined, legacy: LegacyClaims | undefined): ClaimsPolicy {
  const carried = legacy?.entries ?? [];
  const keep = answer !== 'mail' && legacy;
  const inherited = carried.find(entry => entry.SamlClaimType === nameIdentifier);
  const first = keep ? (inherited ?? nameId('userprincipalname')) : nameId('mail');
  const ofFlex = flexClaims.map(claim => carried.find(entry => entry.SamlClaimType === claim.SamlClaimType) ?? claim);
  const others = carried.filter(
    entry => isBareName(entry.SamlClaimType) && !flexClaims.some(claim => claim.SamlClaimType === entry.SamlClaimType),
  );
  const schema = [first, ...ofFlex, ...others];
  const transformed = schema.some(entry => entry.TransformationId);
  return {
    ClaimsMappingPolicy: {
      Version: 1,
      IncludeBasicClaimSet: 'false',
      ClaimsSchema: schema,
      ...(transformed && legacy && { ClaimsTransformation: legacy.transformations }),
    },
  };
}

/** For an administrator, where what is kept is not what Twilio's guide says; `undefined` where it is. */
export function noteOnNameId({ ClaimsMappingPolicy }: ClaimsPolicy): string | undefined {
  const [first] = ClaimsMappingPolicy.ClaimsSchema;
  if (!first || isDeepStrictEqual(first, nameId('mail'))) return undefined;
  return (
    `The new application keeps the NameID that the legacy one sends, ${describe(first)}, where Twilio's guide says user.mail: with ` +
    'the same NameID everybody keeps their Flex Worker, and nobody becomes a second, billed one. `--name-id mail` would change it.'
  );
}

/** The claims, by a claims mapping policy; it takes the place of what the portal's claims page shows. */
export const claims: Concern = {
  resources: ['claimsMappingPolicy'],
  plan(wish, there) {
    const assigned = there?.claimsMappingPolicies ?? [];
    if (assigned.some(({ content }) => isDeepStrictEqual(content, wish.claims))) return [];
    return [
      {
        action: assigned.length > 0 ? 'update' : 'create',
        resource: 'claimsMappingPolicy',
        key: nameFor(wish.migrationId, 'claims'),
        title: 'Attributes & Claims: NameID, email, full_name and roles',
        before: (assigned[0]?.content ?? null) as Change['before'],
        after: wish.claims as unknown as Change['after'],
      },
    ];
  },
  async apply({ key: displayName, after: content }, at, context) {
    const graph = await context.graph();
    await assignPolicy(graph, 'claimsMappingPolicies', at.servicePrincipalId, { displayName, content });
  },
  find: ({ key }, _at, graph) => findPolicy(graph, 'claimsMappingPolicies', key),
  check(wish, there) {
    const right = there.claimsMappingPolicies.some(({ content }) => isDeepStrictEqual(content, wish.claims));
    const sent = wish.claims.ClaimsMappingPolicy.ClaimsSchema.map(describe);
    return [
      right
        ? { name: 'claims', result: 'passed', strength: 'observed', message: `The claims are set: ${sent.join(', ')}.` }
        : {
            name: 'claims',
            result: 'failed',
            strength: 'observed',
            message: 'The claims are not those that Flex needs.',
            expected: sent.join(', '),
            seen: there.claimsMappingPolicies.map(({ displayName }) => displayName).join(', ') || 'no policy assigned',
            hint: 'Run `flex-sso resume`: it plans them again.',
          },
    ];
  },
};

const isBareName = (name: string | undefined) => name !== undefined && !/[/:]/.test(name);

function describe({ Source, ID, Value, TransformationId, SamlClaimType }: ClaimsEntry): string {
  const from = TransformationId ?? (Value === undefined ? `${Source ?? 'user'}.${ID ?? '?'}` : JSON.stringify(Value));
  return SamlClaimType === nameIdentifier ? from : `${SamlClaimType} (${from})`;
}
