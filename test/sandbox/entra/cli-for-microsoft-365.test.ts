import { expect, test } from 'vitest';
import { serveEntra } from './serve.js';

/**
 * The requests of CLI for Microsoft 365 11.11.0, as its source sends them (`m365 entra app role list` and
 * `m365 entra approleassignment list`). It is 400 MB with what it needs, too heavy to be installed for a test.
 */
test('`m365 entra app role list` gets the roles of an application', async () => {
  const { graph, directory, close } = await serveEntra();
  const application = directory.applications.find(({ appRoles }) => appRoles.length > 0);
  const found = await graph('GET', `/v1.0/applications?$filter=appId%20eq%20'${application?.appId}'&$select=id`);
  expect(found.body.value).toEqual([{ id: application?.id }]);
  const { status, body } = await graph('GET', `/v1.0/myorganization/applications/${application?.id}/appRoles`);
  expect(status).toBe(200);
  expect(body.value).toMatchObject(application?.appRoles ?? []);
  await close();
});

test('`m365 entra approleassignment list` gets what a service principal is assigned itself', async () => {
  const { graph, directory, close } = await serveEntra();
  const { appId, appRoles } = directory.applications.find(one => one.appRoles.length > 0) ?? {};
  const flex = directory.servicePrincipals.find(one => one.appId === appId);
  const own = directory.servicePrincipals.find(one => one.appId === directory.registration.clientId);
  const [role] = appRoles ?? [];
  const assignment = {
    id: '00000000-0000-4000-8000-000000000001',
    appRoleId: role?.id ?? '',
    createdDateTime: '2026-01-12T10:15:00Z',
    principalId: own?.id ?? '',
    principalType: 'ServicePrincipal',
    principalDisplayName: own?.displayName ?? '',
    resourceId: flex?.id ?? '',
  } as const;
  directory.appRoleAssignments.push(assignment);
  const byName = await graph(
    'GET',
    `/v1.0/servicePrincipals?$expand=appRoleAssignments&$filter=displayName%20eq%20'${own?.displayName}'`,
  );
  expect(byName.body.value).toMatchObject([{ appRoleAssignments: [{ id: assignment.id }] }]);
  const byId = await graph('GET', `/v1.0/servicePrincipals/${own?.id}/appRoleAssignments`);
  expect(byId.body.value).toMatchObject([{ id: assignment.id, resourceDisplayName: flex?.displayName }]);
  const resource = await graph('GET', `/v1.0/servicePrincipals/${flex?.id}`);
  expect(resource.body.appRoles).toContainEqual(expect.objectContaining({ id: role?.id }));
  const none = await graph(
    'GET',
    `/v1.0/servicePrincipals?$expand=appRoleAssignments&$filter=appId%20eq%20'${flex?.appId}'`,
  );
  expect(none.body.value).toMatchObject([{ appRoleAssignments: [] }]);
  await close();
});
