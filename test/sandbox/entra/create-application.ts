import { expect } from 'vitest';
import type { ServedEntra } from './serve.js';

export interface Created {
  application: { id: string; appId: string; appRoles: Record<string, unknown>[] };
  servicePrincipal: { id: string };
  roleId: string;
  thumbprint: string;
}

const template = '/v1.0/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate';

export async function instantiate(entra: ServedEntra, displayName: string) {
  const { status, body } = await entra.graph('POST', template, { displayName });
  expect(status).toBe(201);
  return body as unknown as Pick<Created, 'application' | 'servicePrincipal'>;
}

/** Makes an application with everything that Flex needs, in the order that Entra demands. */
export async function createApplication(entra: ServedEntra, displayName: string, connection: string): Promise<Created> {
  const { application, servicePrincipal } = await instantiate(entra, displayName);
  const principal = `/v1.0/servicePrincipals/${servicePrincipal.id}`;
  const done = async (method: string, path: string, body: unknown, status: number) => {
    const answer = await entra.graph(method, path, body);
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status });
    return answer.body;
  };
  await done(
    'PATCH',
    principal,
    { preferredSingleSignOnMode: 'saml', notificationEmailAddresses: ['a@b.example'] },
    204,
  );
  const roleId = crypto.randomUUID();
  const role = { allowedMemberTypes: ['User'], displayName: 'Agent', description: 'Agent', isEnabled: true };
  const kept = application.appRoles.map(({ origin: _, ...one }) => one);
  const changes = {
    identifierUris: [`urn:flex:${connection}`],
    web: { redirectUris: [`https://login.flex.us1.twilio.com/login/callback?connection=${connection}`] },
    appRoles: [...kept, { ...role, id: roleId, value: 'agent' }],
  };
  await done('PATCH', `/v1.0/applications/${application.id}`, changes, 204);
  const certificate = await done('POST', `${principal}/addTokenSigningCertificate`, { displayName: 'CN=Flex' }, 200);
  const thumbprint = String(certificate.thumbprint);
  await done('PATCH', principal, { preferredTokenSigningKeyThumbprint: thumbprint }, 204);
  const TokenIssuancePolicy = {
    Version: 1,
    SigningAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    TokenResponseSigningPolicy: 'ResponseAndToken',
    SamlTokenVersion: '2.0',
  };
  const definition = [JSON.stringify({ TokenIssuancePolicy })];
  const policy = await done('POST', '/v1.0/policies/tokenIssuancePolicies', { displayName, definition }, 201);
  const target = { '@odata.id': `https://graph.microsoft.com/v1.0/policies/tokenIssuancePolicies/${policy.id}` };
  await done('POST', `${principal}/tokenIssuancePolicies/$ref`, target, 204);
  return { application, servicePrincipal, roleId, thumbprint };
}
