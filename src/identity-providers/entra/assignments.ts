import type { AppRole, AppRoleAssignment } from '@microsoft/microsoft-graph-types';
import type { Change } from '../../migration/step.js';
import type { GraphReader } from './client.js';

/** Somebody who may log in, and as what. Names are remote text. */
export interface Assignment {
  principalId: string;
  principalType: string;
  displayName: string;
  /** The value of the app role; null for default access, which is no role. */
  role: string | null;
  /** The display name of a role that has no value, as the template's `User` has none. */
  roleName?: string;
}

/** Default access, where an application has no role for it. */
const defaultAccess = '00000000-0000-0000-0000-000000000000';

/** Who is assigned to an application, users and groups; sorted, so that two reads of the same world are the same. */
export async function readAssignments(
  graph: GraphReader,
  servicePrincipalId: string,
  roles: readonly AppRole[],
): Promise<Assignment[]> {
  const found = await graph.list<AppRoleAssignment>(
    `/servicePrincipals/${servicePrincipalId}/appRoleAssignedTo?$top=999`,
  );
  const byId = new Map(roles.map(role => [role.id ?? '', role]));
  const assignments = found.flatMap(({ principalId, principalType, principalDisplayName, appRoleId }) => {
    if (!principalId || (principalType !== 'User' && principalType !== 'Group')) return [];
    const role = byId.get(appRoleId ?? defaultAccess);
    // A role that is gone or switched off lets nobody do anything.
    if (appRoleId !== defaultAccess && (!role || role.isEnabled === false)) return [];
    const assignment: Assignment = {
      principalId,
      principalType,
      displayName: principalDisplayName ?? '',
      role: role?.value || null,
      ...(role && !role.value && { roleName: role.displayName ?? '' }),
    };
    return [assignment];
  });
  const unique = new Map(assignments.map(assignment => [keyOf(assignment), assignment]));
  return [...unique.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, assignment]) => assignment);
}

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

/** Everybody's assignments, in one change. Whoever was assigned to the new application besides stays. */
export function planAssignments(
  displayName: string,
  wanted: readonly Assignment[],
  held: readonly Assignment[],
): Change[] {
  const missing = missingFrom(held, wanted);
  if (missing.length === 0) return [];
  const whole = [...held, ...missing].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return [
    {
      action: held.length > 0 ? 'update' : 'create',
      resource: 'appRoleAssignments',
      key: displayName,
      title: `Assign ${missing.length} users and groups, each with the role they have today`,
      before: held.map(assignment => ({ ...assignment })),
      after: whole.map(assignment => ({ ...assignment })),
    },
  ];
}

/** What is compared: a role without a value gives default access, under whichever name. */
const identityOf = ({ principalId, role }: Assignment) => `${principalId} ${role ?? ''}`;
const keyOf = (assignment: Assignment) =>
  [assignment.displayName, assignment.principalId, assignment.role ?? '', assignment.roleName ?? ''].join('\u0000');
