import { requiredClaimProblems } from './claim-notes.js';
import { type ClaimsEntry, type ClaimsPolicy, entryFor, flexClaims, isTransformed, nameIdOf } from './claims.js';
import type { LegacyClaims } from './legacy-claims.js';

/**
 * The required claims that are missing, empty or under a name with a namespace, each as it should be sent: from its source of today. What
 * is made by a transformation is not made twice by it; such a one comes from where Twilio's guide takes it.
 */
export function claimsToMend(legacy: LegacyClaims): ClaimsEntry[] {
  const names = requiredClaimProblems(legacy).map(({ name }) => name);
  return flexClaims
    .filter(({ SamlClaimType }) => names.includes(SamlClaimType))
    .map(claim => {
      const today = entryFor(claim.SamlClaimType, legacy.entries);
      return today && !isTransformed(today) ? { ...today, SamlClaimType: claim.SamlClaimType } : claim;
    });
}

/** For titles: `email, full_name as Flex needs them`. */
export const asFlexNeeds = (wanted: readonly ClaimsEntry[]): string =>
  `${wanted.map(({ SamlClaimType }) => SamlClaimType).join(', ')} as Flex needs ${wanted.length === 1 ? 'it' : 'them'}`;

/**
 * What an application says today, to the letter, and with it the claims that Flex demands. Nothing is taken away and the NameID is left
 * alone: whatever else reads these claims goes on, and nobody becomes another Worker.
 */
export function mendedClaims(legacy: LegacyClaims): ClaimsPolicy {
  const { ClaimsSchema, ...rest } = legacy.definition ?? {};
  const today = Array.isArray(ClaimsSchema) ? (ClaimsSchema as ClaimsEntry[]) : [];
  const mended = claimsToMend(legacy);
  const isReplaced = ({ SamlClaimType: name }: ClaimsEntry) =>
    mended.some(({ SamlClaimType }) => SamlClaimType === name);
  return { ClaimsMappingPolicy: { ...rest, ClaimsSchema: [...today.filter(entry => !isReplaced(entry)), ...mended] } };
}

/** What Entra lets a policy make the NameID of. Source: Microsoft's page about claims mapping policies, "Exceptions and restrictions". */
const nameIdSource =
  /^(mail|userprincipalname|onpremisessamaccountname|employeeid|telephonenumber|extensionattribute([1-9]|1[0-5]))$/i;

/** Why no policy can say what an application says today, in a sentence; `undefined` where one can. */
export function whyOnlyByHand({
  definition,
  assigned,
  entries,
  lost,
  settings = [],
}: LegacyClaims): string | undefined {
  if (!definition) return 'What the application sends could not be read.';
  if (assigned) return undefined;
  if (lost.length > 0)
    return `These claims depend on conditions or transformations that only the claims page of the portal has: ${lost.join(', ')}.`;
  if (settings.length > 0)
    return `Only the claims page of the portal has these settings of the application: ${settings.join(', ')}.`;
  const nameId = nameIdOf(entries);
  if (isTransformed(nameId) || (nameId.Source === 'user' && nameIdSource.test(nameId.ID ?? ''))) return undefined;
  return 'Entra lets no policy make the NameID of what it is made of today.';
}
