import { createPrivateKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Endpoints, publicEndpoints } from '../../../src/endpoints.js';
import { createHttp } from '../../../src/http.js';
import { createSignIn, type SignInOptions } from '../../../src/identity-providers/entra/sign-in.js';
import { signInRefused } from '../../../src/identity-providers/entra/sign-in-errors.js';
import { openBrowser } from '../../../src/sandbox/browser.js';
import type { SigningKey } from '../../../src/sandbox/entra/directory.js';
import { certificatePem, createSigningKey } from '../../../src/sandbox/entra/self-signed-certificate.js';
import { openTenant, type Tenant } from './tenant.js';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await openTenant({ users: 3 });
});
afterEach(() => tenant.close());

function signIn(environment: Record<string, string>, more: Partial<SignInOptions> = {}): Promise<string> {
  return createSignIn({ ...options(environment), ...more })();
}

const options = (environment: Record<string, string>): SignInOptions => ({
  http: tenant.http,
  endpoints: tenant.endpoints,
  environment,
  tenantId: tenant.directory.tenantId,
  visit: async () => undefined,
  interactive: false,
});

const application = () => ({
  AZURE_CLIENT_ID: tenant.directory.registration.clientId,
  AZURE_CLIENT_SECRET: tenant.directory.registration.clientSecret,
});

describe('signing in', () => {
  it('takes a ready-made token as it is', async () => {
    expect(await signIn({ FLEX_SSO_GRAPH_TOKEN: 'ready' })).toBe('ready');
    expect(tenant.exchanges).toEqual([]);
  });

  it('signs an application in with its secret, once for requests in parallel', async () => {
    const acquire = createSignIn(options(application()));
    const [first, second] = await Promise.all([acquire(), acquire()]);
    expect(first).toBe(second);
    expect(await acquire()).toBe(first);
    expect(tenant.exchanges.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(tenant.exchanges.every(({ system }) => system === 'login')).toBe(true);
  });

  it('lets a person sign in in the browser', async () => {
    const { directory, http } = tenant;
    const token = await signIn(
      { AZURE_CLIENT_ID: directory.registration.clientId },
      { interactive: true, visit: url => signInAs(http, url, directory.users[0]?.userPrincipalName ?? '') },
    );
    expect(token).toBeTruthy();
  });

  it('stops waiting for the browser where the run is stopped', async () => {
    const stop = new AbortController();
    const environment = { AZURE_CLIENT_ID: tenant.directory.registration.clientId };
    const visit = async () => stop.abort();
    await expect(signIn(environment, { interactive: true, visit, signal: stop.signal })).rejects.toMatchObject({
      code: 'interrupted',
    });
  });

  it('says what to set where it cannot sign in', async () => {
    await expect(signIn({}, { tenantId: undefined })).rejects.toMatchObject({
      code: 'sign-in-not-configured',
      ending: 'permission',
      message: expect.stringContaining('AZURE_TENANT_ID and AZURE_CLIENT_ID and AZURE_CLIENT_SECRET'),
      hint: expect.stringContaining('http://localhost'),
    });
  });

  it('says that the secret is wrong, and not which', async () => {
    const attempt = signIn({ ...application(), AZURE_CLIENT_SECRET: 'not-the-secret' });
    const error = await attempt.catch(refused => refused);
    expect(error).toMatchObject({ code: 'sign-in-aadsts7000215', ending: 'permission' });
    expect(error.hint).toContain('AZURE_CLIENT_SECRET');
    expect(`${error.message} ${error.hint}`).not.toContain('not-the-secret');
  });

  it('says that the application or the tenant is unknown', async () => {
    const stranger = { ...application(), AZURE_CLIENT_ID: '99999999-aaaa-4bbb-8ccc-dddddddddddd' };
    await expect(signIn(stranger)).rejects.toMatchObject({ code: 'sign-in-aadsts700016' });
    const elsewhere = { tenantId: '99999999-aaaa-4bbb-8ccc-eeeeeeeeeeee' };
    await expect(signIn(application(), elsewhere)).rejects.toMatchObject({ code: 'sign-in-aadsts90002' });
  });

  describe('with a certificate', () => {
    const pem = (key: SigningKey) => certificatePem(key) + key.privateKey;
    const made = (notAfter?: Date) =>
      createSigningKey({
        servicePrincipalId: '',
        commonName: 'flex-sso',
        ...(notAfter && { notBefore: new Date('2020-01-01'), notAfter }),
      });
    const locked = (key: SigningKey) =>
      createPrivateKey(key.privateKey).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });

    async function signInWith(text: string | Buffer): Promise<string> {
      const directory = await mkdtemp(path.join(tmpdir(), 'flex-sso-'));
      const file = path.join(directory, 'client.pem');
      try {
        await writeFile(file, text);
        const { AZURE_CLIENT_ID } = application();
        return await signIn({ AZURE_CLIENT_ID, AZURE_CLIENT_CERTIFICATE_PATH: file });
      } finally {
        await rm(directory, { recursive: true });
      }
    }

    it('signs an application in', async () => {
      expect(await signInWith(pem(await made()))).toBeTruthy();
      expect(String(tenant.exchanges.at(-1)?.request.body)).toContain('client_assertion=');
    });

    it('says what is wrong with its file, or that nobody knows it', async () => {
      const [own, other, old] = await Promise.all([made(), made(), made(new Date('2021-01-01'))]);
      for (const [text, why] of [
        [certificatePem(own), 'it holds no private key'],
        [own.privateKey, 'it holds no certificate in PEM form'],
        ['{}', 'it holds no certificate in PEM form'],
        [certificatePem(own) + other.privateKey, 'its private key is not the one of its certificate'],
        [certificatePem(own) + locked(own), 'its private key has a passphrase'],
        [pem(old), 'its certificate expired on 2021-01-01'],
      ] as const)
        await expect(signInWith(text)).rejects.toMatchObject({
          code: 'client-certificate-unreadable',
          ending: 'permission',
          message: `The file that AZURE_CLIENT_CERTIFICATE_PATH names cannot be used: ${why}.`,
        });
      await tenant.close();
      tenant = await openTenant({ users: 3, faults: ['client-certificate-unknown'] });
      await expect(signInWith(pem(own))).rejects.toMatchObject({
        code: 'sign-in-aadsts700027',
        hint: expect.stringContaining('Upload the certificate'),
      });
    });
  });

  it('looks at a ready-made token, as far as that can be read', async () => {
    const { tenantId } = tenant.directory;
    const other = '99999999-aaaa-4bbb-8ccc-dddddddddddd';
    const graph = 'https://graph.microsoft.com';
    const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
    const take = (claims: object, endpoints: Endpoints = tenant.endpoints) =>
      signIn({ FLEX_SSO_GRAPH_TOKEN: jwt(claims) }, { endpoints });
    const exp = Math.floor(Date.now() / 1000) + 600;
    for (const aud of [graph, `${graph}/`, '00000003-0000-0000-c000-000000000000'])
      expect(await take({ tid: tenantId, aud, exp })).toBeTruthy();
    for (const [claims, code, says] of [
      [{ tid: tenantId, aud: graph, exp: 1_600_000_000 }, 'graph-token-expired', '2020-09-13 at 12:26 UTC'],
      [{ tid: tenantId, aud: graph, exp: -1e300 }, 'graph-token-expired', 'has expired.'],
      [{ tid: other, aud: graph, exp }, 'graph-token-tenant', other],
      [{ tid: tenantId, aud: 'https://vault.azure.net', exp }, 'graph-token-audience', 'https://vault.azure.net'],
    ] as const)
      await expect(take(claims)).rejects.toMatchObject({
        code,
        ending: 'permission',
        message: expect.stringContaining(says),
      });
    // A cloud has its own Graph.
    await expect(take({ aud: graph, exp }, { ...tenant.endpoints, cloud: 'china' })).rejects.toMatchObject({
      code: 'graph-token-audience',
      message: expect.stringContaining('https://microsoftgraph.chinacloudapi.cn'),
    });
  });

  it('says that the sign-in service does not answer', async () => {
    const endpoints = { ...publicEndpoints, login: 'http://127.0.0.1:1' };
    await expect(signIn(application(), { endpoints, http: createHttp({ endpoints }) })).rejects.toMatchObject({
      code: 'unreachable',
    });
  });

  it.each([
    ['invalid_client', 'AADSTS7000222: The provided client secret keys are expired.', 'sign-in-aadsts7000222'],
    ['invalid_grant', 'AADSTS65001: The user or administrator has not consented.', 'sign-in-aadsts65001'],
    ['invalid_client', 'no number', 'sign-in-refused'],
    ['', '', 'sign-in-refused'],
  ])('puts %s "%s" in words', (errorCode, message, code) => {
    const error = signInRefused(Object.assign(new Error(message), { errorCode }));
    expect(error.code).toBe(code);
    expect(error.hint.length).toBeGreaterThan(10);
  });
});

/** Signs in on Microsoft's page and lets its last form go back to the loopback address, as script does in a browser. */
async function signInAs(http: Tenant['http'], url: string, user: string): Promise<void> {
  const browser = openBrowser(http);
  await browser.open(url);
  browser.enter('Email', user);
  browser.enter('Password', 'sandbox');
  await browser.submit();
  await browser.click('Continue');
}
