import { continuitySummary, people, someNames } from '../../people/notes.js';
import type { Beside, Outlook } from '../../people/outlook.js';
import { isFlexRole } from './app-roles.js';
import type { Assignment } from './assignments.js';
import type { ClaimsEntry } from './claims.js';
import type { Survey } from './survey.js';

/** What an administrator should know of those who may log in: each group of them, what it means, and what to do. */
export function peopleNotes(
  { outlooks, directory, beside, isNameIdKept, isUnexplained }: Survey,
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
  const gone = assignments.filter(
    ({ principalId, principalType }) => principalType === 'User' && !directory.users.has(principalId),
  );
  return [
    continuitySummary(outlooks, isNameIdKept),
    ...(rolesAreAssigned(claims)
      ? note(
          ({ rolesTomorrow }) => !rolesTomorrow.some(isFlexRole),
          who =>
            `Without a Flex role: ${who}. Flex lets nobody in who is not admin, supervisor or agent. Assign them a role in Entra; ` +
            'for a new application `--default-role` gives them one.',
        )
      : []),
    ...lapsedNotes(assignments),
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
    // Of an application that keeps its NameID, whatever that is, the Workers say nothing.
    ...besideNotes(isUnexplained && isNameIdKept ? notWorkers(beside) : beside, isUnexplained),
    ...(gone.length > 0
      ? [`Assigned, but not in the directory: ${someNames(gone.map(({ displayName }) => displayName))}.`]
      : []),
  ];
}

/** What has to be accepted on its own if nobody has a Flex role tomorrow; what comes before the first colon can be asked by itself. */
export function nobodysRoles(outlooks: readonly Outlook[]): string | undefined {
  if (outlooks.some(({ rolesTomorrow }) => rolesTomorrow.some(isFlexRole))) return undefined;
  const nobody = 'Nobody has a Flex role in the new application, so nobody can log in to Flex through it';
  if (outlooks.length === 0) return `${nobody}: the legacy application has no people assigned.`;
  return `${nobody}: ${people(outlooks.length)} may log in, and no role of theirs is admin, supervisor or agent.`;
}

/** Assigned roles that give nothing any more. */
function lapsedNotes(assignments: readonly Assignment[]): string[] {
  const lapsed = assignments.filter(one => one.lapsed !== undefined);
  if (lapsed.length === 0) return [];
  const named = lapsed.map(({ displayName, lapsed: role }) => `${displayName} (${role})`);
  return [
    `Assigned a role that gives nothing, ${lapsed.length} in all: ${someNames(named)}. Entra lets them in to the application and sends no ` +
      'role for it, as with default access. Assign a role to those who should log in to Flex; for a new application `--default-role` gives ' +
      'them one.',
  ];
}

/** Who is not let in, and which Workers are nobody's. */
function besideNotes(beside: readonly Beside[], isUnexplained: boolean): string[] {
  const of = (verdict: Beside['verdict']) => beside.filter(one => one.verdict === verdict);
  const [notLetIn, nobodys] = [of('not-let-in'), of('nobodys-worker')];
  const groups = [...new Set(notLetIn.flatMap(({ through }) => through))];
  const count = nobodys.length === 1 ? '1 Worker' : `${nobodys.length} Workers`;
  const named = someNames(nobodys.map(({ nameIdToday = '' }) => nameIdToday));
  return [
    ...(notLetIn.length > 0
      ? [
          `Only in groups inside assigned groups (${someNames(groups)}): ${people(notLetIn.length)}, ` +
            `${someNames(notLetIn.map(({ name }) => name))}. Entra gives a role to direct members alone, so they cannot log in, today as ` +
            `tomorrow. Assign the inner groups themselves. ${wholeList}`,
        ]
      : []),
    ...(nobodys.length > 0
      ? [
          isUnexplained
            ? `${count} ${nobodys.length === 1 ? 'is' : 'are'} named after other NameIDs: ${named}. Compare them with the Name ID on the claims page. ${wholeList}`
            : `Nobody who is assigned comes to ${count}: ${named}. As a rule their people have left; look whether one of ` +
              `them should be assigned. ${wholeList}`,
        ]
      : []),
  ];
}

const notWorkers = (beside: readonly Beside[]) => beside.filter(({ verdict }) => verdict !== 'nobodys-worker');

const wholeList = '`--people-csv FILE` lists all of them.';

/** Whether roles come from app roles, and not from a constant or an attribute of the user. */
export const rolesAreAssigned = (claims: readonly ClaimsEntry[]): boolean => {
  const roles = claims.find(({ SamlClaimType }) => SamlClaimType === 'roles');
  return !roles || (roles.Source === 'user' && roles.ID === 'assignedroles');
};
