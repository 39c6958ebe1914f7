import type { Context, MiddlewareHandler } from 'hono';
import type { SandboxHost } from '../host.js';
import { sessionOf } from './logins.js';
import { refuse } from './system.js';

/** What a logged-in Worker's access token opens; the published SDKs ask for no more before they connect. */
const openToWorkers =
  /^(GET \/v1\/Configuration|POST \/v1\/Accounts\/[^/]+\/Tokens\/Info|GET \/v1\/Workspaces\/[^/]+\/Workers\/[^/]+)$/;

/**
 * Lets nobody in but who brings the account's SID and token, its API key and secret, or `token` and the access token of a logged-in
 * Worker. Which codes the real services refuse a token with is unverified.
 */
export function requireCredentials({ world: { account }, breaks }: SandboxHost): MiddlewareHandler {
  return async (c, next) => {
    const given = basicOf(c);
    const isAccount = given?.username === account.accountSid && given.password === account.authToken;
    const isKey = given?.username === account.apiKey && given.password === account.apiSecret;
    const isWorker = given?.username === 'token' && sessionOf(account, given.password) !== undefined;
    if (!isAccount && !isKey && !isWorker) return refuse(c, { status: 401, code: 20003, message: 'Authenticate' });
    const isClosed = isWorker ? !openToWorkers.test(`${c.req.method} ${c.req.path}`) : breaks.has('key-restricted');
    if (isClosed)
      return refuse(c, { status: 403, code: 70051, message: 'Authorization failed: the key lacks the permission' });
    return next();
  };
}

/** The name and the password of a request. flex-sdk 3.0.0 writes a bracket behind the Base64, and the real services take it. */
export function basicOf(c: Context): { username: string; password: string } | undefined {
  const encoded = /^\s*basic\s+([\w+/.~-]+=*)\)?\s*$/i.exec(c.req.header('authorization') ?? '')?.[1];
  const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  return username === undefined || password === undefined ? undefined : { username, password };
}
