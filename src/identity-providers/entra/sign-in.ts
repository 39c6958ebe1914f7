import { type Endpoints, toEndpoint } from '../../endpoints.js';
import { permissionError } from '../../errors.js';
import type { Http } from '../../http.js';
import type { Answers } from '../../migration/state.js';
import type { GraphRequest, Refused } from './client.js';
import { readClientCertificate } from './client-certificate.js';
import { ownUrl } from './cloud.js';
import { createNetwork } from './msal-network.js';
import { delegatedPermissions, registration } from './permissions.js';
import { signInApplication } from './sign-in-application.js';
import { type DeviceCode, signInPerson } from './sign-in-person.js';
import { readyToken } from './sign-in-ready-token.js';

export interface SignInOptions {
  http: Http;
  endpoints: Endpoints;
  /** AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, FLEX_SSO_GRAPH_TOKEN. */
  environment: Readonly<Record<string, string | undefined>>;
  tenantId: string | undefined;
  /** What the migration was chosen to be, as far as that is known: it decides which permissions a person is asked for. */
  setupType?: () => Answers['setupType'];
  /** Puts Microsoft's sign-in page in front of somebody. */
  visit(url: string): Promise<void>;
  /** Shows a code that somebody enters on a page, on whichever device. */
  showDeviceCode?: ((code: DeviceCode) => void) | undefined;
  /** A code rather than a browser on this machine: asked for, or no browser can be opened. */
  byDeviceCode?: boolean;
  /** Whether somebody is there to sign in. */
  interactive: boolean;
  signal?: AbortSignal | undefined;
}

/** A token that may do all of this. A `refused` one is renewed. */
export type AccessToken = (requests?: readonly GraphRequest[], refused?: Refused) => Promise<string>;

/** A token for these permissions (a person's; an application has what it was granted), another one than the refused. */
export type Acquire = (permissions: readonly string[], refused: Refused | undefined) => Promise<string>;

/**
 * A token for Microsoft Graph whenever one is needed, renewed when it is old: a ready-made one, an application's with secret or
 * certificate, or a person's by browser or device code. Tokens stay in memory. Throws permission errors that say what to do.
 */
export function createSignIn(options: SignInOptions): AccessToken {
  let acquire: Promise<Acquire> | undefined;
  // Requests in parallel wait for the same sign-in, and what is renewed once is renewed for all.
  let turn: Promise<unknown> = Promise.resolve();
  let latest: string | undefined;
  const next = async (requests: readonly GraphRequest[], refused: Refused | undefined) => {
    acquire ??= open(options);
    const isOld = refused !== undefined && refused.token !== latest;
    const permissions = delegatedPermissions(requests, options.setupType?.());
    latest = await (await acquire)(permissions, isOld ? undefined : refused);
    return latest;
  };
  // Who declined is not asked again by every request that waited meanwhile.
  let asked = 0;
  let failed: { error: unknown; upTo: number } | undefined;
  return (requests = [], refused) => {
    const position = ++asked;
    const mine = turn
      .catch(() => undefined)
      .then(() => {
        if (failed && position <= failed.upTo) throw failed.error;
        return next(requests, refused);
      })
      .catch(error => {
        failed = { error, upTo: asked };
        throw error;
      });
    turn = mine;
    return mine;
  };
}

async function open(options: SignInOptions): Promise<Acquire> {
  const { endpoints, environment, tenantId } = options;
  const { AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret, FLEX_SSO_GRAPH_TOKEN: token } = environment;
  const certificate = environment.AZURE_CLIENT_CERTIFICATE_PATH;
  const graph = ownUrl(endpoints, 'graph');
  if (token) return readyToken(token, tenantId, graph);
  const mayAsk = options.interactive || options.byDeviceCode === true;
  if (!clientId || !tenantId || !(secret || certificate || mayAsk)) throw notConfigured(options);

  const authority = `${ownUrl(endpoints, 'login')}/${tenantId}`;
  const auth = { clientId, authority, knownAuthorities: [new URL(authority).host], clientCapabilities: ['CP1'] };
  const network = createNetwork(options.http, options.signal);
  const client = { auth, network, graph, signal: options.signal };
  if (secret) return signInApplication({ ...client, credential: { clientSecret: secret } });
  if (certificate)
    return signInApplication({
      ...client,
      credential: { clientCertificate: await readClientCertificate(certificate) },
    });
  return signInPerson({
    ...client,
    byDeviceCode: options.byDeviceCode === true,
    visit: url => options.visit(toEndpoint(endpoints, url)),
    showDeviceCode: code => options.showDeviceCode?.({ ...code, url: toEndpoint(endpoints, code.url) }),
  });
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
    `${registration} To run without a person, give it the same as application permissions and set AZURE_CLIENT_SECRET or ` +
      'AZURE_CLIENT_CERTIFICATE_PATH too; or set FLEX_SSO_GRAPH_TOKEN.',
  );
}
