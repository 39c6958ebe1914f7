import { singleSignOnPage } from '../../src/flex/console.js';
import { createHttp } from '../../src/http.js';
import { type Browser, openBrowser } from '../../src/sandbox/browser.js';
import type { World } from '../../src/sandbox/host.js';
import type { Arena } from './arena.js';

/** What a person can click on the Single sign-on page, asked for or not. Each begins where the page stands. */
export const clicks: Readonly<Record<string, (page: Browser) => Promise<void>>> = {
  'start setup': page => page.click('Start setup'),
  'choose new': page => choose(page, 'Create new SSO connection'),
  'choose modify': page => choose(page, 'Modify existing SSO connection'),
  'save and continue': async page => {
    page.tick('I confirm that the values have been updated');
    await page.click('Save and Continue');
  },
  'leave the setup': page => page.click('Cancel setup'),
  'enter wrong data': async page => {
    if (!page.offers('Identity Provider Issuer')) await page.click('Edit');
    if (page.has('Identity Provider Issuer')) page.enter('Identity Provider Issuer', 'https://sts.windows.net/wrong/');
    if (page.has('Trusted URLs')) page.enter('Trusted URLs', 'https://elsewhere.example');
    await page.click('Save');
  },
  finish: page => page.click('Finish'),
  'switch to legacy': async page => {
    await page.click('switch back to legacy connection');
    if (page.offers('Confirm')) return page.click('Confirm');
    page.tick('I confirm that my Flex application reflects the Legacy Flex SSO connection');
    return page.click('Switch connection');
  },
  'switch to enhanced': async page => {
    await page.click('switch back to OAuth 2.0 connection');
    await page.click('Confirm');
  },
};

async function choose(page: Browser, label: string): Promise<void> {
  page.choose(label);
  await page.click('Continue');
}

/** Clicks if the page offers it. */
export async function click(arena: Arena, name: string): Promise<void> {
  const page = openBrowser(createHttp({ endpoints: await arena.endpoints() }));
  await page.open(await arena.page(singleSignOnPage));
  // A page that lacks the button is one where nobody can click it.
  await clicks[name]?.(page).catch(() => undefined);
}

type Tenant = World['directory'];

/** What an administrator of the tenant can change in one of the two applications, through Graph. Each does nothing if it cannot. */
export const administrations: Readonly<
  Record<string, (arena: Arena, at: { tenant: Tenant; app: Application; principal: Principal }) => Promise<unknown>>
> = {
  'removes an assignment': (arena, { tenant, principal }) => {
    const held = tenant.appRoleAssignments.filter(({ resourceId }) => resourceId === principal.id).at(-1);
    return held
      ? arena.graph('DELETE', `/servicePrincipals/${principal.id}/appRoleAssignedTo/${held.id}`)
      : Promise.resolve();
  },
  'adds an assignment': (arena, { tenant, app, principal }) =>
    arena.graph('POST', `/servicePrincipals/${principal.id}/appRoleAssignedTo`, {
      principalId: tenant.users.at(-1)?.id,
      resourceId: principal.id,
      appRoleId: app.appRoles[0]?.id,
    }),
  'adds a reply URL': (arena, { app }) =>
    arena.graph('PATCH', `/applications/${app.id}`, {
      web: { redirectUris: [...app.web.redirectUris, 'https://flex.example/another'] },
    }),
  'removes an identifier': (arena, { app }) =>
    arena.graph('PATCH', `/applications/${app.id}`, { identifierUris: app.identifierUris.slice(0, -1) }),
  'adds a certificate': (arena, { principal }) =>
    arena.graph('POST', `/servicePrincipals/${principal.id}/addTokenSigningCertificate`, {
      displayName: 'CN=Somebody else',
    }),
  'takes a policy off': (arena, { tenant, principal }) => {
    const held = tenant.policyAssignments.find(({ servicePrincipalId }) => servicePrincipalId === principal.id);
    return held
      ? arena.graph('DELETE', `/servicePrincipals/${principal.id}/claimsMappingPolicies/${held.policyId}/$ref`)
      : Promise.resolve();
  },
  'renames the application': (arena, { app }) =>
    arena.graph('PATCH', `/applications/${app.id}`, { displayName: `${app.displayName} (renamed)` }),
  'deletes the application': (arena, { app }) => arena.graph('DELETE', `/applications/${app.id}`),
};

type Application = Tenant['applications'][number];
type Principal = Tenant['servicePrincipals'][number];

/** Lets an administrator change the legacy application, or the one that flex-sso has made; nothing if there is none. */
export async function administer(arena: Arena, name: string, which: 'legacy' | 'new'): Promise<void> {
  const { directory: tenant } = await arena.world();
  const app = tenant.applications.find(({ displayName }) =>
    which === 'legacy'
      ? /^Twilio Flex( \(renamed\))*$/.test(displayName)
      : /^(Twilio Flex SSO|flex-sso )/.test(displayName),
  );
  const principal = tenant.servicePrincipals.find(({ appId }) => appId === app?.appId);
  if (app && principal) await administrations[name]?.(arena, { tenant: structuredClone(tenant), app, principal });
}
