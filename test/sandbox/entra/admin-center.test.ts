import { parse } from 'node-html-parser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toEndpoint } from '../../../src/endpoints.js';
import { createHttp } from '../../../src/http.js';
import { enterpriseApplicationsPage } from '../../../src/identity-providers/entra/cloud.js';
import { openBrowser } from '../../../src/sandbox/browser.js';
import type { Sandbox } from '../../../src/sandbox/server.js';
import { startSandbox } from '../../../src/sandbox/server.js';
import { temporaryDirectory } from '../../support/cli.js';

let sandbox: Sandbox;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
  sandbox = await startSandbox({ dir: directory.path, users: 3 });
});
afterAll(async () => {
  await sandbox.close();
  await directory.remove();
});

it('adds a certificate and makes it active, as Entra does: not before somebody says so, for three years at most', async () => {
  const browser = openBrowser(createHttp({ endpoints: sandbox.endpoints }));
  await browser.open(toEndpoint(sandbox.endpoints, enterpriseApplicationsPage('global')));
  for (const label of ['Twilio Flex', 'Single sign-on', 'Edit', 'New Certificate']) await browser.click(label);

  const before = new Set(sandbox.world.directory.signingKeys);
  for (const wrong of ['', '2020-01-01', `${new Date().getUTCFullYear() + 4}-01-01`]) {
    browser.enter('Expiration Date', wrong);
    await browser.click('Save');
    expect(browser.message).toContain('Expiration Date');
  }
  const expires = `${new Date().getUTCFullYear() + 1}-01-01`;
  browser.enter('Expiration Date', expires);
  await browser.click('Save');
  const [added, ...more] = sandbox.world.directory.signingKeys.filter(key => !before.has(key));
  expect(more).toEqual([]);
  expect(added?.endDateTime.slice(0, 10)).toBe(expires);
  const preferred = () =>
    sandbox.world.directory.servicePrincipals.find(({ id }) => id === added?.servicePrincipalId)
      ?.preferredTokenSigningKeyThumbprint;
  expect(preferred()).not.toBe(added?.thumbprint);
  await browser.click('Make certificate active');
  expect(preferred()).not.toBe(added?.thumbprint);
  await browser.click('Yes');
  expect(preferred()).toBe(added?.thumbprint);
});

it('shows the claims that Graph does not show everywhere', async () => {
  const legacy = sandbox.world.directory.applications.find(({ displayName }) => displayName === 'Twilio Flex');
  const page = await fetch(`${sandbox.endpoints.entra}/applications/${legacy?.appId}/single-sign-on`);
  const text = parse(await page.text()).text;
  expect(text).toContain('Unique User Identifier (Name ID)');
  expect(text).toContain('user.userprincipalname');
});
