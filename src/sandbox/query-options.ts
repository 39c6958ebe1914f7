import type { Context, MiddlewareHandler } from 'hono';

/** Requests, by method and path as in `GET /v1.0/users`, and the query options that they understand. */
type Row = readonly [request: RegExp, ...options: string[]];

/** Of an entity, and of a collection, in Graph. */
const ofEntity = ['$select', '$expand'];
const ofCollection = [...ofEntity, '$filter', '$orderby', '$top', '$count', '$skiptoken', '$search'];
const ofPages = ['PageSize', 'Page', 'PageToken'];

/** What MSAL says of itself. */
const ofMsal = ['client-request-id', 'clidata', 'x-client-SKU', 'x-client-VER', 'x-client-OS', 'x-client-CPU'];
/** Of a sign-in: OpenID Connect's and Microsoft's own. */
const ofAuthorize = [
  ...ofMsal,
  ...['client_id', 'response_type', 'redirect_uri', 'response_mode', 'scope', 'state', 'nonce'],
  ...['code_challenge', 'code_challenge_method', 'prompt', 'login_hint', 'domain_hint', 'claims', 'client_info'],
];

const ofFlexLogin = [
  ...['ssoProfileSid', 'codeChallenge', 'nonce', 'state', 'redirectUrl', 'appType'],
  ...['isConsoleLogin', 'accountSid', 'instanceSid'],
];

/** The query options of every route that is no page for people. The first row that fits counts; without one there are none. */
const understood = {
  graph: [
    [/^GET .*\/(claimsPolicy|defaultAppManagementPolicy)$/],
    [/^GET .*\/deletedItems\/microsoft\.graph\.application$/, ...ofCollection],
    [/^GET .*\/(users|groups|applications|servicePrincipals|deletedItems|\w+Policies)\/[^/]+$/, ...ofEntity],
    [/^GET .*\/me$/, ...ofEntity],
    [/^GET /, ...ofCollection],
  ],
  'flex-services': [
    [/^GET .*\/Config$/, 'AccountSid', 'FlexInstanceSid', 'RuntimeDomain', 'SSOProfileSid', 'AppType'],
    [/^GET .*\/Authorize$/, ...ofFlexLogin],
    [/^GET .*\/Authentication\/Callback$/, 'code', 'state', 'error', 'error_description'],
  ],
  'flex-api': [
    [/^GET .*\/Configuration$/, 'UiVersion'],
    [/^GET .*\/Configuration\/Public$/, 'AccountSid', 'RuntimeDomain'],
    [/^GET .*\/Users$/, ...ofPages],
  ],
  taskrouter: [[/^GET .*\/Workers$/, 'FriendlyName', ...ofPages]],
  iam: [],
  'flex-login': [
    [/^GET \/authorize$/, 'connection', 'state', 'session'],
    [/^POST \/login\/callback$/, 'connection'],
  ],
  login: [
    [/^GET .*\/v2\.0\/authorize$/, ...ofAuthorize],
    [/^POST .*\/v2\.0\/(token|devicecode)$/, ...ofMsal],
    [/^GET .*\/saml2$/, 'SAMLRequest', 'RelayState', 'SigAlg', 'Signature'],
    [/^GET .*\/federationmetadata\.xml$/i, 'appid'],
    [/^GET .*\/discovery\/instance$/, 'api-version', 'authorization_endpoint'],
  ],
} satisfies Record<string, readonly Row[]>;

/**
 * Refuses a request with a query option that its route does not understand, or that it names twice: what is ignored here would be
 * heeded by the real service, and the difference noticed there for the first time.
 */
export function refuseOtherOptions(
  system: keyof typeof understood,
  refuse: (c: Context, option: string) => Response | Promise<Response>,
): MiddlewareHandler {
  const rows: readonly Row[] = understood[system];
  return async (c, next) => {
    const request = `${c.req.method} ${c.req.path}`;
    const options: readonly unknown[] = rows.find(([pattern]) => pattern.test(request))?.slice(1) ?? [];
    const given = [...new URL(c.req.url).searchParams.keys()];
    const other = given.find((name, index) => !options.includes(name) || given.indexOf(name) !== index);
    return other === undefined ? next() : refuse(c, other);
  };
}
