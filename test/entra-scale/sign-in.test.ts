import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GraphRequest } from '../../src/identity-providers/entra/client.js';
import { createSignIn, type SignInOptions } from '../../src/identity-providers/entra/sign-in.js';
import { chooseTenant } from '../../src/identity-providers/entra/tenant.js';
import { openBrowser } from '../../src/sandbox/browser.js';
import { openTenant, type Tenant } from '../identity-providers/entra/tenant.js';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await openTenant({ users: 3 });
});
afterEach(() => tenant.close());

const reading: GraphRequest = { method: 'GET', path: '/applications' };
const writing: GraphRequest = { method: 'PATCH', path: '/applications/1' };

function options(more: Partial<SignInOptions>): SignInOptions {
  const { http, endpoints, directory } = tenant;
  return {
    http,
    endpoints,
    environment: { AZURE_CLIENT_ID: directory.registration.clientId },
    tenantId: directory.tenantId,
    visit: async () => undefined,
    interactive: true,
    ...more,
  };
}

describe('a person', () => {
  it('is asked for what planning needs, and for what writing needs once something is written', async () => {
    const asked: string[][] = [];
    const visit = async (url: string) => {
      asked.push(scopesOf(new URL(url).searchParams.get('scope')));
      await signIn(url);
    };
    const accessToken = createSignIn(options({ visit, setupType: () => 'modify' }));
    await accessToken([reading]);
    await accessToken([reading]);
    expect(asked).toEqual([['Application.Read.All', 'Policy.Read.All', 'Policy.ReadWrite.ApplicationConfiguration']]);
    await accessToken([writing]);
    // The tenant has consented, so nobody is asked a second time.
    expect(asked).toHaveLength(1);
    const renewal = tenant.exchanges.findLast(({ method }) => method === 'POST');
    expect(scopesOf(new URLSearchParams(String(renewal?.request.body)).get('scope'))).toEqual([
      'Application.Read.All',
      'Application.ReadWrite.All',
      'Policy.Read.All',
      'Policy.ReadWrite.ApplicationConfiguration',
    ]);
  });

  it('signs in with a code on another device, where the page really is', async () => {
    const shown: { url: string; userCode: string }[] = [];
    const accessToken = createSignIn(
      options({
        interactive: false,
        byDeviceCode: true,
        http: soon(tenant.http),
        showDeviceCode(code) {
          shown.push(code);
          void enter(code);
        },
      }),
    );
    expect(await accessToken([reading])).toBeTruthy();
    expect(shown).toHaveLength(1);
    expect(shown[0]?.url).toContain(tenant.endpoints.login);
  });

  it('who cancels is asked once, however many requests wait for it, and again when something is asked for later', async () => {
    let visits = 0;
    const visit = async (url: string) => {
      visits++;
      const browser = openBrowser(tenant.http);
      await browser.open(url);
      await browser.click('Cancel');
      await browser.click('Continue');
    };
    const accessToken = createSignIn(options({ visit }));
    const refused = await Promise.allSettled([1, 2, 3].map(() => accessToken([reading])));
    for (const one of refused)
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'sign-in-aadsts65004' } });
    expect(visits).toBe(1);
    await expect(accessToken([reading])).rejects.toMatchObject({ ending: 'permission' });
    expect(visits).toBe(2);
  });

  it('is renewed without being asked where Graph refuses the token', async () => {
    let visits = 0;
    const visit = async (url: string) => {
      visits++;
      await signIn(url);
    };
    const accessToken = createSignIn(options({ visit }));
    const first = await accessToken([reading]);
    const renewed = await Promise.all([1, 2, 3].map(() => accessToken([reading], { token: first })));
    expect(new Set(renewed).size).toBe(1);
    expect(renewed[0]).not.toBe(first);
    expect(visits).toBe(1);
  });
});

describe('the tenant', () => {
  const legacy = (tenantId: string, host = 'login.microsoftonline.com') => ({
    entityId: '',
    acsUrl: '',
    ssoUrl: `https://${host}/${tenantId}/saml2`,
    tenantId,
  });
  const other = '99999999-aaaa-4bbb-8ccc-dddddddddddd';
  const choose = (named: string | undefined, seen: ReturnType<typeof legacy>, answer?: string) =>
    chooseTenant(
      { http: tenant.http, endpoints: tenant.endpoints, environment: { AZURE_TENANT_ID: named } },
      { answers: answer ? { tenant: answer } : {}, facts: { legacy: seen } },
    );

  it('is the one of the legacy login, by its id or a domain', async () => {
    const { tenantId, verifiedDomains } = tenant.directory;
    expect(await choose(undefined, legacy(tenantId))).toBe(tenantId);
    expect(await choose(tenantId.toUpperCase(), legacy(tenantId))).toBe(tenantId.toUpperCase());
    expect(await choose(verifiedDomains[0]?.name, legacy(tenantId))).toBe(verifiedDomains[0]?.name);
    expect(await choose('organizations', legacy(tenantId))).toBe(tenantId);
  });

  it('is never another one without being named', async () => {
    const { tenantId, verifiedDomains } = tenant.directory;
    for (const named of [other, verifiedDomains[0]?.name]) {
      const seen = named === other ? tenantId : other;
      await expect(choose(named, legacy(seen))).rejects.toMatchObject({
        code: 'tenant-mismatch',
        ending: 'usage',
        message: expect.stringContaining(seen),
        hint: expect.stringContaining(`--tenant ${named}`),
      });
    }
    expect(await choose(tenantId, legacy(other), tenantId)).toBe(tenantId);
  });

  it('of a ready-made token is looked at', async () => {
    const claims = Buffer.from(JSON.stringify({ tid: other })).toString('base64url');
    const environment = { FLEX_SSO_GRAPH_TOKEN: `e30.${claims}.x` };
    await expect(createSignIn(options({ environment }))([reading])).rejects.toMatchObject({
      code: 'graph-token-tenant',
      hint: expect.stringContaining(`--tenant ${other}`),
    });
  });
});

const scopesOf = (text: string | null) =>
  (text ?? '')
    .split(/\s+/)
    .filter(scope => scope.startsWith('https://graph.microsoft.com/'))
    .map(scope => scope.split('/').at(-1) ?? '')
    .sort();

async function signIn(url: string): Promise<void> {
  const browser = openBrowser(tenant.http);
  await browser.open(url);
  browser.enter('Email', tenant.directory.users[0]?.userPrincipalName ?? '');
  browser.enter('Password', 'sandbox');
  await browser.submit();
  await browser.click('Continue');
}

async function enter({ url, userCode }: { url: string; userCode: string }): Promise<void> {
  const browser = openBrowser(tenant.http);
  await browser.open(url);
  browser.enter('Code', userCode);
  browser.enter('Email', tenant.directory.users[0]?.userPrincipalName ?? '');
  browser.enter('Password', 'sandbox');
  await browser.submit();
}

/** Asks again at once instead of after five seconds. */
function soon(http: Tenant['http']): Tenant['http'] {
  return async request => {
    const answer = await http(request);
    return { ...answer, text: answer.text.replace(/"interval":\d+/, '"interval":0.05') };
  };
}
