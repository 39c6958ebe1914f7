import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasContract, violations } from './contract.js';
import { createApplication, instantiate } from './create-application.js';
import { accountSid, immediate, type ServedEntra, serveEntra } from './serve.js';

let entra: ServedEntra;
let application: string;
let principal: string;
beforeAll(async () => {
  entra = await serveEntra(immediate);
  const made = await instantiate(entra, 'Twilio Flex SSO');
  application = `/v1.0/applications/${made.application.id}`;
  principal = `/v1.0/servicePrincipals/${made.servicePrincipal.id}`;
});
afterAll(() => entra.close());

async function refused(method: string, path: string, body: unknown): Promise<string> {
  const answer = await entra.graph(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(400);
  return `${answer.body.error.code}: ${answer.body.error.message}`;
}

describe('identifiers', () => {
  const add = (uri: string) => refused('PATCH', application, { identifierUris: [uri] });

  it('need the service principal to be SAML first', async () => {
    expect(await add('https://flex.example/')).toBe(
      "Request_BadRequest: Application alias 'https://flex.example/' value is invalid.",
    );
    expect(await add('https://flex.example/sp')).toMatch(/^HostNameNotOnVerifiedDomain: /);
    expect(await add('urn:flex:JQ1')).toContain('All newly added URIs must contain a tenant verified domain');
    const own = await entra.graph('PATCH', application, { identifierUris: ['https://flex.harborline.example'] });
    expect(own.status).toBe(204);
    await entra.graph('PATCH', principal, { preferredSingleSignOnMode: 'saml' });
    const urn = await entra.graph('PATCH', application, { identifierUris: ['urn:flex:JQ1'] });
    expect(urn.status).toBe(204);
  });

  it('are unique in the tenant', async () => {
    const taken = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2/metadata`;
    expect(await add(taken)).toContain('Another object with the same value for property identifierUris already exists');
  });

  it('are refused where the tenant makes no exception for SAML', async () => {
    entra.directory.appManagementPolicy.excludeSaml = false;
    expect(await add('urn:flex:JQ2')).toContain('All newly added URIs must contain');
    entra.directory.appManagementPolicy.excludeSaml = true;
  });
});

describe('app roles', () => {
  const role = (value: string) => ({
    id: crypto.randomUUID(),
    allowedMemberTypes: ['User'],
    displayName: value,
    description: value,
    isEnabled: true,
    value,
  });

  it('are unique, named without spaces and without origin', async () => {
    expect(await refused('PATCH', application, { appRoles: [role('a'), role('a')] })).toMatch(/^DuplicateValue: /);
    expect(await refused('PATCH', application, { appRoles: [role('a b')] })).toContain('appRoles.0.value');
    expect(await refused('PATCH', application, { appRoles: [role('.a')] })).toContain('appRoles.0.value');
    expect(await refused('PATCH', application, { appRoles: [{ ...role('a'), origin: 'Application' }] })).toContain(
      'origin',
    );
  });

  it('go only after they were disabled', async () => {
    expect(await refused('PATCH', application, { appRoles: [] })).toMatch(/^CannotDeleteOrUpdateEnabledEntitlement: /);
    const { body } = await entra.graph('GET', application);
    const disabled = (body.appRoles as Record<string, unknown>[]).map(({ origin: _, ...one }) => ({
      ...one,
      isEnabled: false,
    }));
    expect((await entra.graph('PATCH', application, { appRoles: disabled })).status).toBe(204);
    expect((await entra.graph('PATCH', application, { appRoles: [] })).status).toBe(204);
  });
});

it('refuses what a service principal does not take', async () => {
  const six = Array.from({ length: 6 }, (_, index) => `a${index}@harborline.example`);
  expect(await refused('PATCH', principal, { notificationEmailAddresses: six })).toContain(
    'notificationEmailAddresses',
  );
  expect(await refused('PATCH', principal, { replyUrls: [] })).toContain('replyUrls');
  expect(await refused('PATCH', principal, { preferredTokenSigningKeyThumbprint: 'AB' })).toContain('Thumbprint');
  const certificate = `${principal}/addTokenSigningCertificate`;
  expect(await refused('POST', certificate, { displayName: 'Flex' })).toContain('displayName');
  const endDateTime = new Date(Date.now() + 4 * 366 * 86_400_000).toISOString();
  expect(await refused('POST', certificate, { displayName: 'CN=Flex', endDateTime })).toContain('endDateTime');
});

it('refuses policies that it does not understand, and a second one of a kind', async () => {
  const path = '/v1.0/policies/claimsMappingPolicies';
  expect(await refused('POST', path, { displayName: 'a', definition: ['no JSON'] })).toContain('it is not JSON');
  expect(await refused('POST', path, { displayName: 'a', definition: ['{"claimsMappingPolicy":{}}'] })).toContain(
    'definition',
  );
  const { servicePrincipal } = await createApplication(entra, 'Another', 'JQ9');
  const references = `/v1.0/servicePrincipals/${servicePrincipal.id}/tokenIssuancePolicies`;
  const { body } = await entra.graph('GET', references);
  const id = `https://graph.microsoft.com/v1.0/policies/tokenIssuancePolicies/${body.value[0]?.id}`;
  expect(await refused('POST', `${references}/$ref`, { '@odata.id': id })).toContain('already exist');
});

it('refuses what is not assignable', async () => {
  const { servicePrincipal, roleId } = await createApplication(entra, 'Third', 'JQ10');
  const path = `/v1.0/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`;
  const assignment = {
    principalId: entra.directory.users[0]?.id,
    resourceId: servicePrincipal.id,
    appRoleId: roleId,
  };
  const nobody = { ...assignment, principalId: crypto.randomUUID() };
  expect(await refused('POST', path, nobody)).toContain('Not a valid reference update');
  expect(await refused('POST', path, { ...assignment, appRoleId: crypto.randomUUID() })).toContain('was not found');
  expect((await entra.graph('DELETE', `${path}/${crypto.randomUUID()}`)).status).toBe(404);
});

it('wants advanced queries to be named so, and pages of a size', async () => {
  const $filter = encodeURIComponent("displayName ne 'x'");
  expect(await refused('GET', `/v1.0/applications?$filter=${$filter}`, undefined)).toMatch(/^Request_UnsupportedQuery/);
  const answer = await entra.graph('GET', '/v1.0/applications?$top=1000');
  expect(answer.status).toBe(400);
});

it.runIf(hasContract)('refuses in the published form', async () => {
  // What is asked for is wrong on purpose; the answers are not.
  const answers = entra.exchanges.map(one => ({ ...one, path: one.path.split('?')[0] ?? '' }));
  const problems = await violations(answers);
  expect(problems.filter(problem => !/: (body|displayName)/.test(problem))).toEqual([]);
});

describe('access', () => {
  const get = async (served: ServedEntra, headers: Record<string, string>) =>
    served.request('GET', 'https://graph.microsoft.com/v1.0/applications', { headers });

  it('needs a token that the tenant issued', async () => {
    for (const headers of [{}, { Authorization: 'Bearer made-up' }]) {
      const answer = await get(entra, headers);
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.text).error.code).toBe('InvalidAuthenticationToken');
    }
  });

  it('is denied for what the registration was not granted', async () => {
    const restricted = await serveEntra({ missingPermissions: ['Policy.Read.All'] });
    const policies = await restricted.graph('GET', '/v1.0/identity/conditionalAccess/policies');
    expect(policies).toMatchObject({ status: 403, body: { error: { code: 'Authorization_RequestDenied' } } });
    expect((await restricted.graph('GET', '/v1.0/applications')).status).toBe(200);
    await restricted.close();
  });

  it('knows no other paths', async () => {
    expect((await entra.graph('GET', '/v1.0/nothing')).body.error.message).toBe(
      "Resource not found for the segment 'nothing'.",
    );
    expect((await entra.graph('GET', '/v1.0/applications/x')).status).toBe(404);
    const requests = Array.from({ length: 21 }, (_, id) => ({ id: String(id), method: 'GET', url: '/users' }));
    expect(await refused('POST', '/v1.0/$batch', { requests })).toContain('exceeds the maximum value of 20');
  });
});
