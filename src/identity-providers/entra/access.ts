import type { User } from '@microsoft/microsoft-graph-types';
import { isFlexRole } from './app-roles.js';
import type { Assignment } from './assignments.js';
import type { Directory } from './people.js';

/** Somebody who is assigned to an application, and the role values that Entra sends for them. */
export interface Access {
  user: User;
  roles: readonly string[];
  /** Ids of the groups that they are assigned through. */
  through: readonly string[];
  /** Roles that they are assigned and that give nothing, in words. */
  lapsed: readonly string[];
}

/** Who may log in with these assignments, by user id. Groups count for their direct members alone. */
export function accessOf({ users, groups }: Directory, assignments: readonly Assignment[]): Map<string, Access> {
  const found = new Map<string, { user: User; roles: Set<string>; through: Set<string>; lapsed: Set<string> }>();
  for (const { principalId, principalType, role, lapsed } of assignments) {
    const isGroup = principalType === 'Group';
    for (const id of isGroup ? (groups.get(principalId)?.users ?? []) : [principalId]) {
      const user = users.get(id);
      if (!user) continue;
      const access = found.get(id) ?? { user, roles: new Set(), through: new Set(), lapsed: new Set() };
      if (role) access.roles.add(role);
      if (lapsed) access.lapsed.add(lapsed);
      if (isGroup) access.through.add(principalId);
      found.set(id, access);
    }
  }
  return new Map(
    [...found].map(([id, { user, roles, through, lapsed }]) => [
      id,
      { user, roles: [...roles].sort(), through: [...through], lapsed: [...lapsed].sort() },
    ]),
  );
}

/** Flex lets nobody in without admin, supervisor or agent. */
export const lacksFlexRole = ({ roles }: Access) => !roles.some(isFlexRole);

/**
 * The assignments with a role for everybody who has no Flex role: in the place of default access where they have it, and beside their
 * other roles where not. A group that somebody without a role is in gets it as a whole.
 */
export function withDefaultRole(directory: Directory, assignments: readonly Assignment[], role: string): Assignment[] {
  const reaching = (given: readonly Assignment[]) => {
    const lacking = new Set(
      [...accessOf(directory, given)].flatMap(([id, access]) => (lacksFlexRole(access) ? [id] : [])),
    );
    return ({ principalId, principalType }: Assignment) =>
      principalType === 'Group'
        ? (directory.groups.get(principalId)?.users ?? []).some(id => lacking.has(id))
        : lacking.has(principalId);
  };
  const given = ({ principalId, principalType, displayName }: Assignment): Assignment => ({
    principalId,
    principalType,
    displayName,
    role,
  });
  const lacksOne = reaching(assignments);
  const replaced = assignments.map(one => (one.role === null && lacksOne(one) ? given(one) : one));
  const stillLacksOne = reaching(replaced);
  const added = replaced.filter(stillLacksOne).map(given);
  return [...new Map([...replaced, ...added].map(one => [`${one.principalId} ${one.role ?? ''}`, one])).values()];
}
