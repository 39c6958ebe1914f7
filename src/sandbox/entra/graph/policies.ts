import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { graphUrl } from '../addresses.js';
import { identifierRestrictions } from '../app-management-policies.js';
import type { Entra } from '../entra.js';
import { assignedPolicy, definitionProblem, type PolicyKind } from '../policies.js';
import { readBody } from './body.js';
import { servicePrincipalAt } from './lookup.js';
import { answerEntity, answerList } from './query.js';
import { badRequest, notFound } from './refusals.js';

const newPolicy = z.strictObject({
  displayName: z.string().min(1),
  definition: z.array(z.string()).length(1),
  isOrganizationDefault: z.boolean().default(false),
});
const policyPatch = z.strictObject(newPolicy.shape).partial();
const reference = z.strictObject({ '@odata.id': z.url() });

const kinds: readonly PolicyKind[] = ['claimsMappingPolicies', 'tokenIssuancePolicies'];

/** Claims mapping and token issuance policies, their assignment, and the tenant's app management policy. */
export function policyRoutes(entra: Entra): Hono {
  const routes = new Hono();
  for (const kind of kinds) {
    routes.route('/', policyKindRoutes(entra, kind));
    routes.route('/', policyAssignmentRoutes(entra, kind));
  }
  routes.get('/policies/defaultAppManagementPolicy', c => {
    const { appManagementPolicy } = entra.directory;
    const { isEnabled } = appManagementPolicy;
    return c.json({
      '@odata.context': graphUrl('/v1.0/$metadata#policies/defaultAppManagementPolicy/$entity', entra.directory.cloud),
      id: '00000000-0000-0000-0000-000000000000',
      displayName: 'Default app management tenant policy',
      description:
        'Default tenant policy that enforces app management restrictions on applications and service principals.',
      isEnabled,
      applicationRestrictions: {
        passwordCredentials: [],
        keyCredentials: [],
        identifierUris: identifierRestrictions(appManagementPolicy),
      },
      servicePrincipalRestrictions: { passwordCredentials: [], keyCredentials: [] },
    });
  });
  return routes;
}

function policyKindRoutes(entra: Entra, kind: PolicyKind): Hono {
  const path = `/policies/${kind}` as const;
  const routes = new Hono();
  const policyAt = (id: string) => {
    const found = entra.directory[kind].find(policy => policy.id === id);
    if (!found || !entra.replication.isKnown(id)) throw notFound(id);
    return found;
  };
  routes.get(path, c =>
    answerList(c, entra, { name: path.slice(1), entries: entra.directory[kind], present: policy => ({ ...policy }) }),
  );
  routes.post(path, async c => {
    const policy = { id: randomUUID(), ...(await readBody(c, newPolicy)) };
    assertDefinition(kind, policy.definition);
    entra.directory[kind].push(policy);
    entra.replication.created(policy.id);
    return answerEntity(c, entra, path.slice(1), { ...policy, deletedDateTime: null }, { status: 201 });
  });
  routes.get(`${path}/:id`, c =>
    answerEntity(c, entra, path.slice(1), { ...policyAt(c.req.param('id')), deletedDateTime: null }),
  );
  routes.get(`${path}/:id/appliesTo`, c => {
    const { id } = policyAt(c.req.param('id'));
    const { policyAssignments, servicePrincipals } = entra.directory;
    const has = (principal: { id: string }) =>
      policyAssignments.some(one => one.policyId === id && one.servicePrincipalId === principal.id);
    const entries = servicePrincipals.filter(has);
    const present = ({ id, appId, displayName }: (typeof entries)[number]) => ({
      '@odata.type': '#microsoft.graph.servicePrincipal',
      id,
      appId,
      displayName,
    });
    return answerList(c, entra, { name: 'directoryObjects', entries, present });
  });
  routes.patch(`${path}/:id`, async c => {
    const policy = policyAt(c.req.param('id'));
    const patch = await readBody(c, policyPatch);
    if (patch.definition) assertDefinition(kind, patch.definition);
    Object.assign(policy, patch);
    return c.body(null, 204);
  });
  routes.delete(`${path}/:id`, c => {
    const { directory } = entra;
    const { id } = policyAt(c.req.param('id'));
    directory[kind] = directory[kind].filter(policy => policy.id !== id);
    directory.policyAssignments = directory.policyAssignments.filter(one => one.policyId !== id);
    return c.body(null, 204);
  });
  return routes;
}

function policyAssignmentRoutes(entra: Entra, kind: PolicyKind): Hono {
  const path = `/servicePrincipals/:id/${kind}` as const;
  const routes = new Hono();
  routes.get(path, c => {
    const policy = assignedPolicy(entra.directory, kind, servicePrincipalAt(entra, c.req.param('id')).id);
    const entries = policy ? [policy] : [];
    return answerList(c, entra, { name: `policies/${kind}`, entries, present: one => ({ ...one }) });
  });
  routes.post(`${path}/$ref`, async c => {
    const { directory } = entra;
    const servicePrincipalId = servicePrincipalAt(entra, c.req.param('id')).id;
    const { '@odata.id': target } = await readBody(c, reference);
    const policyId = target.split('/').at(-1) ?? '';
    if (!directory[kind].some(policy => policy.id === policyId)) throw notFound(policyId);
    const assigned = assignedPolicy(directory, kind, servicePrincipalId);
    if (assigned?.id === policyId)
      throw badRequest(
        "One or more added object references already exist for the following modified properties: 'policies'.",
      );
    if (assigned) throw badRequest(`Only one of the ${kind} can be assigned to a service principal.`);
    directory.policyAssignments.push({ servicePrincipalId, policyId });
    return c.body(null, 204);
  });
  routes.delete(`${path}/:policyId/$ref`, c => {
    const { directory } = entra;
    const servicePrincipalId = servicePrincipalAt(entra, c.req.param('id')).id;
    const policyId = c.req.param('policyId');
    if (assignedPolicy(directory, kind, servicePrincipalId)?.id !== policyId) throw notFound(policyId);
    directory.policyAssignments = directory.policyAssignments.filter(
      one => one.policyId !== policyId || one.servicePrincipalId !== servicePrincipalId,
    );
    return c.body(null, 204);
  });
  return routes;
}

function assertDefinition(kind: PolicyKind, definition: readonly string[]): void {
  const problem = definitionProblem(kind, definition[0] ?? '');
  if (problem) throw badRequest(`Property definition has an invalid value: ${problem}.`);
}
