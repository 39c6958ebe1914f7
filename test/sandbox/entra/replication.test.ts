import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServedEntra, serveEntra } from './serve.js';

let entra: ServedEntra;
beforeAll(async () => {
  entra = await serveEntra();
});
afterAll(() => entra.close());

it('shows a new application late: by its id, in lists, and with its assignments', async () => {
  const made = await entra.graph(
    'POST',
    '/v1.0/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate',
    {
      displayName: 'Late',
    },
  );
  const { application, servicePrincipal } = made.body as unknown as Record<string, { id: string; appId: string }>;
  const byId = `/v1.0/applications/${application?.id}`;
  const first = await entra.graph('GET', byId);
  expect(first).toMatchObject({ status: 404, body: { error: { code: 'Request_ResourceNotFound' } } });
  expect((await entra.graph('PATCH', byId, { notes: 'now' })).status).toBe(204);
  expect((await entra.graph('GET', byId)).body.notes).toBe('now');

  const search = `/v1.0/applications?$filter=${encodeURIComponent("displayName eq 'Late'")}`;
  // A search for something else does not make it appear.
  await entra.graph('GET', `/v1.0/applications?$filter=${encodeURIComponent("displayName eq 'Other'")}`);
  expect((await entra.graph('GET', search)).body.value).toHaveLength(0);
  expect((await entra.graph('GET', search)).body.value).toHaveLength(1);

  const assignments = `/v1.0/servicePrincipals/${servicePrincipal?.id}/appRoleAssignedTo`;
  const assignment = {
    principalId: entra.directory.users[0]?.id,
    resourceId: servicePrincipal?.id,
    appRoleId: '18d14569-c3bd-439b-9a66-3a2aee01d14f',
  };
  expect((await entra.graph('POST', assignments, assignment)).status).toBe(404);
  expect((await entra.graph('POST', assignments, assignment)).status).toBe(201);
  expect((await entra.graph('POST', assignments, assignment)).status).toBe(400);
  expect((await entra.graph('GET', assignments)).body.value).toHaveLength(0);
  expect((await entra.graph('GET', assignments)).body.value).toHaveLength(1);
});
