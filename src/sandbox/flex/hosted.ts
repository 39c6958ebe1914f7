import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { readOauth } from '../../flex/app-config.js';
import type { SandboxHost } from '../host.js';
import type { EnhancedConnection, Worker } from './account.js';
import { findConnection, hostedFlexUrl, loginConnection, siteUrl } from './connections.js';
import { exchangeCode, identityProviderUrl, startLegacyLogin, takeLegacyCode } from './logins.js';
import { htmlPage } from './page.js';
import { randomToken } from './sids.js';
import { isRefusal, type Refusal, twilioSystem } from './system.js';

/** Holds what Flex UI would keep in the browser between the start of a login and its return. */
const cookie = 'flex-login';

/** flex.twilio.com: hosted Flex, which logs people in through the connection in use. */
export function hostedSystem(host: SandboxHost): Hono {
  const { account } = host.world;
  const system = twilioSystem();
  // Where flex-sdk ends a login that has no page of its own to return to. What the real page does is unverified.
  system.get('/callback', c => {
    const { code, error_description: description, error } = c.req.query();
    if (code === undefined) return loginFailed(c, description ?? error ?? 'Nothing came back.');
    return c.html(
      htmlPage('Flex', html`<h1>You have logged in</h1><p>The code in the address is for the application.</p>`),
    );
  });
  // Console logs in through a connection that is set up and not yet active.
  return system.route(
    '/',
    flexUi(host, hostedFlexUrl(account), named => findConnection(account, named) ?? loginConnection(account)),
  );
}

/** A Flex UI on a site of its own, which logs people in through the connection that its appconfig.js names, else the one in use. */
export function siteSystem(host: SandboxHost, appConfig: string): Hono {
  const { account } = host.world;
  return flexUi(host, siteUrl(account), () => {
    const oauth = readOauth(readFileSync(appConfig, 'utf8'));
    return oauth ? findConnection(account, oauth.connection) : loginConnection(account);
  });
}

function flexUi(
  host: SandboxHost,
  url: string,
  choose: (named: string | undefined) => EnhancedConnection | undefined,
): Hono {
  const { account } = host.world;
  const system = twilioSystem();

  system.get(new URL(url).pathname, async c => {
    const { code, token, error, error_description: description, ssoProfileSid } = c.req.query();
    if (error !== undefined) return loginFailed(c, description ?? error);
    if (code !== undefined) {
      const [connection = '', nonce = '', codeVerifier = ''] = (getCookie(c, cookie) ?? '').split('.');
      deleteCookie(c, cookie);
      const session = exchangeCode(account, { connection, code, codeVerifier, nonce }, host.breaks);
      host.save();
      return isRefusal(session)
        ? loginFailed(c, `${session.message} (${session.code})`)
        : c.html(landing(session.worker, 'OAuth 2.0'));
    }
    if (token !== undefined) {
      const worker = takeLegacyCode(account, token);
      host.save();
      return worker ? c.html(landing(worker, 'legacy')) : loginFailed(c, 'The login is expired or used.');
    }
    const connection = choose(ssoProfileSid);
    if (!connection) return beginLegacy(c);
    const [nonce, codeVerifier] = [randomToken(), randomToken() + randomToken()];
    setCookie(c, cookie, [connection.name, nonce, codeVerifier].join('.'), { httpOnly: true, sameSite: 'Lax' });
    const next = new URL('https://services.twilio.com/v1/Flex/Authorize');
    const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
    const parameters = { ssoProfileSid: connection.name, codeChallenge, nonce, state: randomToken(), redirectUrl: url };
    for (const [name, value] of Object.entries(parameters)) next.searchParams.set(name, value);
    return c.redirect(host.toLocal(next.href));
  });

  async function beginLegacy(c: Context) {
    const login = startLegacyLogin(account, url);
    const location: string | Refusal = isRefusal(login) ? login : await identityProviderUrl(account, login);
    host.save();
    return typeof location === 'string' ? c.redirect(host.toLocal(location)) : loginFailed(c, location.message);
  }

  return system;
}

function loginFailed(c: Context, reason: string) {
  const body = html`<h1>Flex</h1><section><h2>Login failed</h2><p role="alert">${reason}</p></section>`;
  return c.html(htmlPage('Login failed', body), 401);
}

function landing({ attributes, friendlyName, sid }: Worker, connection: string) {
  const roles = Array.isArray(attributes.roles) ? attributes.roles.join(', ') : '';
  return htmlPage(
    'Flex',
    html`<h1>Flex loads</h1>
<section>
<h2>${attributes.full_name}</h2>
<dl>
<dt>Roles</dt><dd>${roles}</dd>
<dt>Worker</dt><dd><code>${friendlyName}</code> (${sid})</dd>
<dt>Logged in through</dt><dd>the ${connection} connection</dd>
</dl>
</section>`,
  );
}
