import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { toEndpoint } from '../../../src/endpoints.js';
import { loginParameters, openPage, setUpConnection, ssoPage, testSandbox, toIdentityProvider } from '../support.js';
import { type ResponseContent, samlResponse } from './saml-response.js';

type TestSandbox = Awaited<ReturnType<typeof testSandbox>>;

const claims = { email: ['ann@harborline.example'], full_name: ['Ann Example'], roles: ['agent', 'wfo.full_access'] };

async function readyToLogIn() {
  const sandbox = await testSandbox();
  await setUpConnection(sandbox, 'new');
  return { sandbox, name: sandbox.world.account.connections[0]?.name ?? '' };
}

/** Logs in with a response of the test's own making; answers where Flex sends the browser. */
async function logIn(sandbox: TestSandbox, name: string, changes: Partial<ResponseContent> = {}) {
  const { codeVerifier, query, url } = loginParameters(name);
  const { relayState, requestId, acsUrl, entityId } = await toIdentityProvider(sandbox.http, url);
  const content: ResponseContent = {
    issuer: sandbox.world.account.legacy.identityProviderData.issuer,
    privateKey: sandbox.world.directory.signingKeys[0]?.privateKey ?? '',
    nameId: 'ann@harborline.example',
    signed: ['Assertion', 'Response'],
    requestId,
    acsUrl,
    entityId,
    claims,
    ...changes,
  };
  const answer = await sandbox.http({
    method: 'POST',
    url: toEndpoint(sandbox.endpoints, acsUrl),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ SAMLResponse: samlResponse(content), RelayState: relayState }).toString(),
  });
  const { origin, pathname, searchParams } = new URL(answer.headers.location ?? 'http://nowhere');
  return { answer, returned: origin + pathname, searchParams, query, codeVerifier };
}

function exchange(sandbox: TestSandbox, fields: Record<string, string>) {
  return sandbox.http({
    method: 'POST',
    url: 'https://services.twilio.com/v1/Flex/OAuth/Tokens',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'AuthorizationCode', app_type: 'SinglePageApp', ...fields }),
  });
}

test('a login comes back with a code that is worth tokens and the Worker, once', async () => {
  const { sandbox, name } = await readyToLogIn();
  const { searchParams, returned, codeVerifier, query } = await logIn(sandbox, name);
  expect(returned).toBe(query.redirectUrl);
  expect(searchParams.get('state')).toBe('state-1');
  const fields = {
    sso_profile_sid: name,
    code: searchParams.get('code') ?? '',
    code_verifier: codeVerifier,
    nonce: query.nonce,
  };
  const answer = await exchange(sandbox, fields);
  expect(JSON.parse(answer.text)).toMatchObject({
    token_info: {
      account_sid: sandbox.world.account.accountSid,
      identity: 'ann_40harborline_2Eexample',
      name_id: 'ann@harborline.example',
      roles: claims.roles,
    },
  });
  const worker = sandbox.world.account.workers.at(-1);
  expect(worker).toMatchObject({
    friendlyName: 'ann_40harborline_2Eexample',
    attributes: { full_name: 'Ann Example' },
  });

  expect((await exchange(sandbox, fields)).status).toBe(401);

  const refreshed = await exchange(sandbox, {
    grant_type: 'RefreshToken',
    sso_profile_sid: name,
    refresh_token: JSON.parse(answer.text).refresh_token,
  });
  expect(JSON.parse(refreshed.text).token_info.worker_sid).toBe(worker?.sid);
});

test.each(['code_verifier', 'nonce', 'sso_profile_sid'])(
  'a code is refused with another %s, and then used up',
  async wrong => {
    const { sandbox, name } = await readyToLogIn();
    const { searchParams, codeVerifier, query } = await logIn(sandbox, name);
    const right = {
      sso_profile_sid: name,
      code: searchParams.get('code') ?? '',
      code_verifier: codeVerifier,
      nonce: query.nonce,
    };
    const refused = await exchange(sandbox, { ...right, [wrong]: 'JQ00000000000000000000000000000000' });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(JSON.parse(refused.text)).toMatchObject({ code: wrong === 'sso_profile_sid' ? 45004 : 45002 });
    if (wrong !== 'sso_profile_sid') expect((await exchange(sandbox, right)).status).toBe(401);
  },
);

test('a second login of the same NameID keeps the Worker and is seen in its date', async () => {
  const { sandbox, name } = await readyToLogIn();
  await logIn(sandbox, name);
  const { length } = sandbox.world.account.workers;
  const before = { ...sandbox.world.account.workers.at(-1) };
  await logIn(sandbox, name, { claims: { ...claims, full_name: ['Ann Other'], department: ['Sales'] } });
  await logIn(sandbox, name, { claims });
  const after = sandbox.world.account.workers.at(-1);
  expect(sandbox.world.account.workers).toHaveLength(length);
  expect(after?.sid).toBe(before.sid);
  expect(after?.dateUpdated).not.toBe(before.dateUpdated);
  // What is no longer sent stays as it was.
  expect(after?.attributes).toMatchObject({ full_name: 'Ann Example', department: 'Sales' });
});

const foreignKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).privateKey;

test.each<[string, Partial<ResponseContent>, RegExp]>([
  ['another key', { privateKey: foreignKey }, /signature/i],
  ['no signed response', { signed: ['Assertion'] }, /signature/i],
  ['no signed assertion', { signed: ['Response'] }, /signature/i],
  ['SHA-1', { weak: true }, /SHA-256/],
  ['another issuer', { issuer: 'https://sts.windows.net/other/' }, /expected https:\/\/sts\.windows\.net/],
  ['another audience', { entityId: 'urn:flex:other' }, /Audience is invalid/],
  ['another request', { requestId: '_other' }, /InResponseTo/],
  ['an old assertion', { ageMinutes: 20 }, /expired|confirmation/],
  ['no role', { claims: { ...claims, roles: ['Administrator'] } }, /roles \(45050\)/],
  [
    'names with a namespace',
    { claims: { 'http://schemas.xmlsoap.org/claims/email': claims.email, full_name: [''], roles: ['admin, agent'] } },
    /email, full_name \(45050\)/,
  ],
])('a response with %s is refused', async (_, changes, reason) => {
  const { sandbox, name } = await readyToLogIn();
  const workers = JSON.stringify(sandbox.world.account.workers);
  const { searchParams } = await logIn(sandbox, name, changes);
  expect(searchParams.get('code')).toBeNull();
  expect(searchParams.get('error')).toBe('access_denied');
  expect(searchParams.get('error_description')).toMatch(reason);
  expect(JSON.stringify(sandbox.world.account.workers)).toBe(workers);
});

test('a response for another recipient is refused, and so is one that answers nothing', async () => {
  const { sandbox, name } = await readyToLogIn();
  const acsUrl = sandbox.world.account.legacy.acsUrl;
  const { answer } = await logIn(sandbox, name, { acsUrl });
  expect(answer.headers.location).toContain('Recipient+is+invalid');
  const unasked = await sandbox.http({
    method: 'POST',
    url: sandbox.world.account.connections[0]?.acsUrl ?? '',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'SAMLResponse=PHg%2BPC94Pg%3D%3D',
  });
  expect(JSON.parse(unasked.text).message).toBe('IdP-Initiated Default App Not Configured');
});

test('Authorize says what is wrong in Twilio’s form', async () => {
  const sandbox = await testSandbox();
  const ask = async (changes: Record<string, string>) => {
    const { query } = loginParameters(sandbox.world.account.connections[0]?.name ?? 'JQ');
    const parameters = new URLSearchParams({ ...query, ...changes });
    const answer = await sandbox.http({ url: `https://services.twilio.com/v1/Flex/Authorize?${parameters}` });
    return { status: answer.status, ...(JSON.parse(answer.text) as { code: number; message: string }) };
  };
  expect(await ask({})).toMatchObject({ status: 404, code: 45009 });
  const browser = await openPage(sandbox, ssoPage);
  await browser.click('Start setup');
  browser.choose('Create new SSO connection');
  await browser.click('Continue');
  expect(await ask({})).toMatchObject({ status: 400, code: 45004, message: expect.stringContaining('trusted') });
  const hosted = 'https://flex.twilio.com/lavender-4711';
  expect(await ask({ redirectUrl: hosted })).toMatchObject({
    code: 45009,
    message: expect.stringContaining('no identity provider'),
  });
  expect(await ask({ redirectUrl: hosted, codeChallenge: 'plain' })).toMatchObject({ status: 400, code: 45004 });
  expect(await ask({ nonce: '' })).toMatchObject({ status: 400, code: 45004 });
});
