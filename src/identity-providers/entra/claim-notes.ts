import { isDeepStrictEqual } from 'node:util';
import {
  type ClaimsEntry,
  type ClaimsPolicy,
  describeSource,
  entryFor,
  isBareName,
  nameIdentifier,
  nameIdOf,
} from './claims.js';
import type { LegacyClaims } from './legacy-claims.js';

const required = ['email', 'full_name', 'roles'];

/** What is wrong with the legacy claims that Flex demands, each in a sentence; what follows from it is for the caller to say. */
export function requiredClaimProblems({ entries, lost, assumed }: LegacyClaims): { name: string; problem: string }[] {
  // What is not known is not called missing.
  if (assumed) return [];
  return required.flatMap(name => {
    const found = entryFor(name, entries);
    if (found?.SamlClaimType === name || lost.includes(name)) return [];
    const problem = found
      ? `The legacy application sends ${name} as ${found.SamlClaimType}, and Flex ignores names with a namespace`
      : `The legacy application does not send ${name}, which Flex demands`;
    return [{ name, problem }];
  });
}

/** Claim by claim, what differs between the legacy application and the new one, and what is the same. */
export function claimNotes(legacy: LegacyClaims, { ClaimsMappingPolicy: { ClaimsSchema } }: ClaimsPolicy): string[] {
  const sent = ClaimsSchema.filter(entry => entry.SamlClaimType);
  const problems = requiredClaimProblems(legacy);
  const today = (name = '') =>
    name === nameIdentifier ? nameIdOf(legacy.entries) : legacy.entries.find(entry => entry.SamlClaimType === name);
  const nameId = nameIdOf(sent);
  const isNameIdKept = isDeepStrictEqual(nameId, nameIdOf(legacy.entries));
  const same = sent.filter(entry => isDeepStrictEqual(today(entry.SamlClaimType), entry));
  const ignored = legacy.entries.filter(
    ({ SamlClaimType: name }) =>
      name &&
      name !== nameIdentifier &&
      !isBareName(name) &&
      !problems.some(one => entryFor(one.name, legacy.entries)?.SamlClaimType === name),
  );
  return [
    ...(legacy.assumed ? [unread(legacy)] : []),
    ...(same.length > 0 ? [`Claims as today: ${same.map(titled).join(', ')}.`] : []),
    ...(isNameIdKept
      ? []
      : [`The NameID becomes ${describeSource(nameId)}; today it is ${describeSource(nameIdOf(legacy.entries))}.`]),
    ...problems.map(({ name, problem }) => {
      const tomorrow = sent.find(entry => entry.SamlClaimType === name);
      return `${problem}: the new one sends it as ${name}${tomorrow ? `, from ${describeSource(tomorrow)}` : ''}.`;
    }),
    ...(ignored.length > 0
      ? [`Not sent any more, because Flex ignores names with a namespace: ${ignored.map(titled).join(', ')}.`]
      : []),
    ...(legacy.lost.length > 0
      ? [
          'These claims of the legacy application depend on conditions or transformations and are not carried over: ' +
            `${legacy.lost.join(', ')}. Flex keeps their last values.`,
        ]
      : []),
  ];
}

/** Where nothing but the Workers tells what the NameID is. */
function unread({ entries }: LegacyClaims): string {
  const said = 'What the legacy application sends could not be read: it is on the claims page of the portal.';
  const [nameId] = entries;
  return nameId
    ? `${said} Its NameID is recognised by the Workers, which are named after ${describeSource(nameId)}. Compare the rest with the plan.`
    : `${said} Entra's defaults are assumed, and no Worker speaks against them. Compare that page with the plan.`;
}

const titled = (entry: ClaimsEntry) =>
  `${entry.SamlClaimType === nameIdentifier ? 'NameID' : entry.SamlClaimType} (${describeSource(entry)})`;
