import { isDeepStrictEqual } from 'node:util';
import {
  type ClaimsEntry,
  type ClaimsPolicy,
  describeSource,
  entryFor,
  flexClaims,
  isBareName,
  nameIdentifier,
  nameIdOf,
} from './claims.js';
import type { LegacyClaims } from './legacy-claims.js';
import { byPortalAlone, lostClaimNotes } from './lost-claims.js';

/** What is wrong with the legacy claims that Flex demands, each in a sentence; what follows from it is for the caller to say. */
export function requiredClaimProblems({ entries, lost, assumed }: LegacyClaims): { name: string; problem: string }[] {
  // What is not known is not called missing.
  if (assumed) return [];
  return flexClaims.flatMap(({ SamlClaimType: name }) => {
    const found = entryFor(name, entries);
    if (found?.SamlClaimType === name || lost.includes(name)) return [];
    if (found)
      return [
        {
          name,
          problem: `The legacy application sends ${name} as ${found.SamlClaimType}, and Flex ignores names with a namespace`,
        },
      ];
    const isEmpty = entries.some(({ SamlClaimType }) => SamlClaimType === name);
    const problem = isEmpty
      ? `sends ${name} empty, and Flex demands a value`
      : `does not send ${name}, which Flex demands`;
    return [{ name, problem: `The legacy application ${problem}` }];
  });
}

/**
 * Claim by claim, what differs between what the legacy application sends today and what this policy says, and what is the same.
 * `sender` says who will send what the policy says.
 */
export function claimNotes(
  legacy: LegacyClaims,
  { ClaimsMappingPolicy: { ClaimsSchema } }: ClaimsPolicy,
  sender: 'the new one sends it' | 'from now on it is sent' = 'the new one sends it',
): string[] {
  const sent = ClaimsSchema.filter(entry => entry.SamlClaimType);
  const problems = requiredClaimProblems(legacy);
  const today = (name = '') =>
    name === nameIdentifier ? nameIdOf(legacy.entries) : legacy.entries.find(entry => entry.SamlClaimType === name);
  const nameId = nameIdOf(sent);
  const isNameIdLost = legacy.lost.includes(nameIdentifier);
  const nameIdToday = isNameIdLost ? `made ${byPortalAlone}` : describeSource(nameIdOf(legacy.entries));
  const isNameIdKept = !isNameIdLost && isDeepStrictEqual(nameId, nameIdOf(legacy.entries));
  // What is assumed of today is not called the same.
  const isKnown = ({ SamlClaimType }: ClaimsEntry) =>
    !legacy.assumed && !(isNameIdLost && SamlClaimType === nameIdentifier);
  const same = sent.filter(entry => isKnown(entry) && isDeepStrictEqual(today(entry.SamlClaimType), entry));
  const ignored = legacy.entries.filter(
    ({ SamlClaimType: name }) =>
      name &&
      name !== nameIdentifier &&
      !isBareName(name) &&
      !sent.some(({ SamlClaimType }) => SamlClaimType === name) &&
      !problems.some(one => entryFor(one.name, legacy.entries)?.SamlClaimType === name),
  );
  return [
    ...(same.length > 0 ? [`Claims as today: ${same.map(titled).join(', ')}.`] : []),
    ...(isNameIdKept || legacy.assumed
      ? []
      : [`The NameID becomes ${describeSource(nameId)}; today it is ${nameIdToday}.`]),
    ...problems.map(({ name, problem }) => {
      const tomorrow = sent.find(entry => entry.SamlClaimType === name);
      return `${problem}: ${sender} as ${name}${tomorrow ? `, from ${describeSource(tomorrow)}` : ''}.`;
    }),
    ...(ignored.length > 0
      ? [`Not sent any more, because Flex ignores names with a namespace: ${ignored.map(titled).join(', ')}.`]
      : []),
    ...lostClaimNotes(legacy),
  ];
}

const titled = (entry: ClaimsEntry) =>
  `${entry.SamlClaimType === nameIdentifier ? 'NameID' : entry.SamlClaimType} (${describeSource(entry)})`;
