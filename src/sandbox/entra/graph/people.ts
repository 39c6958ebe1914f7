import { Hono } from 'hono';
import { z } from 'zod';
import type { Group, User } from '../directory.js';
import type { Entra } from '../entra.js';
import { readBody } from './body.js';
import { answerEntity, answerList } from './query.js';
import { badRequest, notFound } from './refusals.js';

const ids = z.strictObject({ ids: z.array(z.guid()).max(1000), types: z.array(z.string()).optional() });

/** Users, groups and their members, and the tenant itself. Nothing of them is ever written. */
export function peopleRoutes(entra: Entra): Hono {
  const routes = new Hono();
  const asMember = (user: User) => ({ '@odata.type': '#microsoft.graph.user', ...user });

  routes.get('/users', c =>
    answerList(c, entra, { name: 'users', entries: entra.directory.users, present: user => ({ ...user }) }),
  );
  routes.get('/users/:id', c => {
    const key = c.req.param('id').toLowerCase();
    const user = entra.directory.users.find(one => one.id === key || one.userPrincipalName.toLowerCase() === key);
    if (!user) throw notFound(c.req.param('id'));
    return answerEntity(c, 'users', { ...user });
  });
  routes.get('/me', c => {
    const token = c.req.header('Authorization')?.replace(/^Bearer /i, '') ?? '';
    const caller = entra.tokens.callerOf(token);
    const user = entra.directory.users.find(one => one.id === caller?.userId);
    if (!user) throw badRequest('/me request is only valid with delegated authentication flow.', 'BadRequest');
    return answerEntity(c, 'users', { ...user });
  });

  routes.get('/groups', c =>
    answerList(c, entra, { name: 'groups', entries: entra.directory.groups, present: presentGroup }),
  );
  routes.get('/groups/:id', c => answerEntity(c, 'groups', presentGroup(groupAt(entra, c.req.param('id')))));
  for (const cast of ['', '/microsoft.graph.user'])
    routes.get(`/groups/:id/members${cast}`, c => {
      const members = new Set(groupAt(entra, c.req.param('id')).members);
      const entries = entra.directory.users.filter(user => members.has(user.id));
      return answerList(c, entra, { name: cast ? 'users' : 'directoryObjects', entries, present: asMember });
    });

  routes.post('/directoryObjects/getByIds', async c => {
    const wanted = new Set((await readBody(c, ids)).ids);
    const { users, groups } = entra.directory;
    const found = [
      ...users.filter(user => wanted.has(user.id)).map(asMember),
      ...groups
        .filter(group => wanted.has(group.id))
        .map(group => ({ '@odata.type': '#microsoft.graph.group', ...presentGroup(group) })),
    ];
    return c.json({ value: found });
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

function presentGroup({ members: _, ...group }: Group) {
  return { ...group, groupTypes: [], mailEnabled: false, securityEnabled: true, mail: null };
}
