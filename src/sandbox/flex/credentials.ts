import type { MiddlewareHandler } from 'hono';
import { auth } from 'hono/utils/basic-auth';
import type { SandboxHost } from '../host.js';
import { refuse } from './system.js';

/** Lets nobody in but who brings the account's SID and token, or its API key and secret. */
export function requireCredentials({ world: { account }, breaks }: SandboxHost): MiddlewareHandler {
  return async (c, next) => {
    const given = auth(c.req.raw);
    const isAccount = given?.username === account.accountSid && given.password === account.authToken;
    const isKey = given?.username === account.apiKey && given.password === account.apiSecret;
    if (!isAccount && !isKey) return refuse(c, { status: 401, code: 20003, message: 'Authenticate' });
    if (breaks.has('key-restricted'))
      return refuse(c, { status: 403, code: 70051, message: 'Authorization failed: the key lacks the permission' });
    return next();
  };
}
