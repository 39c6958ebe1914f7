import type { Context, Hono } from 'hono';
import type { SandboxHost } from '../host.js';
import type { FlexAccount, Worker } from './account.js';
import { allTrustedUrls, findConnection, isTrusted } from './connections.js';
import { consoleLogin, exchangeCode, refreshSession, type Session, startConsoleLogin, startLogin } from './logins.js';
import { sid } from './sids.js';
import { isRefusal, type Refusal, refuse, twilioSystem } from './system.js';

/** services.twilio.com: which connections there are, the start of a login, and the exchange of its code. */
export function servicesSystem(host: SandboxHost): Hono {
  const { account } = host.world;
  const system = twilioSystem('flex-services');

  system.get('/v1/Flex/Authentication/Config', c => {
    // The published SDK sends what it does not know as empty strings.
    const asked = (name: string, value: string) => (c.req.query(name) || value) === value;
    const list = account.connections.flatMap(({ name, clientId, active }) => [
      // The first entry is not the one for a browser: whoever takes index 0 takes the wrong one.
      { ...entry(name, sid('', name, 'MobileApp'), active), app_type: 'MobileApp' },
      { ...entry(name, clientId, active), app_type: 'SinglePageApp' },
    ]);
    const isHere = asked('FlexInstanceSid', account.instanceSid) && asked('RuntimeDomain', account.runtimeDomain);
    return c.json({
      config_list: list.filter(
        found =>
          isHere &&
          asked('AccountSid', found.account_sid) &&
          asked('SSOProfileSid', found.connection_name) &&
          asked('AppType', found.app_type),
      ),
    });
  });

  system.get('/v1/Flex/Authorize', c => {
    const query = c.req.query();
    // flex-sdk sends `ssoProfileSid=false` with it.
    const isConsole = query.isConsoleLogin === 'true';
    const who = isConsole ? ['accountSid', 'instanceSid'] : ['ssoProfileSid'];
    const missing = [...who, 'codeChallenge', 'nonce', 'redirectUrl'].filter(name => !query[name]);
    if (missing.length > 0) return refuse(c, invalid(`Missing parameter: ${missing.join(', ')}`));
    const { codeChallenge = '', nonce = '', redirectUrl = '', state = '' } = query;
    if (!/^[A-Za-z0-9_-]{43}$/.test(codeChallenge))
      return refuse(c, invalid('codeChallenge is no unpadded base64url SHA-256'));
    if (isConsole && !isHere(query.accountSid, query.instanceSid))
      return refuse(c, invalid('accountSid or instanceSid is unknown'));
    const parameters = { redirectUrl: host.toPublic(redirectUrl), codeChallenge, nonce, state };
    const started = isConsole
      ? startConsoleLogin(account, parameters)
      : startLogin(account, findConnection(account, query.ssoProfileSid), parameters);
    if (isRefusal(started)) return refuse(c, started);
    host.save();
    const next = new URL('https://login.flex.us1.twilio.com/authorize');
    next.searchParams.set('connection', started.connection);
    next.searchParams.set('state', started.handle);
    return c.redirect(host.toLocal(next.href));
  });

  // Likely: what flex-sdk puts into `state` says where it leads on to. No published source describes the answer.
  system.get('/v1/Flex/Authentication/Callback', c => {
    const next = redirectIn(c.req.query('state') ?? '');
    if (!next || !mayFollow(host.toPublic(next))) return refuse(c, invalid('state names no trusted redirect URL'));
    const back = new URL(next);
    for (const [name, value] of Object.entries(c.req.query())) back.searchParams.set(name, value);
    return c.redirect(host.toLocal(back.href), 303);
  });

  system.post('/v1/Flex/OAuth/Tokens', async c => {
    const body = await readFields(c);
    const isConsole = body.is_console_login === 'true';
    const connection = isConsole ? consoleLogin : (body.sso_profile_sid ?? '');
    if (isConsole && !isHere(body.account_sid, body.instance_sid))
      return refuse(c, invalid('account_sid or instance_sid is unknown'));
    if (!isConsole && !findConnection(account, connection)) return refuse(c, invalid('sso_profile_sid is unknown'));
    if (body.app_type && body.app_type !== 'SinglePageApp') return refuse(c, invalid('app_type does not match'));
    const session =
      body.grant_type === 'AuthorizationCode'
        ? exchangeCode(
            account,
            {
              connection,
              code: body.code ?? '',
              codeVerifier: body.code_verifier ?? '',
              nonce: body.nonce ?? '',
            },
            host.breaks,
          )
        : refreshSession(account, { connection, refreshToken: body.refresh_token ?? '' });
    host.save();
    return isRefusal(session) ? refuse(c, session) : c.json(tokenAnswer(host, session));
  });

  const isHere = (accountSid?: string, instanceSid?: string) =>
    accountSid === account.accountSid && instanceSid === account.instanceSid;
  const mayFollow = (url: string) => url === defaultCallback || isTrusted(account, allTrustedUrls(account), url);
  const entry = (name: string, clientId: string, active: boolean) => ({
    account_sid: account.accountSid,
    instance_sid: account.instanceSid,
    connection_name: name,
    client_id: clientId,
    active,
  });
  return system;
}

function tokenAnswer(
  { world: { account }, breaks }: SandboxHost,
  { accessToken, refreshToken, worker, expiresAt }: Session,
) {
  const info = tokenInfo(account, worker, expiresAt);
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    access_token_expires_at: expiresAt,
    token_info: { ...info, ...(breaks.has('other-account') && { account_sid: sid('AC', 'another account') }) },
  };
}

/** Whom an access token stands for; the fields are those that flex-sdk declares. */
export const tokenInfo = (account: FlexAccount, worker: Worker, expiresAt: string) => ({
  expiration: expiresAt,
  account_sid: account.accountSid,
  flex_instance_sid: account.instanceSid,
  flex_user_sid: worker.flexUserSid,
  worker_sid: worker.sid,
  identity: worker.friendlyName,
  name_id: worker.nameId,
  realm_user_id: worker.nameId,
  roles: worker.attributes.roles,
});

/** Where flex-sdk leads to if it is given no redirect URL of its own. What is there is unverified. */
const defaultCallback = 'https://flex.twilio.com/callback';

/** The redirect URL in the `state` of flex-sdk: JSON in unpadded base64url. */
function redirectIn(state: string): string | undefined {
  try {
    const { redirect_url: url } = JSON.parse(Buffer.from(state, 'base64url').toString());
    return typeof url === 'string' && /^https?:/.test(url) && URL.canParse(url) ? url : undefined;
  } catch {
    return undefined;
  }
}

/** The string fields of a JSON body, truth values in words; nothing of any other. */
export async function readFields(c: Context): Promise<Record<string, string | undefined>> {
  const body: unknown = await c.req.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null) return {};
  const fields = Object.entries(body).filter(([, value]) => ['string', 'boolean'].includes(typeof value));
  return Object.fromEntries(fields.map(([name, value]) => [name, String(value)]));
}

const invalid = (message: string): Refusal => ({ status: 400, code: 45004, message });
