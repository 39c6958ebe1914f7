import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import type { AppRoleAssignment } from '../directory.js';
import type { Entra } from '../entra.js';
import { readBody } from './body.js';
import { applicationOf, servicePrincipalAt } from './lookup.js';
import { answerEntity, answerList, type Related } from './query.js';
import { badRequest, notFound } from './refusals.js';

const newAssignment = z.strictObject({ principalId: z.guid(), resourceId: z.guid(), appRoleId: z.guid() });

/** The role that Graph means where an application has none of its own. */
const defaultRoleId = '00000000-0000-0000-0000-000000000000';

/** What a service principal can be expanded by: what it is assigned itself, and who is assigned to it. */
export const assignmentsOf = (entra: Entra): Related => ({
  appRoleAssignments: id => assignmentsWhere(entra, one => one.principalId === id).map(presented(entra)),
  appRoleAssignedTo: id => assignmentsWhere(entra, one => one.resourceId === id).map(presented(entra)),
});

const assignmentsWhere = ({ directory }: Entra, matches: (one: AppRoleAssignment) => boolean) =>
  directory.appRoleAssignments.filter(matches);

const presented = (entra: Entra) => (assignment: AppRoleAssignment) => ({
  ...assignment,
  ...(entra.has('ids-in-upper-case') && {
    principalId: assignment.principalId.toUpperCase(),
    appRoleId: assignment.appRoleId.toUpperCase(),
  }),
  deletedDateTime: null,
  resourceDisplayName:
    entra.directory.servicePrincipals.find(({ id }) => id === assignment.resourceId)?.displayName ?? null,
});

/** App role assignments: of the application that the roles belong to they are made, and of both sides read. */
export function assignmentRoutes(entra: Entra): Hono {
  const path = '/servicePrincipals/:id/appRoleAssignedTo';
  const name = 'appRoleAssignments';
  const routes = new Hono();

  routes.get(path, c => {
    const { id } = servicePrincipalAt(entra, c.req.param('id'));
    const entries = assignmentsWhere(entra, one => one.resourceId === id);
    return answerList(c, entra, { name, entries, present: presented(entra) });
  });
  routes.get('/servicePrincipals/:id/appRoleAssignments', c => {
    const { id } = servicePrincipalAt(entra, c.req.param('id'));
    const entries = assignmentsWhere(entra, one => one.principalId === id);
    return answerList(c, entra, { name, entries, present: presented(entra) });
  });

  routes.post(path, async c => {
    const { directory } = entra;
    const servicePrincipal = servicePrincipalAt(entra, c.req.param('id'));
    const asked = await readBody(c, newAssignment);
    const status = entra.replication.assignmentRefusal(asked.principalId, servicePrincipal.id);
    if (status === 404) throw notFound(asked.principalId);
    const user = directory.users.find(one => one.id === asked.principalId);
    const principal = user ?? directory.groups.find(one => one.id === asked.principalId);
    const roles = applicationOf(entra, servicePrincipal).appRoles;
    const role = roles.find(one => one.id === asked.appRoleId && one.isEnabled);
    if (!principal || status === 400 || asked.resourceId !== servicePrincipal.id)
      throw badRequest('Not a valid reference update.');
    if (!role && !(asked.appRoleId === defaultRoleId && roles.length === 0))
      throw badRequest('Permission being assigned was not found on application');
    if (isAssigned(directory.appRoleAssignments, asked))
      throw badRequest('Permission being assigned already exists on the object');
    const assignment: AppRoleAssignment = {
      id: randomUUID(),
      appRoleId: asked.appRoleId,
      createdDateTime: new Date().toISOString(),
      principalId: principal.id,
      principalType: user ? 'User' : 'Group',
      principalDisplayName: principal.displayName,
      resourceId: servicePrincipal.id,
    };
    directory.appRoleAssignments.push(assignment);
    entra.replication.assigned(assignment.id);
    return answerEntity(c, entra, name, presented(entra)(assignment), { status: 201 });
  });

  routes.delete(`${path}/:assignmentId`, c => {
    const { directory } = entra;
    const { id } = servicePrincipalAt(entra, c.req.param('id'));
    const assignmentId = c.req.param('assignmentId');
    const left = directory.appRoleAssignments.filter(one => one.id !== assignmentId || one.resourceId !== id);
    if (left.length === directory.appRoleAssignments.length) throw notFound(assignmentId);
    directory.appRoleAssignments = left;
    return c.body(null, 204);
  });
  return routes;
}

type Triple = z.infer<typeof newAssignment>;
const keyOf = ({ principalId, resourceId, appRoleId }: Triple) => `${principalId} ${resourceId} ${appRoleId}`;

/** What is in a list of assignments, as far as it was looked through: thousands are added to one, one by one. */
const known = new WeakMap<readonly AppRoleAssignment[], { keys: Set<string>; seen: number }>();

function isAssigned(assignments: readonly AppRoleAssignment[], asked: Triple): boolean {
  const index = known.get(assignments) ?? { keys: new Set<string>(), seen: 0 };
  known.set(assignments, index);
  for (; index.seen < assignments.length; index.seen++) {
    const assignment = assignments[index.seen];
    if (assignment) index.keys.add(keyOf(assignment));
  }
  return index.keys.has(keyOf(asked));
}
