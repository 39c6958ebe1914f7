import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountSid, immediate, type ServedEntra, serveEntra } from './serve.js';

const template = '/v1.0/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate';
const legacyIdentifier = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2/metadata`;

interface Created {
  application: { id: string; appId: string; appRoles: Record<string, unknown>[] };
  servicePrincipal: { id: string };
}

let entra: ServedEntra;
beforeAll(async () => {
  entra = await serveEntra(immediate);
});
afterAll(() => entra.close());

async function create(displayName: string): Promise<Created> {
  const { status, body } = await entra.graph('POST', template, { displayName });
  expect(status).toBe(201);
  return body as unknown as Created;
}

describe('the legacy application', () => {
  it('is found by its identifier', async () => {
    const filter = encodeURIComponent(`identifierUris/any(uri:uri eq '${legacyIdentifier}')`);
    const { body } = await entra.graph('GET', `/v1.0/applications?$filter=${filter}&$select=id,appId,displayName`);
    expect(body.value).toEqual([{ id: expect.any(String), appId: expect.any(String), displayName: 'Twilio Flex' }]);
    const { body: principals } = await entra.graph(
      'GET',
      `/v1.0/servicePrincipals?$filter=${encodeURIComponent(`appId eq '${body.value[0]?.appId}'`)}`,
    );
    expect(principals.value[0]).toMatchObject({ servicePrincipalNames: [legacyIdentifier, body.value[0]?.appId] });
    const { body: claims } = await entra.graph(
      'GET',
      `/beta/servicePrincipals/${principals.value[0]?.id}/claimsPolicy`,
    );
    expect(claims.claims).toHaveLength(4);
  });
});

describe('a new application', () => {
  it('is made complete', async () => {
    const { application, servicePrincipal } = await create('Twilio Flex SSO');
    const principal = `/v1.0/servicePrincipals/${servicePrincipal.id}`;
    expect((await entra.graph('PATCH', principal, { preferredSingleSignOnMode: 'saml' })).status).toBe(204);
    const roleId = 'c20b145e-95c6-4d9d-a1fd-7f2b5b6b5a2a';
    const role = { allowedMemberTypes: ['User'], displayName: 'Agent', description: 'Agent', isEnabled: true };
    const kept = application.appRoles.map(({ origin: _, ...one }) => one);
    const patched = await entra.graph('PATCH', `/v1.0/applications/${application.id}`, {
      identifierUris: ['urn:flex:JQ1'],
      web: { redirectUris: ['https://login.flex.us1.twilio.com/login/callback?connection=JQ1'] },
      appRoles: [...kept, { ...role, id: roleId, value: 'agent' }],
    });
    expect(patched.status).toBe(204);
    const certificate = await entra.graph('POST', `${principal}/addTokenSigningCertificate`, {
      displayName: 'CN=Flex',
    });
    expect(certificate.status).toBe(200);
    const { thumbprint } = certificate.body;
    await entra.graph('PATCH', principal, { preferredTokenSigningKeyThumbprint: thumbprint });
    const user = entra.directory.users[3];
    const assignment = { principalId: user?.id, resourceId: servicePrincipal.id, appRoleId: roleId };
    expect((await entra.graph('POST', `${principal}/appRoleAssignedTo`, assignment)).status).toBe(201);
    const again = await entra.graph('POST', `${principal}/appRoleAssignedTo`, assignment);
    expect(again).toMatchObject({
      status: 400,
      body: { error: { message: 'Permission being assigned already exists on the object' } },
    });
    const { body } = await entra.graph('GET', `/v1.0/servicePrincipals(appId='${application.appId}')`);
    expect(body).toMatchObject({
      servicePrincipalNames: ['urn:flex:JQ1', application.appId],
      replyUrls: ['https://login.flex.us1.twilio.com/login/callback?connection=JQ1'],
      preferredTokenSigningKeyThumbprint: thumbprint,
      keyCredentials: [{ usage: 'Sign' }, { usage: 'Verify', key: null }],
    });
  });
});
