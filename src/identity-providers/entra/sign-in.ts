import type { AccountInfo, AuthenticationResult } from '@azure/msal-node';
import { type Endpoints, toEndpoint } from '../../endpoints.js';
import { interrupted, permissionError } from '../../errors.js';
import type { Http } from '../../http.js';
import { readClientCertificate } from './client-certificate.js';
import { ownUrl } from './cloud.js';
import { createNetwork, type Network } from './msal-network.js';
import { delegatedPermissions } from './permissions.js';
import { signInRefused } from './sign-in-errors.js';

export interface SignInOptions {
  http: Http;
  endpoints: Endpoints;
  /** AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, FLEX_SSO_GRAPH_TOKEN. */
  environment: Readonly<Record<string, string | undefined>>;
  tenantId: string | undefined;
  /** Puts Microsoft's sign-in page in front of somebody. */
  visit(url: string): Promise<void>;
  /** Whether somebody is there to sign in. */
  interactive: boolean;
  signal?: AbortSignal | undefined;
}

type Acquire = () => Promise<string>;

/**
 * A token for Microsoft Graph whenever one is needed, renewed when it is old: a ready-made one, an application's with secret or
 * certificate, or a person's in the browser. Tokens stay in memory. Throws permission errors that say what to do.
 */
export function createSignIn(options: SignInOptions): () => Promise<string> {
  let acquire: Promise<Acquire> | undefined;
  let pending: Promise<string> | undefined;
  const once = async () => {
    acquire ??= open(options);
    return (await acquire)();
  };
  return () => {
    // Requests in parallel wait for the same sign-in.
    pending ??= once().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}

async function open(options: SignInOptions): Promise<Acquire> {
  const { AZURE_CLIENT_ID: clientId, ...environment } = options.environment;
  const token = environment.FLEX_SSO_GRAPH_TOKEN;
  if (token) return async () => token;
  const secret = environment.AZURE_CLIENT_SECRET;
  const certificate = environment.AZURE_CLIENT_CERTIFICATE_PATH;
  const isPossible = clientId && (secret || certificate || options.interactive);
  if (!isPossible || !options.tenantId) throw notConfigured(options);

  const authority = `${ownUrl(options.endpoints, 'login')}/${options.tenantId}`;
  const auth = { clientId, authority, knownAuthorities: [new URL(authority).host] };
  const network = createNetwork(options.http, options.signal);
  const configuration = { auth, system: { networkClient: network.client } };
  const msal = await import('@azure/msal-node');
  if (!secret && !certificate) return interactively(new msal.PublicClientApplication(configuration), options, network);

  const credential = secret
    ? { clientSecret: secret }
    : { clientCertificate: await readClientCertificate(certificate) };
  const client = new msal.ConfidentialClientApplication({ ...configuration, auth: { ...auth, ...credential } });
  const scopes = [`${ownUrl(options.endpoints, 'graph')}/.default`];
  // MSAL keeps the token, and gets another when it is old.
  return () => accessTokenOf(() => client.acquireTokenByClientCredential({ scopes }), options, network);
}

type PublicClient = InstanceType<typeof import('@azure/msal-node').PublicClientApplication>;

function interactively(client: PublicClient, options: SignInOptions, network: Network): Acquire {
  const { endpoints, visit, signal } = options;
  const scopes = delegatedPermissions.map(permission => `${ownUrl(endpoints, 'graph')}/${permission}`);
  let account: AccountInfo | null = null;

  async function byBrowser(): Promise<AuthenticationResult> {
    let page: URL | undefined;
    const cancel = () => void (page && cancelLoopback(page));
    signal?.addEventListener('abort', cancel);
    try {
      return await client.acquireTokenInteractive({
        scopes,
        prompt: 'select_account',
        successTemplate: 'You are signed in. Close this window and go back to flex-sso.',
        errorTemplate: 'The sign-in did not succeed. Close this window and go back to flex-sso.',
        openBrowser: async url => {
          page = new URL(url);
          await visit(toEndpoint(endpoints, url));
        },
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  return () =>
    accessTokenOf(
      async () => {
        const renewed = account && (await client.acquireTokenSilent({ scopes, account }).catch(() => undefined));
        const result = renewed || (await byBrowser());
        account = result.account;
        return result;
      },
      options,
      network,
    );
}

/** Nobody will come back from the browser any more; MSAL waits for an answer, so it gets one. */
async function cancelLoopback(page: URL): Promise<void> {
  const { redirect_uri: back = '', state = '' } = Object.fromEntries(page.searchParams);
  const body = new URLSearchParams({ error: 'access_denied', error_description: 'The run was stopped.', state });
  await fetch(back, { method: 'POST', body }).catch(() => undefined);
}

async function accessTokenOf(
  acquire: () => Promise<AuthenticationResult | null>,
  { signal }: SignInOptions,
  network: Network,
): Promise<string> {
  let result: AuthenticationResult | null;
  try {
    result = await acquire();
  } catch (error) {
    if (signal?.aborted) throw interrupted();
    throw network.failure() ?? signInRefused(error);
  }
  if (result?.accessToken) return result.accessToken;
  throw signInRefused(new Error('Microsoft Entra answered without a token.'));
}

function notConfigured({ environment, tenantId, interactive }: SignInOptions): Error {
  const missing = [
    ...(tenantId ? [] : ['AZURE_TENANT_ID']),
    ...(environment.AZURE_CLIENT_ID ? [] : ['AZURE_CLIENT_ID']),
    ...(interactive ? [] : ['AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH']),
  ];
  return permissionError(
    'sign-in-not-configured',
    `flex-sso cannot sign in to Microsoft Entra: ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set.`,
    `Register an application once, in Entra under App registrations > New registration: platform "Mobile and desktop applications", ` +
      `redirect URI http://localhost, delegated Graph permissions ${delegatedPermissions.join(', ')}. Set AZURE_CLIENT_ID to its ` +
      'Application (client) ID and AZURE_TENANT_ID to its Directory (tenant) ID. To run without a person, give it the same as ' +
      'application permissions and set AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH too; or set FLEX_SSO_GRAPH_TOKEN.',
  );
}
