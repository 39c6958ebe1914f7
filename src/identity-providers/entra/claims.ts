import { isDeepStrictEqual } from 'node:util';
import type { Answers } from '../../migration/state.js';
import type { Change } from '../../migration/step.js';
import type { Concern } from './concern.js';
import { nameFor } from './derived.js';
import type { LegacyClaims } from './legacy-claims.js';
import { assignPolicy, findPolicy } from './policies.js';

/** One entry of a claims mapping policy's schema. Keys are case-sensitive. */
export interface ClaimsEntry {
  Source?: string;
  ID?: string;
  ExtensionID?: string;
  Value?: string;
  /** Microsoft's pages spell it in both ways. */
  TransformationId?: string;
  TransformationID?: string;
  SamlClaimType?: string;
  [other: string]: unknown;
}

/** The definition of a claims mapping policy; somebody else's may say more. */
export interface ClaimsPolicy {
  ClaimsMappingPolicy: {
    ClaimsSchema: readonly ClaimsEntry[];
    [other: string]: unknown;
  };
}

export const nameIdentifier = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';

/** The entry for a NameID that is an attribute of the user. */
export const userNameId = (ID: string): ClaimsEntry => ({ Source: 'user', ID, SamlClaimType: nameIdentifier });
/** Twilio's page; Flex ignores a claim whose name has a namespace. */
export const flexClaims: readonly (ClaimsEntry & { SamlClaimType: string })[] = [
  { Source: 'user', ID: 'mail', SamlClaimType: 'email' },
  { Source: 'user', ID: 'displayname', SamlClaimType: 'full_name' },
  { Source: 'user', ID: 'assignedroles', SamlClaimType: 'roles' },
];
/** What a claim that Flex demands is called at the end of names with a namespace. */
const namesakes: Readonly<Record<string, readonly string[]>> = { email: ['emailaddress'], roles: ['role'] };

/** The entry that the NameID is made of; Entra's default is the UPN. */
export const nameIdOf = (entries: readonly ClaimsEntry[]): ClaimsEntry =>
  entries.find(entry => entry.SamlClaimType === nameIdentifier) ?? userNameId('userprincipalname');

/**
 * The legacy entry for a claim that Flex demands: under its bare name, or else under one with a namespace, which Flex ignores. One that
 * is always empty is none.
 */
export function entryFor(name: string, entries: readonly ClaimsEntry[]): ClaimsEntry | undefined {
  const isNamesake = (full = '') =>
    !isBareName(full) && [name, ...(namesakes[name] ?? [])].includes(full.split(/[/:]/).at(-1) ?? '');
  const usable = entries.filter(({ Value }) => Value === undefined || String(Value).trim() !== '');
  return (
    usable.find(entry => entry.SamlClaimType === name) ?? usable.find(({ SamlClaimType }) => isNamesake(SamlClaimType))
  );
}

/**
 * What the new application says of people: the NameID that the legacy application sends (another one would make a second, billed
 * Worker of everybody), the claims that Flex demands, and every other claim of the legacy application that Flex takes notice of.
 * `legacy` is absent where no legacy application is known: then all is as in Twilio's guide.
 */
export function wantedClaims(answer: Answers['nameId'], legacy: LegacyClaims | undefined): ClaimsPolicy {
  const carried = legacy?.entries ?? [];
  const chosen = answer === undefined || answer === 'keep' ? undefined : userNameId(answer);
  const first = chosen ?? (legacy ? nameIdOf(carried) : userNameId('mail'));
  const ofFlex = flexClaims.map(claim => {
    const found = entryFor(claim.SamlClaimType, carried);
    return found ? { ...found, SamlClaimType: claim.SamlClaimType } : claim;
  });
  const others = carried.filter(
    entry => isBareName(entry.SamlClaimType) && !flexClaims.some(claim => claim.SamlClaimType === entry.SamlClaimType),
  );
  const sent = [first, ...ofFlex, ...others];
  const transformed = sent.some(isTransformed);
  // A transformation takes its input from entries that are not sent.
  const inputs = transformed ? carried.filter(entry => !entry.SamlClaimType) : [];
  return {
    ClaimsMappingPolicy: {
      Version: 1,
      IncludeBasicClaimSet: 'false',
      ClaimsSchema: [...sent, ...inputs],
      ...(transformed && legacy && { ClaimsTransformation: legacy.transformations }),
    },
  };
}

/** The claims, by a claims mapping policy; it takes the place of what the portal's claims page shows. */
export const claims = {
  resources: ['claimsMappingPolicy'],
  plan(wish, there) {
    const assigned = there?.claimsMappingPolicies ?? [];
    if (assigned.some(({ content }) => saysAll(content, wish.claims))) return [];
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
  async apply({ key: displayName, after }, at, context) {
    const graph = await context.graph();
    const { ClaimsMappingPolicy } = after as unknown as ClaimsPolicy;
    const content = { ClaimsMappingPolicy };
    await assignPolicy(graph, 'claimsMappingPolicies', at.servicePrincipalId, { displayName, content });
  },
  find: ({ key }, _at, graph) => findPolicy(graph, 'claimsMappingPolicies', key),
  check(wish, there) {
    const right = there.claimsMappingPolicies.some(({ content }) => saysAll(content, wish.claims));
    const sent = wish.claims.ClaimsMappingPolicy.ClaimsSchema.filter(entry => entry.SamlClaimType).map(describeClaim);
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
} satisfies Concern;

/** Whether a policy says all that is wanted; what others let it say besides stays. */
function saysAll(content: unknown, { ClaimsMappingPolicy: wanted }: ClaimsPolicy): boolean {
  const { ClaimsMappingPolicy: held } = (content ?? {}) as { ClaimsMappingPolicy?: Record<string, unknown> };
  const { ClaimsSchema: schema, ...rest } = held ?? {};
  const { ClaimsSchema: entries, ...others } = wanted;
  if (!Array.isArray(schema) || !isDeepStrictEqual(rest, others)) return false;
  const besides = (schema as ClaimsEntry[]).filter(one => !entries.some(entry => isDeepStrictEqual(one, entry)));
  const isSaidOtherwise = ({ SamlClaimType: name }: ClaimsEntry) =>
    name !== undefined && entries.some(({ SamlClaimType }) => SamlClaimType === name);
  return schema.length - besides.length === entries.length && !besides.some(isSaidOtherwise);
}

export const isBareName = (name: string | undefined) => name !== undefined && !/[/:]/.test(name);

export const isTransformed = ({ TransformationId, TransformationID }: ClaimsEntry) =>
  (TransformationId ?? TransformationID) !== undefined;

/** What a claim is made of, as the portal writes it: `user.mail`. */
export function describeSource({ Source, ID, ExtensionID, Value, ...entry }: ClaimsEntry): string {
  if (Value !== undefined) return JSON.stringify(Value);
  return entry.TransformationId ?? entry.TransformationID ?? `${Source ?? 'user'}.${ID ?? ExtensionID ?? '?'}`;
}

/** A claim with what it is made of: `email (user.mail)`; of the NameID that alone. */
export function describeClaim(entry: ClaimsEntry): string {
  const from = describeSource(entry);
  return entry.SamlClaimType === nameIdentifier ? from : `${entry.SamlClaimType} (${from})`;
}
