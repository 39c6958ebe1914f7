import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { toEndpoint } from '../../src/endpoints.js';
import { createHttp, type Http } from '../../src/http.js';
import { type Browser, openBrowser } from '../../src/sandbox/browser.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { openWorld, type WorldOptions } from '../../src/sandbox/world.js';

export const ssoPage = 'https://console.twilio.com/us1/develop/flex/users-and-access/single-sign-on';
const callbackUrl = 'http://localhost:3000/callback';

export async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'flex-sso-sandbox-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const templates = new Map<string, Promise<string>>();

/** The text of a fresh world, made once for all tests of a file: its keys take most of the time. */
function freshWorld(options: WorldOptions): Promise<string> {
  const key = JSON.stringify(options);
  const made =
    templates.get(key) ??
    temporaryFolder().then(async dir => {
      await openWorld(dir, options);
      return readFile(path.join(dir, 'world.json'), 'utf8');
    });
  templates.set(key, made);
  return made;
}

/** A small sandbox that lives as long as the test. */
export async function testSandbox(
  options: WorldOptions & { dir?: string } = {},
): Promise<Sandbox & { http: Http; dir: string }> {
  const { users = 12, hosting = 'hosted', dir = await temporaryFolder() } = options;
  if (!options.dir) await writeFile(path.join(dir, 'world.json'), await freshWorld({ users, hosting }));
  const sandbox = await startSandbox({ dir });
  onTestFinished(() => sandbox.close());
  return { ...sandbox, dir, http: createHttp({ endpoints: sandbox.endpoints }) };
}

export async function openPage(sandbox: Pick<Sandbox, 'endpoints'> & { http: Http }, url: string): Promise<Browser> {
  const browser = openBrowser(sandbox.http);
  await browser.open(toEndpoint(sandbox.endpoints, url));
  return browser;
}

/** Goes through the Console wizard up to "Validate successful connection in Flex". */
export async function setUpConnection(
  sandbox: Awaited<ReturnType<typeof testSandbox>>,
  setupType: 'new' | 'modify',
): Promise<Browser> {
  const browser = await openPage(sandbox, ssoPage);
  await browser.click('Start setup');
  browser.choose(setupType === 'new' ? 'Create new SSO connection' : 'Modify existing SSO connection');
  await browser.click('Continue');
  browser.tick('I confirm that the values have been updated');
  await browser.click('Save and Continue');
  if (setupType === 'modify') return browser;
  const { issuer, ssoUrl, certificate } = sandbox.world.account.legacy.identityProviderData;
  browser.enter('Friendly Name', 'Enhanced');
  browser.enter('X.509 Certificate', certificate);
  browser.enter('Identity Provider Issuer', issuer);
  browser.enter('Single Sign-On URL', ssoUrl);
  browser.enter('Trusted URLs', callbackUrl);
  await browser.click('Save');
  return browser;
}

/** What a login through an enhanced connection begins with. */
export function loginParameters(ssoProfileSid: string) {
  const codeVerifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const query = { ssoProfileSid, codeChallenge, nonce: 'nonce-1', state: 'state-1', redirectUrl: callbackUrl };
  return { codeVerifier, query, url: `https://services.twilio.com/v1/Flex/Authorize?${new URLSearchParams(query)}` };
}

/** Follows a login up to the identity provider; answers what reaches it. */
export async function toIdentityProvider(http: Http, url: string) {
  let next = url;
  while (!new URL(next).searchParams.has('SAMLRequest')) {
    const { status, headers, text } = await http({ url: next });
    if (!headers.location) throw new Error(`${status} ${text}`);
    next = headers.location;
  }
  const { origin, pathname, searchParams } = new URL(next);
  const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
  const read = (pattern: RegExp) => pattern.exec(xml)?.[1] ?? '';
  return {
    ssoUrl: origin + pathname,
    relayState: searchParams.get('RelayState') ?? '',
    requestId: read(/ ID="([^"]+)"/),
    acsUrl: read(/AssertionConsumerServiceURL="([^"]+)"/),
    entityId: read(/<saml:Issuer[^>]*>([^<]+)</),
  };
}
