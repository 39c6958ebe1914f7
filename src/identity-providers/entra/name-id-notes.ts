import { isDeepStrictEqual } from 'node:util';
import { type ClaimsPolicy, describeClaim, describeSource, nameIdOf, userNameId } from './claims.js';
import type { LegacyClaims } from './legacy-claims.js';
import type { Survey } from './survey.js';

/** For an administrator: what the NameID becomes, and how far it is known to be the one of today. */
export function nameIdNotes(
  legacy: LegacyClaims,
  { ClaimsMappingPolicy: { ClaimsSchema } }: ClaimsPolicy,
  { isNameIdKept, isUnexplained }: Pick<Survey, 'isNameIdKept' | 'isUnexplained'>,
): string[] {
  const tomorrow = nameIdOf(ClaimsSchema);
  const said = describeClaim(tomorrow);
  if (isUnexplained)
    return [
      `The new application would send ${said} as NameID. Whether the legacy one sends the same cannot be told: with another NameID ` +
        'people become a second, billed Worker.',
    ];
  if (legacy.assumed)
    return isNameIdKept
      ? [`The new application sends ${said} as NameID, after which the Workers are named, as far as there are any.`]
      : [`The NameID becomes ${said}; the Workers are named after ${describeSource(nameIdOf(legacy.entries))}.`];
  if (!isNameIdKept || isDeepStrictEqual(tomorrow, userNameId('mail'))) return [];
  return [
    `The new application keeps the NameID that the legacy one sends, ${said}, where Twilio's guide says user.mail: with the same NameID ` +
      'everybody keeps their Flex Worker, and nobody becomes a second, billed one. `--name-id mail` would change it.',
  ];
}

/** What is known where the claims could not be read, and what would let them be read. */
export function unreadNotes({ assumed, entries, borneOut = { by: 0, of: 0 } }: LegacyClaims): string[] {
  if (!assumed) return [];
  const { by, of } = borneOut;
  const nameId = describeSource(nameIdOf(entries));
  const workers =
    of === 0
      ? `There is no Worker yet that would tell the NameID, so Entra's default is assumed, ${nameId}.`
      : by === 0
        ? `None of the ${of} Workers is named after ${nameId}, or after anything else that NameIDs are usually made of.`
        : `${by * 2 > of ? 'The NameID is recognised by the Workers' : 'Few of the Workers tell the NameID'}: ` +
          `${by} of ${of} ${by === 1 ? 'is' : 'are'} named after ${nameId}.`;
  const why =
    assumed === 'not-allowed'
      ? 'This sign-in may not read it. A person with the permission Policy.Read.ApplicationConfiguration (or ' +
        'Policy.ReadWrite.ApplicationConfiguration) and the role Application Administrator lets flex-sso read it.'
      : 'Microsoft Graph does not show it for this application.';
  return [
    'What the legacy application sends could not be read: it is on the claims page of the portal (Single sign-on > Attributes & Claims). ' +
      `${why} ${workers} For email, full_name and roles Twilio's guide is followed. Compare that page with the plan.`,
  ];
}
