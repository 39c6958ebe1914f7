import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.js';
import { hasContract, violations } from './entra/contract.js';
import type { ServedEntra } from './entra/serve.js';
import { entraWith, statuses, template } from './faulty-entra.js';

const legacyPrincipal = ({ directory }: ServedEntra) =>
  directory.servicePrincipals.find(({ displayName }) => displayName === 'Twilio Flex')?.id ?? '';

describe('tokens', () => {
  const url = 'https://graph.microsoft.com/v1.0/organization';
  const read = async (entra: ServedEntra, token: string) =>
    entra.request('GET', url, { headers: { Authorization: `Bearer ${token}` } });

  it('expire in the middle; a new one is good', async () => {
    const entra = await entraWith('token-expired');
    const token = await entra.token();
    const seen = await statuses(16, () => read(entra, token));
    expect(seen).toEqual([...Array(14).fill(200), 401, 401]);
    expect((await read(entra, await entra.token())).status).toBe(200);
  });

  it('are challenged, until one answers the challenge', async () => {
    const entra = await entraWith('continuous-access');
    const token = await entra.token();
    await statuses(9, () => read(entra, token));
    const challenged = await read(entra, token);
    expect(challenged.status).toBe(401);
    expect((await read(entra, await entra.token())).status).toBe(401);
    const claims = /claims="([^"]+)"/.exec(challenged.headers['www-authenticate'] ?? '')?.[1] ?? '';
    const answering = await entra.token(Buffer.from(claims, 'base64').toString());
    expect((await read(entra, answering)).status).toBe(200);
  });

  it.each<[Fault, number]>([
    ['consent-missing', 65001],
    ['client-secret-expired', 7000222],
  ])('are not given: %s', async (fault, code) => {
    const entra = await entraWith(fault);
    const { clientId, clientSecret } = entra.directory.registration;
    const answer = await entra.form(`https://login.microsoftonline.com/${entra.directory.tenantId}/oauth2/v2.0/token`, {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    });
    expect(JSON.parse(answer.text)).toMatchObject({ error_codes: [code] });
  });

  it.each<[Fault, number]>([
    ['device-code-blocked', 53003],
    ['device-code-confirmation', 50199],
  ])('are not given to a device: %s', async (fault, code) => {
    const entra = await entraWith(fault);
    const { clientId } = entra.directory.registration;
    const login = `https://login.microsoftonline.com/${entra.directory.tenantId}/oauth2/v2.0`;
    const begun = JSON.parse((await entra.form(`${login}/devicecode`, { client_id: clientId, scope: 'x' })).text);
    const poll = async () => {
      const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: begun.device_code };
      return JSON.parse((await entra.form(`${login}/token`, { ...grant, client_id: clientId })).text).error_codes;
    };
    expect(await poll()).toEqual([70016]);
    await entra.form('https://login.microsoftonline.com/common/oauth2/deviceauth', {
      otc: begun.user_code,
      login: entra.directory.users[0]?.userPrincipalName ?? '',
      passwd: 'sandbox',
    });
    expect(await poll()).toEqual([code]);
  });
});

describe('answers', () => {
  it('come in short and empty pages', async () => {
    const entra = await entraWith('short-pages');
    const sizes: number[] = [];
    const seen = new Set<unknown>();
    for (let next: string | undefined = '/v1.0/users?$top=999'; next; ) {
      const { body } = await entra.graph('GET', next);
      sizes.push(body.value.length);
      for (const { id } of body.value) seen.add(id);
      next = (body['@odata.nextLink'] as string | undefined)?.replace('https://graph.microsoft.com', '');
    }
    expect(sizes).toEqual([3, 0, 22]);
    expect(seen.size).toBe(25);
  });

  it('hold what nobody has heard of, also where properties are selected', async () => {
    const entra = await entraWith('unknown-properties');
    const { body } = await entra.graph('GET', '/v1.0/applications?$select=id');
    expect(Object.keys(body.value[0] ?? {})).toHaveLength(3);
    if (hasContract) expect(await violations(entra.exchanges)).toEqual([]);
  });

  it('order identifiers as they like, or refuse a second one', async () => {
    const entra = await entraWith('identifiers-unordered', 'second-identifier-refused');
    const application = entra.directory.applications.find(({ displayName }) => displayName === 'Twilio Flex');
    const path = `/v1.0/applications/${application?.id}`;
    const both = [...(application?.identifierUris ?? []), 'urn:flex:JQ1'];
    expect((await entra.graph('PATCH', path, { identifierUris: both })).status).toBe(400);
    expect((await entra.graph('PATCH', path, { identifierUris: ['urn:flex:JQ1'] })).status).toBe(204);
    if (application) application.identifierUris = both;
    const orders = [];
    for (let count = 0; count < 2; count++) orders.push((await entra.graph('GET', path)).body.identifierUris);
    expect(orders).toEqual([both, both.toReversed()]);
  });

  it.each<[Fault, string, number]>([
    ['claims-unreadable-403', '/beta/servicePrincipals/{legacy}/claimsPolicy', 403],
    ['claims-unreadable-404', '/beta/servicePrincipals/{legacy}/claimsPolicy', 404],
    ['claims-unreadable-503', '/beta/servicePrincipals/{legacy}/claimsPolicy', 503],
    ['no-premium', '/v1.0/auditLogs/signIns', 403],
    ['no-permission:Application.Read.All', '/v1.0/applications', 403],
    ['no-permission:Policy.Read.All', '/v1.0/policies/defaultAppManagementPolicy', 403],
    ['no-permission:AuditLog.Read.All', '/v1.0/auditLogs/signIns', 403],
    ['no-permission:User.Read.All', '/v1.0/users', 403],
    ['no-permission:GroupMember.Read.All', '/v1.0/groups', 403],
  ])('say no: %s', async (fault, path, status) => {
    const entra = await entraWith(fault);
    const answer = await entra.graph('GET', path.replace('{legacy}', legacyPrincipal(entra)));
    expect(answer).toMatchObject({ status, body: { error: { code: expect.any(String) } } });
  });

  it.each<[Fault, string, unknown]>([
    ['no-permission:Application.ReadWrite.All', template, { displayName: 'x' }],
    ['no-permission:Application.ReadWrite.OwnedBy', template, { displayName: 'x' }],
    ['no-permission:Policy.ReadWrite.ApplicationConfiguration', '/v1.0/policies/claimsMappingPolicies', {}],
    ['no-permission:AppRoleAssignment.ReadWrite.All', '/v1.0/servicePrincipals/x/appRoleAssignedTo', {}],
  ])('say no to a write: %s', async (fault, path, body) => {
    const entra = await entraWith(fault);
    const answer = await entra.graph('POST', path, body);
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'Authorization_RequestDenied' } } });
  });
});
