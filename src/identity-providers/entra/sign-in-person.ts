import type { AccountInfo, AuthenticationResult } from '@azure/msal-node';
import type { Refused } from './client.js';
import type { Acquire } from './sign-in.js';
import { accessTokenOf, type SignInClient } from './sign-in-client.js';

/** What somebody types on a page to sign this machine in. */
export interface DeviceCode {
  url: string;
  userCode: string;
  /** Minutes until it is of no use any more. */
  minutes: number;
}

interface PersonSignIn extends SignInClient {
  byDeviceCode: boolean;
  /** Puts a page in front of somebody at this machine. */
  visit(url: string): Promise<void>;
  showDeviceCode(code: DeviceCode): void;
}

type Client = InstanceType<typeof import('@azure/msal-node').PublicClientApplication>;
type Result = Pick<AuthenticationResult, 'accessToken' | 'account'>;
interface Ask {
  scopes: string[];
  claims?: string;
}

/**
 * A person signs in: first for what is asked for first, and again where more is needed than they or the tenant consented to. In
 * between the token is renewed without them.
 */
export async function signInPerson(options: PersonSignIn): Promise<Acquire> {
  const msal = await import('@azure/msal-node');
  const { auth, network, graph } = options;
  const client = new msal.PublicClientApplication({ auth, system: { networkClient: network.client } });
  const asked = new Set<string>();
  let account: AccountInfo | null = null;

  async function acquire(ask: Ask, refused: Refused | undefined): Promise<Result | null> {
    const renewed =
      account &&
      (await client.acquireTokenSilent({ ...ask, account, forceRefresh: refused !== undefined }).catch(error => {
        // Nobody has to sign in again because a request did not arrive.
        if (network.failure()) throw error;
        return undefined;
      }));
    return (
      renewed || (options.byDeviceCode ? byDeviceCode(client, ask, options) : byBrowser(client, ask, account, options))
    );
  }

  return async (permissions, refused) => {
    for (const permission of permissions) asked.add(permission);
    const scopes = [...asked].map(permission => `${graph}/${permission}`);
    const ask = { scopes, ...(refused?.claims && { claims: refused.claims }) };
    const result = await accessTokenOf(() => acquire(ask, refused), options);
    account = result.account;
    return result.accessToken;
  };
}

async function byBrowser(
  client: Client,
  ask: Ask,
  account: AccountInfo | null,
  { visit, signal }: PersonSignIn,
): Promise<Result> {
  let page: URL | undefined;
  const cancel = () => void (page && cancelLoopback(page));
  signal?.addEventListener('abort', cancel);
  try {
    return await client.acquireTokenInteractive({
      ...ask,
      // Whoever signed in before is the one who consents to more.
      ...(account ? { loginHint: account.username } : { prompt: 'select_account' }),
      successTemplate: 'You are signed in. Close this window and go back to flex-sso.',
      errorTemplate: 'The sign-in did not succeed. Close this window and go back to flex-sso.',
      openBrowser: async url => {
        page = new URL(url);
        await visit(url);
      },
    });
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** Nobody will come back from the browser any more; MSAL waits for an answer, so it gets one. */
async function cancelLoopback(page: URL): Promise<void> {
  const { redirect_uri: back = '', state = '' } = Object.fromEntries(page.searchParams);
  const body = new URLSearchParams({ error: 'access_denied', error_description: 'The run was stopped.', state });
  await fetch(back, { method: 'POST', body }).catch(() => undefined);
}

function byDeviceCode(client: Client, ask: Ask, { showDeviceCode, signal }: PersonSignIn): Promise<Result | null> {
  const request = {
    ...ask,
    cancel: false,
    deviceCodeCallback: (code: { verificationUri: string; userCode: string; expiresIn: number }) =>
      showDeviceCode({
        url: code.verificationUri,
        userCode: code.userCode,
        minutes: Math.round(code.expiresIn / 60),
      }),
  };
  // MSAL looks at it before it asks again.
  signal?.addEventListener('abort', () => {
    request.cancel = true;
  });
  return client.acquireTokenByDeviceCode(request);
}
