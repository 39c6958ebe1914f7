import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toEndpoint } from '../../src/endpoints.js';
import { hostedFlexUrl } from '../../src/sandbox/flex/connections.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { sampleUser } from '../../src/sandbox/setting.js';
import { openChromium } from '../support/browser.js';
import { type Finished, finishMigration, type Way } from '../validate/run.js';
import { inspectText } from './inspect-support.js';

let chromium: Browser;
beforeAll(async () => {
  chromium = await openChromium();
});
afterAll(() => chromium.close());

interface Captured {
  /** The whole recording, as the browser wrote it. */
  har: string;
  /** The body of the form that carried the response. */
  form: string;
  /** The address of the login page, with the AuthnRequest. */
  request: string;
  user: string;
  metadata: string;
}

/** A login to the sandbox's Flex in a real browser, recorded. */
async function logIn({ dir }: Finished): Promise<Captured> {
  const sandbox = await startSandbox({ dir: path.join(dir, 'sandbox') });
  const file = path.join(dir, 'login.har');
  const context = await chromium.newContext({ recordHar: { path: file, content: 'embed' } });
  const page = await context.newPage();
  let [form, request] = ['', ''];
  page.on('request', sent => {
    if (/\bSAMLResponse=/.test(sent.postData() ?? '')) form = sent.postData() ?? '';
    if (sent.url().includes('SAMLRequest=')) request = sent.url();
  });
  const user = sampleUser(sandbox.world)?.userPrincipalName ?? '';
  await page.goto(toEndpoint(sandbox.endpoints, hostedFlexUrl(sandbox.world.account)));
  await page.getByLabel('Email').fill(user);
  await page.getByLabel('Password').fill('sandbox');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Flex loads' }).waitFor();
  await context.close();
  const { tenantId, servicePrincipals, applications } = sandbox.world.directory;
  const application = applications.find(({ identifierUris }) => identifierUris.some(uri => uri.startsWith('urn:flex')));
  const appId = servicePrincipals.find(one => one.appId === application?.appId)?.appId ?? '';
  const url = `https://login.microsoftonline.com/${tenantId}/federationmetadata/2007-06/federationmetadata.xml?appid=${appId}`;
  const metadata = await (await fetch(toEndpoint(sandbox.endpoints, url))).text();
  await sandbox.close();
  return { har: await readFile(file, 'utf8'), form, request, user, metadata };
}

test.each<Way>(['new', 'modify'])(
  'what a login of the sandbox sends is verified against its own migration, in every form (%s)',
  { timeout: 60_000 },
  async way => {
    const finished = await finishMigration(way);
    try {
      const { har, form, request, user, metadata } = await logIn(finished);
      const base64 = new URLSearchParams(form).get('SAMLResponse') ?? '';
      const forms = { har, form, base64, xml: Buffer.from(base64, 'base64').toString('utf8') };
      const recorded = path.join(finished.dir, 'sandbox');
      for (const [name, text] of Object.entries(forms)) {
        const { code, json } = await inspectText(recorded, text, { showPersonal: true });
        expect([name, code, json.verdict]).toEqual([name, 0, 'ok']);
        expect(json).toMatchObject({ kind: 'response', identity: { nameId: user } });
        expect(json.details.signatures).not.toEqual([]);
        for (const { outcome } of json.details.signatures) expect(outcome).toBe('valid');
      }
      const asked = await inspectText(recorded, request);
      expect(asked.json).toMatchObject({ kind: 'authn-request', verdict: 'ok', findings: [] });
      const published = await inspectText(recorded, metadata);
      expect(published.json).toMatchObject({ kind: 'metadata', verdict: 'ok' });
      expect(published.json.details.certificates.filter((one: { active: boolean }) => one.active)).toHaveLength(1);
      const masked = await inspectText(recorded, har);
      expect(masked.output).not.toContain(user);
    } finally {
      await finished.remove();
    }
  },
);
