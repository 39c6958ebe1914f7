import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { toEndpoint } from '../../../src/endpoints.js';
import { createHttp } from '../../../src/http.js';
import { openBrowser } from '../../../src/sandbox/browser.js';
import { setUpConnection, testSandbox, toIdentityProvider } from '../support.js';
import { samlResponse } from './saml-response.js';

/**
 * What Twilio's flex-sdk 3.0.0 sends, request by request, as its source does. The package takes 146 MB with what it needs, its licence is
 * not an open one, and it asks for a browser's `window`: too much to be installed for a test.
 */
type TestSandbox = Awaited<ReturnType<typeof testSandbox>>;

const random = (bytes: number) => randomBytes(bytes).toString('base64url');

/** `getLoginDetails` without a redirect URL of its own. */
function loginDetails(clientId: string, parameters: string) {
  const codeVerifier = random(48);
  const nonce = random(24);
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const named = { connection_name: clientId, redirect_url: 'https://flex.twilio.com/callback' };
  const state = Buffer.from(JSON.stringify(named)).toString('base64url');
  const redirectUrl = encodeURIComponent('https://services.twilio.com/v1/Flex/Authentication/Callback');
  const query = `redirectUrl=${redirectUrl}&nonce=${nonce}&codeChallenge=${codeChallenge}&state=${state}&appType=SinglePageApp`;
  return { codeVerifier, nonce, state, url: `https://services.twilio.com/v1/Flex/Authorize?${parameters}&${query}` };
}

const basic = (token: string) => `Basic ${btoa(`token:${token}`)})`;

/** `getAccountConfig`, the first thing that `createClient` does. */
const accountConfig = ({ http }: TestSandbox, token: string) =>
  http({
    url: 'https://flex-api.twilio.com/v1/Configuration?UiVersion=undefined',
    headers: { authorization: basic(token), 'content-type': 'application/json' },
  });

/** `validateToken`, the second. */
const tokenInfo = ({ http, world }: TestSandbox, token: string) =>
  http({
    method: 'POST',
    url: `https://flex-api.twilio.com/v1/Accounts/${world.account.accountSid}/Tokens/Info`,
    headers: { authorization: basic(token), 'content-type': 'application/x-www-form-urlencoded' },
    body: `Token=${token}`,
  });

async function tokens({ http }: TestSandbox, fields: object) {
  const { status, text } = await http({
    method: 'POST',
    url: 'https://services.twilio.com/v1/Flex/OAuth/Tokens',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ app_type: 'SinglePageApp', ...fields }),
  });
  return { status, ...JSON.parse(text) };
}

/** Follows a login from where it comes back to the page that flex-sdk ends it on. */
async function followed({ endpoints }: TestSandbox, url: string) {
  const browser = openBrowser(createHttp({ endpoints }));
  await browser.open(toEndpoint(endpoints, url));
  const { pathname, searchParams } = new URL(browser.url);
  return { pathname, title: browser.title, searchParams };
}

test('a client is made after a login without a redirect URL, and reads its own Worker', async () => {
  const sandbox = await testSandbox();
  await setUpConnection(sandbox, 'new');
  const { account, directory } = sandbox.world;
  const [connection] = account.connections;
  const details = loginDetails(connection?.clientId ?? '', `ssoProfileSid=${connection?.name}`);
  const { relayState, requestId, acsUrl, entityId } = await toIdentityProvider(sandbox.http, details.url);
  const response = samlResponse({
    issuer: account.legacy.identityProviderData.issuer,
    privateKey: directory.signingKeys[0]?.privateKey ?? '',
    nameId: 'ann@harborline.example',
    signed: ['Assertion', 'Response'],
    requestId,
    acsUrl,
    entityId,
    claims: { email: ['ann@harborline.example'], full_name: ['Ann Example'], roles: ['agent'] },
  });
  const answer = await sandbox.http({
    method: 'POST',
    url: toEndpoint(sandbox.endpoints, acsUrl),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ SAMLResponse: response, RelayState: relayState }).toString(),
  });
  const { pathname, title, searchParams } = await followed(sandbox, answer.headers.location ?? '');
  expect({ pathname, title }).toEqual({ pathname: '/flex/callback', title: 'You have logged in' });
  expect(searchParams.get('state')).toBe(details.state);

  const session = await tokens(sandbox, {
    sso_profile_sid: connection?.name,
    code: searchParams.get('code'),
    code_verifier: details.codeVerifier,
    nonce: details.nonce,
    grant_type: 'AuthorizationCode',
  });
  const configuration = await accountConfig(sandbox, session.access_token);
  expect(JSON.parse(configuration.text)).toMatchObject({ account_sid: account.accountSid });
  const info = JSON.parse((await tokenInfo(sandbox, session.access_token)).text);
  expect(info).toMatchObject({ ...session.token_info, valid: true, roles: ['agent'] });

  const worker = (sid: string) =>
    sandbox.http({
      url: `https://taskrouter.twilio.com/v1/Workspaces/${account.workspaceSid}/Workers/${sid}`,
      headers: { authorization: basic(session.access_token) },
    });
  expect(JSON.parse((await worker(info.worker_sid)).text)).toMatchObject({ friendly_name: info.identity });
  expect((await worker(account.workers[0]?.sid ?? '')).status).toBe(403);

  const { refresh_token } = session;
  const refreshed = await tokens(sandbox, {
    refresh_token,
    sso_profile_sid: connection?.name,
    grant_type: 'RefreshToken',
  });
  expect((await accountConfig(sandbox, refreshed.access_token)).status).toBe(200);
});

test('a Console user logs in without an identity provider, and has a Worker of their own', async () => {
  const sandbox = await testSandbox();
  const { accountSid, instanceSid } = sandbox.world.account;
  const parameters = `isConsoleLogin=true&ssoProfileSid=false&accountSid=${accountSid}&instanceSid=${instanceSid}`;
  const details = loginDetails('', parameters);
  const { searchParams } = await followed(sandbox, details.url);
  const who = { is_console_login: true, account_sid: accountSid, instance_sid: instanceSid };
  const session = await tokens(sandbox, {
    ...who,
    code: searchParams.get('code'),
    code_verifier: details.codeVerifier,
    nonce: details.nonce,
    grant_type: 'AuthorizationCode',
  });
  const { identity } = session.token_info;
  expect(sandbox.world.account.workers.filter(({ friendlyName }) => friendlyName === identity)).toHaveLength(1);
  const again = { ...who, refresh_token: session.refresh_token, grant_type: 'RefreshToken' };
  expect(await tokens(sandbox, again)).toMatchObject({ status: 200, token_info: { identity } });
  expect(await tokens(sandbox, { ...again, instance_sid: 'GO0' })).toMatchObject({ status: 400, code: 45004 });
  const other = loginDetails('', parameters.replace(accountSid, 'AC0'));
  expect((await sandbox.http({ url: other.url })).status).toBe(400);
});

test('the public configuration is there before any login', async () => {
  const { http, world } = await testSandbox();
  const { accountSid, runtimeDomain } = world.account;
  const read = (query: string) => http({ url: `https://flex-api.twilio.com/v1/Configuration/Public${query}` });
  const found = { configurations: [{ account_sid: accountSid, runtime_domain: runtimeDomain }] };
  expect(JSON.parse((await read(`?AccountSid=${accountSid}`)).text)).toMatchObject(found);
  expect(JSON.parse((await read(`?RuntimeDomain=${runtimeDomain}`)).text)).toMatchObject(found);
  expect(JSON.parse((await read('?AccountSid=AC0')).text)).toEqual({ configurations: [] });
  expect((await read('')).status).toBe(400);
});

test('a token opens nothing else, nor does one that is unknown or expired', async () => {
  const sandbox = await testSandbox();
  const { account } = sandbox.world;
  const inOneMinute = new Date(Date.now() + 60_000).toISOString();
  account.accessTokens = [
    { token: 'good', workerSid: account.workers[0]?.sid ?? '', expiresAt: inOneMinute },
    { token: 'old', workerSid: account.workers[0]?.sid ?? '', expiresAt: '2026-01-01T00:00:00Z' },
  ];
  expect((await accountConfig(sandbox, 'good')).status).toBe(200);
  for (const token of ['old', 'never', '']) {
    expect((await accountConfig(sandbox, token)).status).toBe(401);
    expect((await tokenInfo(sandbox, token)).status).toBe(401);
  }
  for (const url of [
    `https://taskrouter.twilio.com/v1/Workspaces/${account.workspaceSid}/Workers`,
    `https://flex-api.twilio.com/v1/Instances/${account.instanceSid}/Users`,
  ])
    expect((await sandbox.http({ url, headers: { authorization: basic('good') } })).status).toBe(403);
});

test('a login is led on to trusted addresses only', async () => {
  const { http, world } = await testSandbox();
  const read = (state: unknown) => {
    const text = Buffer.from(JSON.stringify(state)).toString('base64url');
    return http({ url: `https://services.twilio.com/v1/Flex/Authentication/Callback?code=x&state=${text}` });
  };
  const trusted = `https://flex.twilio.com/${world.account.runtimeDomain.split('.')[0]}`;
  expect(await read({ redirect_url: trusted })).toMatchObject({ status: 303 });
  for (const url of ['https://evil.example/', 'javascript:alert(1)', 'x', 7, null])
    expect((await read({ redirect_url: url })).status).toBe(400);
  expect((await read(null)).status).toBe(400);
});
