import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasContract, violations } from './contract.js';
import { type Created, createApplication } from './create-application.js';
import { accountSid, immediate, type ServedEntra, serveEntra } from './serve.js';

const legacyIdentifier = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2/metadata`;

let entra: ServedEntra;
beforeAll(async () => {
  entra = await serveEntra(immediate);
});
afterAll(() => entra.close());

const query = (options: Record<string, string>) => new URLSearchParams(options).toString();

describe('the legacy application', () => {
  it('is found by its identifier, with its claims in beta alone', async () => {
    const $filter = `identifierUris/any(uri:uri eq '${legacyIdentifier}')`;
    const { body } = await entra.graph('GET', `/v1.0/applications?${query({ $filter, $select: 'appId,displayName' })}`);
    expect(body.value).toEqual([{ appId: expect.any(String), displayName: 'Twilio Flex' }]);
    const appId = String(body.value[0]?.appId);
    const found = await entra.graph('GET', `/v1.0/servicePrincipals?${query({ $filter: `appId eq '${appId}'` })}`);
    const principal = found.body.value[0];
    expect(principal).toMatchObject({
      servicePrincipalNames: [legacyIdentifier, appId],
      preferredSingleSignOnMode: 'saml',
      appRoleAssignmentRequired: true,
    });
    const values = ((principal?.appRoles ?? []) as { value: string | null }[]).map(role => role.value);
    expect(values).toEqual([null, null, 'admin', 'supervisor', 'agent', 'wfo.full_access']);
    const { body: claims } = await entra.graph('GET', `/beta/servicePrincipals/${principal?.id}/claimsPolicy`);
    expect(claims.claims).toHaveLength(4);
    const mapping = await entra.graph('GET', `/v1.0/servicePrincipals/${principal?.id}/claimsMappingPolicies`);
    expect(mapping.body.value).toEqual([]);
    const issuance = await entra.graph('GET', `/v1.0/servicePrincipals/${principal?.id}/tokenIssuancePolicies`);
    expect(issuance.body.value).toHaveLength(1);
  });

  it('is assigned to everybody, by user or through the group, in pages', async () => {
    const id = entra.directory.servicePrincipals.find(one => one.displayName === 'Twilio Flex')?.id;
    const seen: Record<string, unknown>[] = [];
    for (let next: string | undefined = `/v1.0/servicePrincipals/${id}/appRoleAssignedTo?$top=7`; next; ) {
      const { body } = await entra.graph('GET', next);
      expect(body.value.length).toBeLessThanOrEqual(7);
      seen.push(...body.value);
      const link = body['@odata.nextLink'] as string | undefined;
      next = link?.replace('https://graph.microsoft.com', '');
    }
    expect(seen).toHaveLength(entra.directory.appRoleAssignments.length);
    const group = seen.find(one => one.principalType === 'Group');
    const members = await entra.graph('GET', `/v1.0/groups/${group?.principalId}/members`);
    expect(members.body.value.length).toBeGreaterThan(1);
    expect(members.body.value[0]).toMatchObject({ '@odata.type': '#microsoft.graph.user' });
  });
});

describe('a new application', () => {
  let created: Created;

  it('is made complete, step by step', async () => {
    created = await createApplication(entra, 'Twilio Flex SSO', 'JQ1');
    const { application, servicePrincipal, thumbprint } = created;
    const { body } = await entra.graph('GET', `/v1.0/servicePrincipals(appId='${application.appId}')`);
    expect(body).toMatchObject({
      id: servicePrincipal.id,
      servicePrincipalNames: ['urn:flex:JQ1', application.appId],
      replyUrls: ['https://login.flex.us1.twilio.com/login/callback?connection=JQ1'],
      preferredTokenSigningKeyThumbprint: thumbprint,
    });
    const keys = body.keyCredentials as { usage: string; key: unknown; customKeyIdentifier: string }[];
    expect(keys.map(key => [key.usage, key.key])).toEqual([
      ['Sign', null],
      ['Verify', null],
    ]);
    expect(
      Buffer.from(keys[0]?.customKeyIdentifier ?? '', 'base64')
        .toString('hex')
        .toUpperCase(),
    ).toBe(thumbprint);
    const selected = await entra.graph('GET', `/v1.0/servicePrincipals/${servicePrincipal.id}?$select=keyCredentials`);
    expect((selected.body.keyCredentials as { key: unknown }[])[1]?.key).toEqual(expect.any(String));
  });

  it('takes assignments in batches, each with an answer of its own', async () => {
    const { servicePrincipal, roleId } = created;
    const principals = entra.directory.users.slice(0, 19).map(user => user.id);
    const requests = [...principals, principals[0]].map((principalId, index) => ({
      id: String(index),
      method: 'POST',
      url: `/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`,
      headers: { 'Content-Type': 'application/json' },
      body: { principalId, resourceId: servicePrincipal.id, appRoleId: roleId },
    }));
    const saves = entra.saves();
    const { status, body } = await entra.graph('POST', '/v1.0/$batch', { requests });
    expect(status).toBe(200);
    const responses = body.responses as { id: string; status: number }[];
    expect(responses.map(one => one.status)).toEqual([...principals.map(() => 201), 400]);
    expect(entra.saves()).toBe(saves + 1);
  });

  it('is deleted softly', async () => {
    const { application, servicePrincipal } = created;
    expect((await entra.graph('DELETE', `/v1.0/applications/${application.id}`)).status).toBe(204);
    expect((await entra.graph('GET', `/v1.0/servicePrincipals/${servicePrincipal.id}`)).status).toBe(404);
    const { body } = await entra.graph('GET', '/v1.0/directory/deletedItems/microsoft.graph.application');
    expect(body.value[0]).toMatchObject({ id: application.id, deletedDateTime: expect.any(String) });
  });
});

describe('the tenant', () => {
  it('shows people, domains and policies', async () => {
    const user = entra.directory.users[2];
    const $filter = `mail eq '${user?.mail?.replaceAll("'", "''")}'`;
    const { body } = await entra.graph('GET', `/v1.0/users?${query({ $filter, $select: 'id,mail' })}`);
    expect(body.value).toEqual([{ id: user?.id, mail: user?.mail }]);
    const upn = encodeURIComponent(user?.userPrincipalName ?? '');
    expect((await entra.graph('GET', `/v1.0/users/${upn}`)).body.id).toBe(user?.id);
    const organization = await entra.graph('GET', '/v1.0/organization');
    expect(organization.body.value[0]).toMatchObject({ id: entra.directory.tenantId });
    const management = await entra.graph('GET', '/v1.0/policies/defaultAppManagementPolicy');
    expect(management.body).toMatchObject({
      applicationRestrictions: {
        identifierUris: { uriAdditionWithoutUniqueTenantIdentifier: { state: 'enabled', excludeSaml: true } },
      },
    });
    const access = await entra.graph('GET', '/v1.0/identity/conditionalAccess/policies');
    expect(access.body.value).toHaveLength(1);
    const groups = await entra.graph('GET', '/v1.0/groups');
    expect(groups.body.value).toHaveLength(3);
    const ids = [user?.id, groups.body.value[0]?.id];
    expect((await entra.graph('POST', '/v1.0/directoryObjects/getByIds', { ids })).body.value).toHaveLength(2);
  });
});

it.runIf(hasContract)('keeps to the published schema', async () => {
  expect(await violations(entra.exchanges)).toEqual([]);
});
