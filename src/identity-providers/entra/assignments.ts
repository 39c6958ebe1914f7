import type { AppRole } from '@microsoft/microsoft-graph-types';
import { isSeen } from '../../migration/others.js';
import type { Migration } from '../../migration/state.js';
import type { Change } from '../../migration/step.js';
import { defaultAccess, type ListedAssignment } from './listed-assignments.js';

/** Somebody who may log in, and as what. Names are remote text. */
export interface Assignment {
  principalId: string;
  principalType: string;
  displayName: string;
  /** The value of the app role; null for default access, which is no role. */
  role: string | null;
  /** The display name of a role that has no value, as the template's `User` has none. */
  roleName?: string;
  /** A role that gives nothing, in words: it was switched off, or is no longer among the roles of the application. */
  lapsed?: string;
}

/** The users and groups of a list, in the roles of its application; sorted, so that two lists of the same world are the same. */
export function inRoles(listed: readonly ListedAssignment[], roles: readonly AppRole[]): Assignment[] {
  const byId = new Map(roles.map(role => [role.id?.toLowerCase() ?? '', role]));
  const assignments = listed.flatMap(({ principalId, principalType, displayName, roleId }) => {
    if (!principalId || (principalType !== 'User' && principalType !== 'Group')) return [];
    const role = byId.get(roleId);
    const whom = { principalId, principalType, displayName };
    // Whoever has such a role is let in, and no role is sent for it: as with default access.
    const hasLapsed = roleId !== defaultAccess && (!role || role.isEnabled === false);
    if (hasLapsed) return [{ ...whom, role: null, lapsed: lapsedRole(role) }];
    const assignment: Assignment = {
      ...whom,
      role: role?.value || null,
      ...(role && !role.value && { roleName: role.displayName ?? '' }),
    };
    return [assignment];
  });
  const unique = new Map(assignments.map(assignment => [keyOf(assignment), assignment]));
  return [...unique.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, assignment]) => assignment);
}

const lapsedRole = (role: AppRole | undefined) =>
  role ? `${role.value || role.displayName}, which is switched off` : 'a role that is gone';

/**
 * The id of the role that an assignment needs in this application; `undefined` where the application has no such role (yet). Entra
 * refuses default access as such where an application has roles; one without a value is the same to Flex.
 */
export function roleIdOf({ role, roleName }: Assignment, roles: readonly AppRole[]): string | undefined {
  if (role) return roles.find(({ value }) => value === role)?.id;
  const silent = roles.filter(({ value, isEnabled }) => !value && isEnabled !== false);
  const alike = silent.find(({ displayName }) => displayName === (roleName ?? 'User')) ?? silent[0];
  return alike?.id ?? defaultAccess;
}

/** Those of `wanted` that are not among `held`. */
export function missingFrom(held: readonly Assignment[], wanted: readonly Assignment[]): Assignment[] {
  const there = new Set(held.map(identityOf));
  return wanted.filter(assignment => !there.has(identityOf(assignment)));
}

/** The `resource` of their changes. */
export const assignmentsResource = 'appRoleAssignments';

/** Those that this tool made, or saw beside them, and that are not there any more: others have removed them. */
export function removedByOthers(
  { journal, history }: Pick<Migration, 'journal' | 'history'>,
  held: readonly Assignment[],
): Assignment[] {
  const written = [...history, ...journal].filter(
    entry => entry.change.resource === assignmentsResource && entry.direction === 'forward' && isSeen(entry),
  );
  const made = written.flatMap(({ change }) => (change.after ?? []) as unknown as Assignment[]);
  // A role that was switched off is held still.
  const lapsed = new Set(held.filter(one => one.lapsed !== undefined).map(({ principalId }) => principalId));
  const gone = missingFrom(held, made).filter(({ principalId }) => !lapsed.has(principalId));
  return [...new Map(gone.map(one => [identityOf(one), one])).values()];
}

/**
 * Everybody's assignments, in one change; and one for everybody whose assignments others have removed, as each is approved by itself.
 * Whoever was assigned to the new application besides stays.
 */
export function planAssignments(
  displayName: string,
  wanted: readonly Assignment[],
  held: readonly Assignment[],
  removed: readonly Assignment[],
): Change[] {
  const missing = missingFrom(held, wanted);
  const again = new Map<string, Assignment[]>();
  for (const one of missing)
    if (missingFrom(removed, [one]).length === 0)
      again.set(one.principalId, [...(again.get(one.principalId) ?? []), one]);
  return [...planMissing(displayName, missingFrom(removed, missing), held), ...[...again.values()].map(assignAgain)];
}

/** Names are remote text, so that everybody is approved by their object id. */
function assignAgain(assignments: readonly Assignment[]): Change {
  const [{ principalId, displayName } = { principalId: '', displayName: '' }] = assignments;
  const roles = assignments.map(({ role, roleName }) => role ?? roleName ?? 'default access').join(', ');
  return {
    action: 'create',
    resource: assignmentsResource,
    key: principalId,
    title: `Assign ${displayName || principalId} again (${roles}), whom someone has removed in Entra`,
    before: null,
    after: assignments.map(assignment => ({ ...assignment })),
    changedByOthers: `Someone has removed this since flex-sso assigned it. \`--overwrite ${principalId}\` assigns it again.`,
  };
}

function planMissing(displayName: string, missing: readonly Assignment[], held: readonly Assignment[]): Change[] {
  if (missing.length === 0) return [];
  const whole = [...held, ...missing].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return [
    {
      action: held.length > 0 ? 'update' : 'create',
      resource: assignmentsResource,
      key: displayName,
      title: `Assign ${whom(missing)}, each with their roles`,
      before: held.map(assignment => ({ ...assignment })),
      after: whole.map(assignment => ({ ...assignment })),
    },
  ];
}

/** `18 users and 1 group (20 assignments)`: whoever has several roles is one. */
function whom(assignments: readonly Assignment[]): string {
  const counted = (type: string, word: string) => {
    const all = assignments.filter(({ principalType }) => principalType === type);
    const { size } = new Set(all.map(({ principalId }) => principalId));
    return size > 0 ? [several(size, word)] : [];
  };
  return `${[...counted('User', 'user'), ...counted('Group', 'group')].join(' and ')} (${several(assignments.length, 'assignment')})`;
}

const several = (count: number, word: string) => `${count.toLocaleString('en-GB')} ${word}${count === 1 ? '' : 's'}`;

/** What is compared: a role without a value gives default access, under whichever name. */
const identityOf = ({ principalId, role }: Assignment) => `${principalId} ${role ?? ''}`;
const keyOf = (assignment: Assignment) =>
  [assignment.displayName, assignment.principalId, assignment.role ?? '', assignment.roleName ?? ''].join('\u0000');
