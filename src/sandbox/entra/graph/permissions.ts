import type { Context, MiddlewareHandler } from 'hono';
import type { HTTPException } from 'hono/http-exception';
import type { Permission } from '../../faults.js';
import type { Entra } from '../entra.js';
import type { Caller, TokenProblem } from '../tokens.js';
import { refusal } from './refusals.js';

const read = 'GET';
const assign: Permission[] = ['AppRoleAssignment.ReadWrite.All', 'Application.Read.All'];
const change: Permission[] = ['Application.ReadWrite.OwnedBy', 'Application.ReadWrite.All'];

/** The permissions of each operation, of an application and of a person; the first row that fits counts. */
const table: readonly { method?: string; path: RegExp; permissions: readonly Permission[] }[] = [
  // Microsoft's pages differ on the least that reads it; this is the stricter one.
  { path: /\/servicePrincipals\/[^/]+\/claimsPolicy$/, permissions: ['Policy.ReadWrite.ApplicationConfiguration'] },
  { method: read, path: /\/servicePrincipals\/[^/]+\/\w+Policies$/, permissions: ['Policy.Read.All'] },
  {
    method: read,
    path: /\/applications\/[^/]+\/appManagementPolicies$/,
    permissions: ['Application.Read.All', 'Policy.Read.All'],
  },
  { path: /\/servicePrincipals\/[^/]+\/\w+Policies\//, permissions: ['Policy.ReadWrite.ApplicationConfiguration'] },
  { method: read, path: /\/(applications|servicePrincipals)(\/|$)/, permissions: ['Application.Read.All'] },
  { method: read, path: /\/directory\/deletedItems\//, permissions: ['Application.Read.All'] },
  { path: /\/appRoleAssignedTo/, permissions: assign },
  { path: /\/(applications|servicePrincipals|applicationTemplates|deletedItems)\//, permissions: change },
  { method: read, path: /\/(policies|identity\/conditionalAccess)\//, permissions: ['Policy.Read.All'] },
  { path: /\/policies\//, permissions: ['Policy.ReadWrite.ApplicationConfiguration'] },
  { path: /\/auditLogs\//, permissions: ['AuditLog.Read.All'] },
  { path: /\/(users(\/|$)|directoryObjects\/)/, permissions: ['User.Read.All'] },
  { path: /\/groups(\/|$)/, permissions: ['GroupMember.Read.All'] },
];

/** What a token that meets the challenge has to be asked for with. */
const challenge = '1604106651';

/** The one place where it is decided whether a caller may do what they ask for. */
export function checkPermission(entra: Entra): MiddlewareHandler<{ Bindings: { batched?: true } }> {
  return async (c, next) => {
    const token = bearerOf(c);
    if (!token) throw unauthorized('Access token is empty.');
    if (!c.env.batched) {
      if (entra.turn('token-expired', 15, 2)) entra.tokens.expire(token);
      if (entra.turn('continuous-access', 10, 1)) entra.tokens.challenge(challenge);
    }
    const caller = entra.tokens.callerOf(token);
    if (typeof caller === 'string') throw refusedToken(caller);
    const row = table.find(({ method, path }) => (method ?? c.req.method) === c.req.method && path.test(c.req.path));
    if (row?.permissions.some(permission => entra.manners.missingPermissions.includes(permission)))
      throw refusal(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
    await next();
  };
}

/** Who asks; `undefined` where nobody is signed in. */
export function callerOf(c: Context, entra: Entra): Caller | undefined {
  const caller = entra.tokens.callerOf(bearerOf(c) ?? '');
  return typeof caller === 'string' ? undefined : caller;
}

const bearerOf = (c: Context) => /^Bearer (.+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];

function refusedToken(problem: TokenProblem): HTTPException {
  if (problem === 'unknown') return unauthorized('Access token validation failure. Invalid audience.');
  if (problem === 'expired') return unauthorized('Lifetime validation failed, the token is expired.');
  const claims = { access_token: { nbf: { essential: true, value: challenge } } };
  return unauthorized(
    'Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp',
    {
      'WWW-Authenticate': `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${Buffer.from(JSON.stringify(claims)).toString('base64')}"`,
    },
  );
}

const unauthorized = (message: string, headers: Record<string, string> = {}) =>
  refusal(401, 'InvalidAuthenticationToken', message, headers);
