import type { MiddlewareHandler } from 'hono';
import type { Entra } from '../entra.js';
import { refusal } from './refusals.js';

const read = 'GET';
const assign = ['AppRoleAssignment.ReadWrite.All', 'Application.Read.All'];

/** The application permissions of each operation; the first row that fits counts. */
const table: readonly { method?: string; path: RegExp; permissions: readonly string[] }[] = [
  { method: read, path: /\/servicePrincipals\/[^/]+\/\w+Polic(ies|y)$/, permissions: ['Policy.Read.All'] },
  { path: /\/servicePrincipals\/[^/]+\/\w+Policies\//, permissions: ['Policy.ReadWrite.ApplicationConfiguration'] },
  { method: read, path: /\/(applications|servicePrincipals)(\/|$)/, permissions: ['Application.Read.All'] },
  { method: read, path: /\/directory\/deletedItems\//, permissions: ['Application.Read.All'] },
  { path: /\/appRoleAssignedTo/, permissions: assign },
  { path: /\/(applications|servicePrincipals|applicationTemplates)\//, permissions: ['Application.ReadWrite.OwnedBy'] },
  { method: read, path: /\/(policies|identity\/conditionalAccess)\//, permissions: ['Policy.Read.All'] },
  { path: /\/policies\//, permissions: ['Policy.ReadWrite.ApplicationConfiguration'] },
  { path: /\/auditLogs\//, permissions: ['AuditLog.Read.All'] },
  { path: /\/users(\/|$)/, permissions: ['User.Read.All'] },
  { path: /\/groups(\/|$)/, permissions: ['GroupMember.Read.All'] },
];

/** The one place where it is decided whether a caller may do what they ask for. */
export function checkPermission(entra: Entra): MiddlewareHandler {
  return async (c, next) => {
    const token = /^Bearer (.+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
    if (!token) throw refusal(401, 'InvalidAuthenticationToken', 'Access token is empty.');
    const caller = entra.tokens.callerOf(token);
    if (!caller) throw refusal(401, 'InvalidAuthenticationToken', 'Access token validation failure. Invalid audience.');
    const row = table.find(({ method, path }) => (method ?? c.req.method) === c.req.method && path.test(c.req.path));
    if (row?.permissions.some(permission => entra.manners.missingPermissions.includes(permission)))
      throw refusal(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
    await next();
  };
}
