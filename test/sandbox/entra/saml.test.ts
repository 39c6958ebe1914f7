import { X509Certificate } from 'node:crypto';
import { SAML } from '@node-saml/node-saml';
import { parse } from 'node-html-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { legacyAssertions, legacyIdentityProviderData, type User } from '../../../src/sandbox/entra/directory.js';
import { accountSid, type ServedEntra, serveEntra } from './serve.js';

const issuer = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2/metadata`;
const callbackUrl = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2`;

let entra: ServedEntra;
beforeAll(async () => {
  entra = await serveEntra();
});
afterAll(() => entra.close());

function serviceProvider(options: Partial<ConstructorParameters<typeof SAML>[0]> = {}): SAML {
  const identityProvider = legacyIdentityProviderData(entra.directory);
  return new SAML({
    entryPoint: identityProvider.ssoUrl,
    idpCert: identityProvider.certificate,
    idpIssuer: identityProvider.issuer,
    issuer,
    audience: issuer,
    callbackUrl,
    disableRequestedAuthnContext: true,
    ...options,
  });
}

/** Opens the sign-in page and signs in; the page that answers, with the SAML response where there is one. */
async function login(url: string, email: string, password = 'sandbox') {
  const page = await entra.request('GET', url);
  if (page.status !== 200) return { text: page.text, response: undefined };
  const form = parse(page.text).querySelector('form');
  const hidden = form?.querySelectorAll('input[type=hidden]') ?? [];
  const fields = Object.fromEntries(
    hidden.map(one => [one.getAttribute('name') ?? '', one.getAttribute('value') ?? '']),
  );
  const answer = await entra.form(form?.getAttribute('action') ?? '', { ...fields, login: email, passwd: password });
  const value = (name: string) =>
    parse(answer.text).querySelector(`input[name=${name}]`)?.getAttribute('value') ?? undefined;
  return {
    text: answer.text,
    action: parse(answer.text).querySelector('form')?.getAttribute('action'),
    response: value('SAMLResponse'),
    relayState: value('RelayState'),
  };
}

const loginUrl = (saml: SAML, relayState = '') => saml.getAuthorizeUrlAsync(relayState, undefined, {});
const userAt = (position: number) => entra.directory.users[position] as User;
const legacyPrincipal = () => {
  const found = entra.directory.servicePrincipals.find(one => one.displayName === 'Twilio Flex');
  if (!found) throw new Error('no legacy application');
  return found;
};

describe('a login through the legacy application', () => {
  it('answers with NameID, claims and relay state', async () => {
    const saml = serviceProvider();
    const user = userAt(0);
    const { action, response, relayState } = await login(
      await loginUrl(saml, 'a "relay" <state>'),
      user.userPrincipalName,
    );
    expect(action).toBe(callbackUrl);
    expect(relayState).toBe('a "relay" <state>');
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response ?? '' });
    expect(profile).toMatchObject({
      nameID: user.userPrincipalName,
      email: user.mail,
      full_name: user.displayName,
      roles: ['admin', 'wfo.full_access'],
    });
  });

  it('says of everybody what the Workers were seeded from', async () => {
    const assertions = legacyAssertions(entra.directory);
    expect(assertions).toHaveLength(25);
    expect(assertions.every(one => one.nameId && one.email && one.fullName && one.roles.length > 0)).toBe(true);
    expect(assertions.filter(one => one.nameId !== one.email).length).toBeGreaterThan(1);
    // The first agent of the group has the role through it alone.
    const member = entra.directory.groups[0]?.members[0];
    const position = entra.directory.users.findIndex(user => user.id === member);
    const saml = serviceProvider();
    const { response } = await login(await loginUrl(saml), userAt(position).userPrincipalName);
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response ?? '' });
    const { nameId, email, fullName: full_name } = assertions[position] ?? {};
    expect(profile).toMatchObject({ nameID: nameId, email, full_name, roles: 'agent' });
  });

  it('goes on by a button where there is no script', async () => {
    const { text } = await login(await loginUrl(serviceProvider()), userAt(0).userPrincipalName);
    expect(parse(text).querySelector('form button')?.text).toBe('Continue');
  });
});

describe('signing', () => {
  const policyOf = (signing: string) =>
    JSON.stringify({
      TokenIssuancePolicy: {
        Version: 1,
        SigningAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
        TokenResponseSigningPolicy: signing,
        SamlTokenVersion: '2.0',
      },
    });
  const expectations = [
    { signing: 'ResponseAndToken', assertion: true, response: true },
    { signing: 'TokenOnly', assertion: true, response: false },
    { signing: 'ResponseOnly', assertion: false, response: true },
  ];

  it.each(expectations)('$signing', async ({ signing, assertion, response: ofResponse }) => {
    const policy = entra.directory.tokenIssuancePolicies[0];
    if (!policy) throw new Error('no policy');
    const before = policy.definition;
    policy.definition = [policyOf(signing)];
    const accepts = async (options: { wantAssertionsSigned: boolean; wantAuthnResponseSigned: boolean }) => {
      const saml = serviceProvider(options);
      const { response } = await login(await loginUrl(saml), userAt(0).userPrincipalName);
      const verified = saml.validatePostResponseAsync({ SAMLResponse: response ?? '' });
      return verified.then(
        () => true,
        () => false,
      );
    };
    expect(await accepts({ wantAssertionsSigned: true, wantAuthnResponseSigned: false })).toBe(assertion);
    expect(await accepts({ wantAssertionsSigned: false, wantAuthnResponseSigned: true })).toBe(ofResponse);
    policy.definition = before;
  });
});

describe('claims', () => {
  it('come from the claims mapping policy where one is assigned', async () => {
    const principal = `/v1.0/servicePrincipals/${legacyPrincipal().id}/claimsMappingPolicies`;
    const nameIdentifier = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';
    const ClaimsMappingPolicy = {
      Version: 1,
      IncludeBasicClaimSet: 'false',
      ClaimsSchema: [
        { Source: 'user', ID: 'mail', SamlClaimType: nameIdentifier },
        { Source: 'user', ID: 'department', SamlClaimType: 'department' },
        { Value: 'Flex', SamlClaimType: 'team_name' },
      ],
    };
    const created = await entra.graph('POST', '/v1.0/policies/claimsMappingPolicies', {
      displayName: 'Claims',
      definition: [JSON.stringify({ ClaimsMappingPolicy })],
    });
    const id = `https://graph.microsoft.com/v1.0/policies/claimsMappingPolicies/${created.body.id}`;
    await entra.graph('POST', `${principal}/$ref`, { '@odata.id': id });
    const saml = serviceProvider();
    const user = entra.directory.users.find(one => one.mail !== one.userPrincipalName) as User;
    const { response } = await login(await loginUrl(saml), user.userPrincipalName);
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response ?? '' });
    expect(profile).toMatchObject({ nameID: user.mail, department: 'Customer Care', team_name: 'Flex' });
    expect(profile).not.toHaveProperty('full_name');
    expect((await entra.graph('DELETE', `${principal}/${created.body.id}/$ref`)).status).toBe(204);
  });
});

describe('refusals', () => {
  beforeEach(() => {
    entra.directory.signIns = [];
  });

  it('knows an Entity ID only exactly', async () => {
    const { text } = await login(
      await loginUrl(serviceProvider({ issuer: `${issuer}/` })),
      userAt(0).userPrincipalName,
    );
    expect(text).toContain('AADSTS700016');
  });

  it('sends nothing to an ACS URL that is not registered', async () => {
    const saml = serviceProvider({ callbackUrl: `${callbackUrl}/` });
    const { text } = await login(await loginUrl(saml), userAt(0).userPrincipalName);
    expect(text).toContain('AADSTS50011');
  });

  it('wants a SAMLRequest, and a whole one', async () => {
    const { ssoUrl } = legacyIdentityProviderData(entra.directory);
    expect((await entra.request('GET', ssoUrl)).text).toContain('AADSTS750054');
    expect((await entra.request('GET', `${ssoUrl}?SAMLRequest=AAAA`)).text).toContain('AADSTS75005');
  });

  it('refuses a wrong password and whoever is not assigned, and keeps both in the sign-in log', async () => {
    const saml = serviceProvider();
    const user = userAt(0);
    const wrong = await login(await loginUrl(saml), user.userPrincipalName, 'wrong');
    expect(wrong.text).toContain('AADSTS50126');
    const assignments = entra.directory.appRoleAssignments;
    entra.directory.appRoleAssignments = assignments.filter(one => one.principalId !== user.id);
    const blocked = await login(await loginUrl(saml), user.userPrincipalName);
    expect(blocked.text).toContain('AADSTS50105');
    expect(blocked.response).toBeUndefined();
    entra.directory.appRoleAssignments = assignments;
    await login(await loginUrl(saml), user.userPrincipalName);
    const filter = encodeURIComponent(
      `appId eq '${legacyPrincipal().appId}' and createdDateTime ge 2020-01-01T00:00:00Z`,
    );
    const { body } = await entra.graph('GET', `/v1.0/auditLogs/signIns?$filter=${filter}`);
    expect(body.value.map(one => (one.status as { errorCode: number }).errorCode)).toEqual([0, 50105, 50126]);
  });

  it('says when the attribute of the NameID is empty, or the signing key is missing', async () => {
    const { directory } = entra;
    const user = userAt(12);
    const { id } = legacyPrincipal();
    const claims = directory.claimsPolicies[id];
    directory.claimsPolicies[id] = { id, includeBasicClaimSet: false, claims: [{ source: 'user', attribute: 'mail' }] };
    const { mail } = user;
    user.mail = null;
    expect((await login(await loginUrl(serviceProvider()), user.userPrincipalName)).text).toContain('AADSTS501241');
    user.mail = mail;
    if (claims) directory.claimsPolicies[id] = claims;

    const url = await loginUrl(serviceProvider());
    const keys = directory.signingKeys;
    directory.signingKeys = [];
    expect((await entra.request('GET', url)).text).toContain('AADSTS50003');
    const policy = { id: 'p', displayName: 'p', definition: ['{}'], isOrganizationDefault: false };
    directory.claimsMappingPolicies.push(policy);
    directory.policyAssignments.push({ servicePrincipalId: id, policyId: 'p' });
    expect((await entra.request('GET', url)).text).toContain('AADSTS50146');
    directory.policyAssignments.pop();
    directory.claimsMappingPolicies.pop();
    directory.signingKeys = keys;
  });

  it('takes a new certificate at once where the preferred one has expired', async () => {
    const { directory } = entra;
    const old = directory.signingKeys[0];
    if (!old) throw new Error('no key');
    const active = () =>
      new X509Certificate(legacyIdentityProviderData(directory).certificate).fingerprint.replaceAll(':', '');
    const principal = `/v1.0/servicePrincipals/${legacyPrincipal().id}`;
    await entra.graph('POST', `${principal}/addTokenSigningCertificate`, { displayName: 'CN=new' });
    expect(active()).toBe(old.thumbprint);
    const before = old.endDateTime;
    old.endDateTime = '2020-01-01T00:00:00.000Z';
    const saml = serviceProvider();
    const { response } = await login(await loginUrl(saml), userAt(0).userPrincipalName);
    await expect(saml.validatePostResponseAsync({ SAMLResponse: response ?? '' })).resolves.toBeTruthy();
    expect(active()).toBe(directory.signingKeys[1]?.thumbprint);
    old.endDateTime = before;
  });
});
