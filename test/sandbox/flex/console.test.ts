import { expect, test } from 'vitest';
import { toPublic } from '../../../src/endpoints.js';
import type { EnhancedConnection } from '../../../src/sandbox/flex/account.js';
import { loginParameters, openPage, setUpConnection, ssoPage, testSandbox, toIdentityProvider } from '../support.js';

type TestSandbox = Awaited<ReturnType<typeof testSandbox>>;

async function configList(sandbox: TestSandbox): Promise<Record<string, unknown>[]> {
  const { accountSid } = sandbox.world.account;
  const query = `AccountSid=${accountSid}&FlexInstanceSid=&RuntimeDomain=&SSOProfileSid=&AppType=SinglePageApp`;
  const answer = await sandbox.http({ url: `https://services.twilio.com/v1/Flex/Authentication/Config?${query}` });
  return JSON.parse(answer.text).config_list;
}

/** Where the page of Flex sends a login, without what differs each time. */
async function flexLogin(sandbox: TestSandbox): Promise<string> {
  const { entityId } = await toIdentityProvider(sandbox.http, 'https://flex.twilio.com/lavender-4711');
  return entityId;
}

const connectionOf = (sandbox: TestSandbox) => sandbox.world.account.connections[0] as EnhancedConnection;

test('a new connection goes through four pages, becomes active and can be switched back and forth', async () => {
  const sandbox = await testSandbox();
  expect(await configList(sandbox)).toEqual([]);
  const browser = await setUpConnection(sandbox, 'new');
  const { entityId, name, acsUrl } = connectionOf(sandbox);
  expect(browser.title).toBe('Validate successful connection in Flex');
  expect(await configList(sandbox)).toMatchObject([{ connection_name: name, active: false }]);
  expect(acsUrl).toBe(`https://login.flex.us1.twilio.com/login/callback?connection=${name}`);
  // Agents are not touched before "Finish"; only Console's own link takes the new connection.
  expect(await flexLogin(sandbox)).toBe(sandbox.world.account.legacy.entityId);
  await browser.click('Finish');
  expect(await flexLogin(sandbox)).toBe(entityId);
  for (const [link, active] of [
    ['switch back to legacy connection', false],
    ['switch back to OAuth 2.0 connection', true],
  ] as const) {
    await browser.click(link);
    await browser.click('Confirm');
    expect(await configList(sandbox)).toMatchObject([{ connection_name: name, active }]);
    expect(await flexLogin(sandbox)).toBe(active ? entityId : sandbox.world.account.legacy.entityId);
  }
});

test('a modified connection takes the legacy IdP data, can be reverted, and keeps its name', async () => {
  const sandbox = await testSandbox();
  const browser = await setUpConnection(sandbox, 'modify');
  const { name, entityId, identityProviderData } = connectionOf(sandbox);
  expect(identityProviderData).toEqual(sandbox.world.account.legacy.identityProviderData);
  expect(await flexLogin(sandbox)).toBe(entityId);
  await browser.click('Finish');
  await browser.click('switch back to legacy connection');
  expect(browser.title).toBe('Revert SSO connection');
  await browser.click('Switch connection');
  expect(browser.status).toBe(400);
  expect(browser.message).toMatch(/^Confirm/);
  browser.tick('I confirm that my Flex application reflects the Legacy Flex SSO connection');
  await browser.click('Switch connection');
  expect(await configList(sandbox)).toMatchObject([{ active: false }]);
  expect(await flexLogin(sandbox)).toBe(sandbox.world.account.legacy.entityId);
  await setUpConnection(sandbox, 'modify');
  expect(connectionOf(sandbox).name).toBe(name);
});

test('a certificate that does not parse is refused, and what was typed stays', async () => {
  const sandbox = await testSandbox();
  const browser = await openPage(sandbox, ssoPage);
  await browser.click('Start setup');
  await browser.click('Continue');
  expect(browser.message).toBe('Select a setup type.');
  browser.choose('Create new SSO connection');
  await browser.click('Continue');
  await browser.click('Save and Continue');
  expect(browser.message).toBe('Confirm that the values have been updated.');
  browser.tick('I confirm that the values have been updated');
  await browser.click('Save and Continue');
  const { issuer, ssoUrl, certificate } = sandbox.world.account.legacy.identityProviderData;
  browser.enter('X.509 Certificate', certificate.slice(0, 400));
  browser.enter('Identity Provider Issuer', issuer);
  browser.enter('Single Sign-On URL', ssoUrl);
  browser.tick('Login using popup');
  await browser.click('Save');
  expect(browser.status).toBe(400);
  expect(browser.valueOf('Identity Provider Issuer')).toBe(issuer);
  expect(connectionOf(sandbox).identityProviderData).toBeUndefined();
  // Bare base64, as some identity providers show it, is taken too.
  browser.enter('X.509 Certificate', certificate.replace(/-----[A-Z ]+-----/g, ''));
  await browser.click('Save');
  expect(connectionOf(sandbox).identityProviderData).toEqual({ issuer, ssoUrl, certificate });
});

test('"Edit" changes the Trusted URLs of a modified connection, and refuses wildcards', async () => {
  const sandbox = await testSandbox({ hosting: 'self-hosted' });
  const browser = await setUpConnection(sandbox, 'modify');
  await browser.click('Edit');
  browser.enter('Trusted URLs', 'https://*.contoso.example');
  await browser.click('Save');
  expect(browser.message).toContain('wildcards');
  browser.enter('Trusted URLs', 'https://flex.contoso.example\nhttp://localhost:3000');
  await browser.click('Save');
  expect(browser.title).toBe('Validate successful connection in Flex');
  expect(connectionOf(sandbox).trustedUrls).toEqual(['https://flex.contoso.example', 'http://localhost:3000']);
  const { ssoUrl } = await toIdentityProvider(sandbox.http, loginParameters(connectionOf(sandbox).name).url);
  expect(toPublic(sandbox.endpoints, ssoUrl)).toBe(sandbox.world.account.legacy.identityProviderData.ssoUrl);
});

test('30 days after "Finish" the legacy connection is gone', async () => {
  const sandbox = await testSandbox();
  const browser = await setUpConnection(sandbox, 'new');
  await browser.click('Finish');
  connectionOf(sandbox).finishedAt = new Date(Date.now() - 31 * 24 * 60 * 60_000).toISOString();
  await expect(openPage(sandbox, ssoPage).then(page => page.click('switch back to legacy connection'))).rejects.toThrow(
    'no button or link "switch back to legacy connection"',
  );
  const { accountSid } = sandbox.world.account;
  const answer = await sandbox.http({
    method: 'POST',
    url: `https://iam.twilio.com/v1/Accounts/${accountSid}/authenticate`,
    body: JSON.stringify({ products: ['flex'], resource: 'https://flex.twilio.com/lavender-4711' }),
  });
  expect(JSON.parse(answer.text)).toMatchObject({ code: 70251, status: 403 });
});
