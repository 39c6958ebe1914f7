import { allOf, people } from '../../people/notes.js';
import type { Outlook } from '../../people/outlook.js';
import { isFlexRole } from './app-roles.js';
import { describeSource, flexClaims, nameIdentifier } from './claims.js';
import type { LegacyClaims } from './legacy-claims.js';

/** The required claims that the new application makes in another way, because no policy can make them as the portal does. */
const remade = ({ lost }: LegacyClaims) => flexClaims.filter(({ SamlClaimType }) => lost.includes(SamlClaimType));

/** How the portal makes what no policy can. */
export const byPortalAlone = 'by a condition or a transformation of the claims page';

/** Claim by claim, what becomes of those that depend on conditions or transformations of the portal. */
export function lostClaimNotes(legacy: LegacyClaims): string[] {
  const required = remade(legacy);
  const dropped = legacy.lost.filter(
    name => name !== nameIdentifier && !required.some(({ SamlClaimType }) => SamlClaimType === name),
  );
  return [
    ...required.map(entry => {
      const { SamlClaimType: name } = entry;
      const source = describeSource(entry);
      return `${name} is made ${byPortalAlone} today, which no policy can do: the new application sends ${source} in its place. ${meanings[name] ?? ''}`;
    }),
    ...(dropped.length > 0
      ? [
          `These claims of the legacy application are made ${byPortalAlone}, and are not sent any more: ${dropped.join(', ')}. Flex keeps their ` +
            'last values.',
        ]
      : []),
  ];
}

const overwritten = 'Flex writes it over the Worker’s value of today at the next login.';
const meanings: Readonly<Record<string, string>> = {
  roles:
    'From their next login on people have the roles that they are assigned in Entra, and no others, whatever the condition gives them today.',
  email: overwritten,
  full_name: overwritten,
};

/**
 * What that changes for people, for whoever has to accept it on its own; `undefined` where nothing does. What comes before the first colon
 * can be asked by itself.
 */
export function changedClaims(legacy: LegacyClaims, outlooks: readonly Outlook[]): string | undefined {
  const required = remade(legacy);
  if (required.length === 0) return undefined;
  const names = required.map(({ SamlClaimType }) => SamlClaimType);
  const each = required.map(entry => `${describeSource(entry)} as ${entry.SamlClaimType}`).join(', ');
  const rolesChange = names.includes('roles');
  const without = rolesChange ? outlooks.filter(({ rolesTomorrow }) => !rolesTomorrow.some(isFlexRole)) : [];
  const [are, who] = [without.length === 1 ? 'is' : 'are', people(without.length)];
  return [
    `The new application makes ${names.join(', ')} in another way than today: a condition or a transformation of the claims page decides ` +
      `now, and from the next login on everybody gets ${each}.`,
    ...(rolesChange ? ['What people may do in Flex can change with it.'] : []),
    ...(without.length > 0
      ? [`${who} ${are} assigned no Flex role and could not log in any more: ${allOf(without)}.`]
      : []),
  ].join(' ');
}
