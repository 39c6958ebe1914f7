import { continuitySummary, people, someNames } from '../../people/notes.js';
import type { Outlook } from '../../people/outlook.js';
import { isFlexRole } from './app-roles.js';
import type { Assignment } from './assignments.js';
import type { ClaimsEntry } from './claims.js';
import type { Survey } from './survey.js';

/** What an administrator should know of those who may log in: each group of them, what it means, and what to do. */
export function peopleNotes(
  { outlooks, directory }: Survey,
  assignments: readonly Assignment[],
  claims: readonly ClaimsEntry[],
): string[] {
  if (outlooks.length === 0) return [];
  const note = (is: (outlook: Outlook) => boolean, say: (who: string, found: readonly Outlook[]) => string) => {
    const found = outlooks.filter(is);
    return found.length > 0
      ? [say(`${people(found.length)} (${someNames(found.map(({ name }) => name))})`, found)]
      : [];
  };
  const usesMail = claims.some(({ Source, ID }) => Source === 'user' && ID === 'mail');
  const nested = assignments.flatMap(({ principalId, displayName }) => {
    const inner = directory.groups.get(principalId)?.nested ?? [];
    return inner.length > 0 ? [`${displayName} (${someNames(inner)})`] : [];
  });
  const gone = assignments.filter(
    ({ principalId, principalType }) => principalType === 'User' && !directory.users.has(principalId),
  );
  return [
    continuitySummary(outlooks),
    ...(rolesAreAssigned(claims)
      ? note(
          ({ rolesTomorrow }) => !rolesTomorrow.some(isFlexRole),
          who =>
            `Without a Flex role: ${who}. Flex lets nobody in who is not admin, supervisor or agent. Assign them a role in Entra; ` +
            'for a new application `--default-role` gives them one.',
        )
      : []),
    ...note(
      ({ isEnabled }) => !isEnabled,
      who =>
        `Disabled accounts: ${who}. They are assigned all the same and cannot log in until they are enabled in Entra.`,
    ),
    ...note(
      ({ isGuest }) => isGuest,
      who =>
        `Guests: ${who}. They log in with an account of another organisation; what Entra sends as their NameID may differ from what is ` +
        'shown here. Let one of them log in before you finish.',
    ),
    ...(usesMail
      ? note(
          ({ mail }) => mail === '',
          who =>
            `Without mail: ${who}. A claim that is made of user.mail is not sent for them, and Flex refuses a login without email. Fill ` +
            'mail in Entra, or map another attribute.',
        )
      : []),
    ...(nested.length > 0
      ? [
          `Groups inside assigned groups: ${someNames([...new Set(nested)])}. Entra gives a role to direct members alone, so whoever is in ` +
            'such a group only cannot log in, today as tomorrow. Assign the inner groups themselves.',
        ]
      : []),
    ...(gone.length > 0
      ? [`Assigned, but not in the directory: ${someNames(gone.map(({ displayName }) => displayName))}.`]
      : []),
  ];
}

/** Whether roles come from app roles, and not from a constant or an attribute of the user. */
export const rolesAreAssigned = (claims: readonly ClaimsEntry[]): boolean => {
  const roles = claims.find(({ SamlClaimType }) => SamlClaimType === 'roles');
  return !roles || (roles.Source === 'user' && roles.ID === 'assignedroles');
};
