import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Endpoints, toEndpoint } from '../../src/endpoints.js';
import { createHttp } from '../../src/http.js';
import { type Browser, openBrowser } from '../../src/sandbox/browser.js';
import { hostedFlexUrl } from '../../src/sandbox/flex/connections.js';
import type { World } from '../../src/sandbox/host.js';
import { startSandbox } from '../../src/sandbox/server.js';

/** What became of a login: 'in', or what the page said that it ended at. */
type Login = string;

export interface Logins {
  /** Through the legacy connection, by its own address. */
  legacy: Login;
  /** Through the newest enhanced connection, by its name; `none` if there is none. */
  enhanced: Login;
  /** As an agent logs in, who opens Flex and knows nothing of connections. */
  flex: Login;
}

/**
 * Logs somebody in through both connections of the world in a state directory, and once as an agent does. It happens in a copy, so
 * nothing of it is left behind, and another process may go on with the original. `breaks` are those that hold only while a sandbox is
 * served.
 */
export async function logins(state: string, breaks: readonly string[] = []): Promise<Logins> {
  const copy = await mkdtemp(path.join(tmpdir(), 'flex-sso-logins-'));
  const original = path.join(state, 'sandbox');
  await cp(original, copy, { recursive: true, filter: file => path.basename(file) !== 'world.owner' });
  const sandbox = await startSandbox({ dir: copy, breaks });
  try {
    return await tryAll(sandbox.endpoints, sandbox.world);
  } finally {
    await sandbox.close();
    await rm(copy, { recursive: true, force: true });
  }
}

async function tryAll(endpoints: Endpoints, { account, directory }: World): Promise<Logins> {
  const http = createHttp({ endpoints });
  const flexUrl = hostedFlexUrl(account);
  const user = directory.users[0]?.userPrincipalName ?? '';
  const logIn = async (start: string): Promise<Login> => {
    const browser = openBrowser(http);
    await browser.open(start);
    if (browser.has('Email')) await signIn(browser, user);
    return browser.title === 'Flex loads' ? 'in' : browser.message;
  };

  async function throughLegacy(): Promise<Login> {
    const { status, text } = await http({
      method: 'POST',
      url: `https://iam.twilio.com/v1/Accounts/${account.accountSid}/authenticate`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ products: ['flex'], resource: flexUrl }),
    });
    return status === 200 ? logIn(JSON.parse(text).location) : text;
  }

  const newest = account.connections.at(-1);
  const isOwnSite = account.hosting === 'self-hosted';
  return {
    legacy: await throughLegacy(),
    enhanced: newest ? await logIn(toEndpoint(endpoints, `${flexUrl}?ssoProfileSid=${newest.name}`)) : 'none',
    flex: await logIn(isOwnSite ? new URL('/site/', endpoints.login).href : toEndpoint(endpoints, flexUrl)),
  };
}

async function signIn(browser: Browser, user: string): Promise<void> {
  browser.enter('Email', user);
  browser.enter('Password', 'sandbox');
  await browser.submit();
}
