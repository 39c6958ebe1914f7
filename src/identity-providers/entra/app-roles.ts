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

/** The roles that the new application needs: Flex's own, as the legacy application names them, and every other of its roles in use. */
export function wantedRoles(legacy: readonly AppRole[]): Role[] {
  const carried = legacy.filter(isUsable).map(describe);
  const ofFlex = flexRoles.map(role => carried.find(({ value }) => value === role.value) ?? role);
  return [...ofFlex, ...carried.filter(({ value }) => !flexRoles.some(role => role.value === value))];
}

/** App roles, matched by value. Whatever else the application has stays: the template's own roles have no value. */
export const appRoles: Concern = {
  resources: ['appRoles'],
  plan(wish, there) {
    const held = (there?.appRoles ?? []).filter(role => role.value);
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
    if (missing.length === 0) return;
    // The list is replaced whole; `origin` is Graph's to say.
    const kept = held.map(({ origin: _, ...role }) => role);
    const added = missing.map(role => ({
      ...role,
      id: idFor(context.migration.id, 'appRole', role.value),
      allowedMemberTypes: ['User'],
      isEnabled: true,
    }));
    await writeAndSee<Application>(graph, path, { appRoles: [...kept, ...added] }, ({ appRoles: seen = [] }) =>
      wanted.every(({ value }) => seen.some(role => role.value === value)),
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
