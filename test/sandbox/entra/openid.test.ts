import { createHash, randomBytes } from 'node:crypto';
import { ConfidentialClientApplication, type INetworkModule, PublicClientApplication } from '@azure/msal-node';
import { parse } from 'node-html-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedEntra, serveEntra } from './serve.js';

let entra: ServedEntra;
let authority: string;
beforeAll(async () => {
  entra = await serveEntra();
  authority = `https://login.microsoftonline.com/${entra.directory.tenantId}`;
});
afterAll(() => entra.close());

/** Carries MSAL's requests, which go to public addresses alone, to the sandbox. */
function networkClient(): INetworkModule {
  const send = async (method: string, url: string, options?: { headers?: Record<string, string>; body?: string }) => {
    const { status, headers, text } = await entra.request(method, url, {
      headers: options?.headers ?? {},
      ...(options?.body === undefined ? {} : { body: options.body }),
    });
    return { status, headers, body: JSON.parse(text) };
  };
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}

function confidentialClient(clientSecret: string, clientId = entra.directory.registration.clientId) {
  return new ConfidentialClientApplication({
    auth: { clientId, clientSecret, authority },
    system: { networkClient: networkClient() },
  });
}

const scopes = ['https://graph.microsoft.com/.default'];

describe('MSAL', () => {
  it('signs an application in with its secret, and Graph accepts the token', async () => {
    const client = confidentialClient(entra.directory.registration.clientSecret);
    const result = await client.acquireTokenByClientCredential({ scopes });
    const answer = await entra.request('GET', 'https://graph.microsoft.com/v1.0/organization', {
      headers: { Authorization: `Bearer ${result?.accessToken}` },
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text).value[0].displayName).toBe('Harborline Travel');
  });

  it('reports a wrong secret and an unknown client by their numbers', async () => {
    const wrongSecret = confidentialClient('wrong').acquireTokenByClientCredential({ scopes });
    await expect(wrongSecret).rejects.toMatchObject({ errorCode: 'invalid_client', errorNo: 7000215 });
    const unknown = confidentialClient('wrong', '00000000-0000-4000-8000-000000000000');
    await expect(unknown.acquireTokenByClientCredential({ scopes })).rejects.toMatchObject({
      errorCode: 'unauthorized_client',
      errorNo: 700016,
    });
  });

  it('signs a person in through the page, with PKCE, and renews the session', async () => {
    const client = new PublicClientApplication({
      auth: { clientId: entra.directory.registration.clientId, authority },
      system: { networkClient: networkClient() },
    });
    const verifier = randomBytes(32).toString('base64url');
    const redirectUri = 'http://localhost:49152';
    const url = await client.getAuthCodeUrl({
      scopes: ['https://graph.microsoft.com/User.Read.All'],
      redirectUri,
      codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
      codeChallengeMethod: 'S256',
      responseMode: 'form_post',
      state: 'a state',
    });
    const user = entra.directory.users[0];
    const page = await entra.request('GET', url);
    expect(page.status).toBe(200);
    const signedIn = await submit(page.text, { login: user?.userPrincipalName ?? '', passwd: 'sandbox' });
    const form = parse(signedIn.text).querySelector('form');
    expect(form?.getAttribute('action')).toBe(redirectUri);
    expect(fieldsOf(signedIn.text).state).toBe('a state');
    const result = await client.acquireTokenByCode({
      scopes: ['https://graph.microsoft.com/User.Read.All'],
      redirectUri,
      code: fieldsOf(signedIn.text).code ?? '',
      codeVerifier: verifier,
    });
    expect(result.account?.username).toBe(user?.userPrincipalName);
    const me = await entra.request('GET', 'https://graph.microsoft.com/v1.0/me', {
      headers: { Authorization: `Bearer ${result.accessToken}` },
    });
    expect(JSON.parse(me.text).id).toBe(user?.id);
    const account = result.account ?? undefined;
    const renewed = await client.acquireTokenSilent({
      account: account as NonNullable<typeof account>,
      scopes: ['https://graph.microsoft.com/User.Read.All'],
      forceRefresh: true,
    });
    expect(renewed.accessToken).not.toBe(result.accessToken);
  });
});

function fieldsOf(page: string): Record<string, string> {
  const inputs = parse(page).querySelectorAll('form input');
  return Object.fromEntries(inputs.map(one => [one.getAttribute('name') ?? '', one.getAttribute('value') ?? '']));
}

function submit(page: string, typed: Record<string, string>) {
  const action = parse(page).querySelector('form')?.getAttribute('action') ?? '';
  return entra.form(action, { ...fieldsOf(page), ...typed });
}

describe('the token endpoint', () => {
  const token = (fields: Record<string, string>) =>
    entra.form(`${authority}/oauth2/v2.0/token`, { client_id: entra.directory.registration.clientId, ...fields });
  const clientCredentials = { grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' };

  it('answers errors in the form of Entra', async () => {
    const answer = await token({ ...clientCredentials, client_secret: 'wrong' });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringMatching(/^AADSTS7000215: Invalid client secret/),
      error_codes: [7000215],
    });
    const elsewhere = await entra.form('https://login.microsoftonline.com/nowhere.example/oauth2/v2.0/token', {});
    expect(JSON.parse(elsewhere.text)).toMatchObject({ error: 'invalid_request', error_codes: [90002] });
    const unsupported = await token({ grant_type: 'constructor' });
    expect(JSON.parse(unsupported.text)).toMatchObject({ error: 'unsupported_grant_type', error_codes: [70003] });
  });

  it('accepts a client assertion that is well-formed, and no other', async () => {
    const { clientId } = entra.directory.registration;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: clientId, sub: clientId, aud: authority, exp: 4_000_000_000 };
    const accepted = await token({
      ...clientCredentials,
      client_assertion: `${part({ alg: 'PS256' })}.${part(claims)}.c2ln`,
    });
    expect(accepted.status).toBe(200);
    const refused = await token({
      ...clientCredentials,
      client_assertion: `${part({ alg: 'none' })}.${part(claims)}.c2ln`,
    });
    expect(refused.status).toBe(401);
  });

  it('gives nothing for a code whose verifier does not fit', async () => {
    const page = await entra.request(
      'GET',
      `${authority}/oauth2/v2.0/authorize?${new URLSearchParams({
        client_id: entra.directory.registration.clientId,
        response_type: 'code',
        redirect_uri: 'http://localhost:1234/',
        code_challenge: createHash('sha256').update('one').digest('base64url'),
        code_challenge_method: 'S256',
        state: 's',
      })}`,
    );
    const user = entra.directory.users[1];
    const back = await submit(page.text, { login: user?.userPrincipalName ?? '', passwd: 'sandbox' });
    expect(back.status).toBe(302);
    const code = new URL(back.headers.location ?? '').searchParams.get('code') ?? '';
    const answer = await token({
      grant_type: 'authorization_code',
      redirect_uri: 'http://localhost:1234/',
      code,
      code_verifier: 'another',
    });
    expect(JSON.parse(answer.text).error_codes).toEqual([501481]);
  });

  it('waits for a device code until somebody signed in with it', async () => {
    const { clientId } = entra.directory.registration;
    const started = await entra.form(`${authority}/oauth2/v2.0/devicecode`, { client_id: clientId, scope: 'openid' });
    const { device_code, user_code, verification_uri } = JSON.parse(started.text);
    const poll = () => token({ grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code });
    expect(JSON.parse((await poll()).text)).toMatchObject({ error: 'authorization_pending', error_codes: [70016] });
    const page = await entra.request('GET', verification_uri);
    const user = entra.directory.users[0];
    await submit(page.text, { otc: user_code, login: user?.userPrincipalName ?? '', passwd: 'sandbox' });
    expect((await poll()).status).toBe(200);
  });
});

it('shows no sign-in page to a redirect URI that is not registered', async () => {
  const query = new URLSearchParams({
    client_id: entra.directory.registration.clientId,
    redirect_uri: 'https://elsewhere.example/',
    code_challenge: 'x',
    code_challenge_method: 'S256',
  });
  const answer = await entra.request('GET', `${authority}/oauth2/v2.0/authorize?${query}`);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('AADSTS50011');
});
