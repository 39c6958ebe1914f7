import type { Context, Hono } from 'hono';
import type { SandboxHost } from '../host.js';
import { findConnection } from './connections.js';
import { exchangeCode, refreshSession, type Session, startLogin } from './logins.js';
import { sid } from './sids.js';
import { isRefusal, type Refusal, refuse, twilioSystem } from './system.js';

const accessTokenLivesMs = 60 * 60_000;

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
    const missing = ['ssoProfileSid', 'codeChallenge', 'nonce', 'redirectUrl'].filter(name => !query[name]);
    if (missing.length > 0) return refuse(c, invalid(`Missing parameter: ${missing.join(', ')}`));
    const { codeChallenge = '', nonce = '', redirectUrl = '', state = '' } = query;
    if (!/^[A-Za-z0-9_-]{43}$/.test(codeChallenge))
      return refuse(c, invalid('codeChallenge is no unpadded base64url SHA-256'));
    const started = startLogin(account, findConnection(account, query.ssoProfileSid), {
      redirectUrl: host.toPublic(redirectUrl),
      codeChallenge,
      nonce,
      state,
    });
    if (isRefusal(started)) return refuse(c, started);
    host.save();
    const next = new URL('https://login.flex.us1.twilio.com/authorize');
    next.searchParams.set('connection', started.connection);
    next.searchParams.set('state', started.handle);
    return c.redirect(host.toLocal(next.href));
  });

  system.post('/v1/Flex/OAuth/Tokens', async c => {
    const body = await readFields(c);
    const connection = body.sso_profile_sid ?? '';
    if (!findConnection(account, connection)) return refuse(c, invalid('sso_profile_sid is unknown'));
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
  { accessToken, refreshToken, worker, sessionEndsAt }: Session,
) {
  const expiration = new Date(
    Math.min(Date.now() + accessTokenLivesMs, Date.parse(sessionEndsAt ?? '') || Number.POSITIVE_INFINITY),
  ).toISOString();
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    access_token_expires_at: expiration,
    token_info: {
      expiration,
      account_sid: breaks.has('other-account') ? sid('AC', 'another account') : account.accountSid,
      flex_instance_sid: account.instanceSid,
      flex_user_sid: worker.flexUserSid,
      worker_sid: worker.sid,
      identity: worker.friendlyName,
      name_id: worker.nameId,
      realm_user_id: worker.nameId,
      roles: worker.attributes.roles,
    },
  };
}

/** The string fields of a JSON body; nothing of any other. */
export async function readFields(c: Context): Promise<Record<string, string | undefined>> {
  const body: unknown = await c.req.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string'));
}

const invalid = (message: string): Refusal => ({ status: 400, code: 45004, message });
