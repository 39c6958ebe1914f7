import type { Application, AppRole } from '@microsoft/microsoft-graph-types';
import type { Concern, Role } from './concern.js';
import { idFor } from './derived.js';
import { writeAndSee } from './replication.js';

/** What Flex knows people by; the titles are what Entra shows. */
const flexRoles: readonly Role[] = [
  { value: 'admin', displayName: 'Admin', description: 'Administrator in Twilio Flex' },
  { value: 'supervisor', displayName: 'Supervisor', description: 'Supervisor in Twilio Flex' },
  { value: 'agent', displayName: 'Agent', description: 'Agent in Twilio Flex' },
];

/** Whether Flex lets somebody in who has this role. */
export const isFlexRole = (value: string): boolean => flexRoles.some(role => role.value === value);

/** A role value as Flex spells it, where it differs from one of Flex's in upper and lower case alone. */
export function spelledByFlex(value: string): string {
  return flexRoles.find(role => role.value === value.toLowerCase())?.value ?? value;
}

/** The roles that the new application needs: Flex's own, as the legacy application names them, and every other of its roles in use. */
export function wantedRoles(legacy: readonly AppRole[]): Role[] {
  const carried = legacy.filter(isUsable).map(describe);
  const ofFlex = flexRoles.map(role => carried.find(({ value }) => value === role.value) ?? role);
  return [...ofFlex, ...carried.filter(({ value }) => !isFlexRole(spelledByFlex(value)))];
}

/** Roles of the legacy application that are not carried over as they are, each with the reason; for whoever reads the plan. */
export function roleNotes(legacy: readonly AppRole[]): string[] {
  return legacy.flatMap(role => {
    const value = role.value ?? '';
    if (value === '') return [];
    if (!isUsable(role))
      return [
        role.isEnabled === false
          ? `The role ${value} is switched off in the legacy application and gives nobody anything. ${
              isFlexRole(spelledByFlex(value))
                ? 'The new application has it, as Flex knows it; nobody gets it by this.'
                : 'It is not carried over.'
            }`
          : `The role ${value} is for applications, not for people, and is not carried over.`,
      ];
    const spelled = spelledByFlex(value);
    return spelled === value ? [] : [`Flex knows the role ${value} as ${spelled}: whoever has it gets ${spelled}.`];
  });
}

/** App roles, matched by value. Whatever else the application has stays: the template's own roles have no value. */
export const appRoles: Concern = {
  resources: ['appRoles'],
  plan(wish, there) {
    const held = (there?.appRoles ?? []).filter(role => role.value && role.isEnabled !== false);
    const missing = wish.roles.filter(({ value }) => !held.some(role => role.value === value));
    if (missing.length === 0) return [];
    const before = held.map(describe);
    return [
      {
        action: 'update',
        resource: 'appRoles',
        key: wish.displayName,
        title: `App roles: ${missing.map(({ value }) => value).join(', ')}`,
        before: before.map(role => ({ ...role })),
        after: [...before, ...missing].map(role => ({ ...role })),
      },
    ];
  },

  async apply(change, at, context) {
    const graph = await context.graph();
    const path = `/applications/${at.id}`;
    const { appRoles: held = [] } = await graph.get<Application>(`${path}?$select=appRoles`);
    const wanted = change.after as unknown as Role[];
    const missing = wanted.filter(({ value }) => !held.some(role => role.value === value));
    const isWanted = (role: AppRole) => wanted.some(({ value }) => role.value === value);
    if (held.filter(role => role.isEnabled !== false).filter(isWanted).length === wanted.length) return;
    // The list is replaced whole; `origin` is Graph's to say.
    const kept = held.map(({ origin: _, ...role }) => (isWanted(role) ? { ...role, isEnabled: true } : role));
    const added = missing.map(role => ({
      ...role,
      id: idFor(context.migration.id, 'appRole', role.value),
      allowedMemberTypes: ['User'],
      isEnabled: true,
    }));
    await writeAndSee<Application>(graph, path, { appRoles: [...kept, ...added] }, ({ appRoles: seen = [] }) =>
      wanted.every(({ value }) => seen.some(role => role.value === value && role.isEnabled !== false)),
    );
  },
};

/** Roles that a person or a group can be given now. */
const isUsable = (role: AppRole) =>
  Boolean(role.value) && role.isEnabled !== false && (role.allowedMemberTypes ?? ['User']).includes('User');

const describe = ({ value, displayName, description }: AppRole): Role => ({
  value: value ?? '',
  displayName: displayName ?? value ?? '',
  description: description ?? displayName ?? value ?? '',
});
