import { Hono } from 'hono';
import { z } from 'zod';
import type { Group, User } from '../directory.js';
import type { Entra } from '../entra.js';
import { readBody } from './body.js';
import { callerOf } from './permissions.js';
import { answerEntity, answerList } from './query.js';
import { badRequest, notFound } from './refusals.js';

const ids = z.strictObject({ ids: z.array(z.guid()).max(1000), types: z.array(z.string()).optional() });

/** Users, groups and their members, and the tenant itself. Nothing of them is ever written. */
export function peopleRoutes(entra: Entra): Hono {
  const routes = new Hono();
  routes.get('/users', c =>
    answerList(c, entra, { name: 'users', entries: entra.directory.users, present: user => ({ ...user }) }),
  );
  routes.get('/users/:id', c => {
    const key = c.req.param('id').toLowerCase();
    const user = entra.directory.users.find(one => one.id === key || one.userPrincipalName.toLowerCase() === key);
    if (!user) throw notFound(c.req.param('id'));
    return answerEntity(c, entra, 'users', { ...user });
  });
  routes.get('/me', c => {
    const userId = callerOf(c, entra)?.userId;
    const user = entra.directory.users.find(one => one.id === userId);
    if (!user) throw badRequest('/me request is only valid with delegated authentication flow.', 'BadRequest');
    return answerEntity(c, entra, 'users', { ...user });
  });

  routes.get('/groups', c =>
    answerList(c, entra, { name: 'groups', entries: entra.directory.groups, present: presentGroup }),
  );
  routes.get('/groups/:id', c => answerEntity(c, entra, 'groups', presentGroup(groupAt(entra, c.req.param('id')))));
  for (const members of ['members', 'transitiveMembers'] as const)
    for (const [cast, name] of Object.entries(casts))
      routes.get(`/groups/:id/${members}${cast}`, c => {
        const group = groupAt(entra, c.req.param('id'));
        const ids = new Set(members === 'members' ? group.members : transitiveMembers(entra, group));
        const { users, groups } = entra.directory;
        const entries = [
          ...(name === 'groups' ? [] : users.filter(user => ids.has(user.id))),
          ...(name === 'users' ? [] : groups.filter(one => ids.has(one.id))),
        ];
        return answerList(c, entra, { name, entries, present: asObject });
      });

  routes.post('/directoryObjects/getByIds', async c => {
    const wanted = new Set((await readBody(c, ids)).ids);
    const { users, groups } = entra.directory;
    return c.json({ value: [...users, ...groups].filter(({ id }) => wanted.has(id)).map(asObject) });
  });

  routes.get('/organization', c => {
    const { tenantId: id, displayName, verifiedDomains } = entra.directory;
    const present = () => ({
      id,
      displayName,
      verifiedDomains: verifiedDomains.map(domain => ({
        ...domain,
        type: 'Managed',
        capabilities: 'Email, OfficeCommunicationsOnline',
      })),
    });
    return answerList(c, entra, { name: 'organization', entries: [{ id }], present });
  });
  return routes;
}

function groupAt(entra: Entra, id: string): Group {
  const group = entra.directory.groups.find(one => one.id === id);
  if (!group) throw notFound(id);
  return group;
}

/** What the members of a group can be narrowed to, by the end of the path. */
const casts = { '': 'directoryObjects', '/microsoft.graph.user': 'users', '/microsoft.graph.group': 'groups' };

const asObject = (one: User | Group) =>
  'members' in one
    ? { '@odata.type': '#microsoft.graph.group', ...presentGroup(one) }
    : { '@odata.type': '#microsoft.graph.user', ...one };

/** The ids of everybody and everything inside a group, however deep. */
function transitiveMembers(entra: Entra, group: Group, seen = new Set<string>()): Set<string> {
  for (const id of group.members) {
    if (seen.has(id)) continue;
    seen.add(id);
    const inner = entra.directory.groups.find(one => one.id === id);
    if (inner) transitiveMembers(entra, inner, seen);
  }
  return seen;
}

function presentGroup({ members: _, ...group }: Group) {
  return { ...group, groupTypes: [], mailEnabled: false, securityEnabled: true, mail: null };
}
