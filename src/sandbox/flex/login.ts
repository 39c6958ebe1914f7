import type { Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { SandboxHost } from '../host.js';
import type { StartedLogin } from './account.js';
import { findConnection } from './connections.js';
import {
  answerConsoleLogin,
  consoleLogin,
  findLogin,
  finishLogin,
  identityProviderUrl,
  resumeSession,
} from './logins.js';
import { isRefusal, type Refusal, refuse, twilioSystem } from './system.js';

const notStarted: Refusal = { status: 400, code: 45004, message: 'IdP-Initiated Default App Not Configured' };

/** login.flex.us1.twilio.com: the hop to the identity provider and the ACS of the enhanced connections. */
export function loginSystem(host: SandboxHost): Hono {
  const { account } = host.world;
  const system = twilioSystem('flex-login');

  system.get('/authorize', async c => {
    const login = findLogin(account, c.req.query('state') ?? '');
    if (!login) return refuse(c, { status: 400, code: 45004, message: 'The login is unknown or expired' });
    if (login.connection === consoleLogin) {
      const outcome = answerConsoleLogin(account, login);
      host.save();
      return isRefusal(outcome)
        ? refuse(c, outcome)
        : goBack(c, login, back => back.searchParams.set('code', outcome.code));
    }
    if (host.breaks.has('stale-session')) {
      // Only a browser that keeps cookies has a session.
      if (c.req.query('session') === undefined) {
        setCookie(c, 'session', 'open', { httpOnly: true, sameSite: 'Lax', path: '/' });
        const again = new URL('https://login.flex.us1.twilio.com/authorize');
        again.search = new URLSearchParams({ ...c.req.query(), session: 'asked' }).toString();
        return c.redirect(host.toLocal(again.href));
      }
      const issued = getCookie(c, 'session') && resumeSession(account, login);
      if (issued) {
        host.save();
        return goBack(c, login, back => back.searchParams.set('code', issued.code));
      }
    }
    const url = await identityProviderUrl(account, login, host.breaks);
    return typeof url === 'string' ? c.redirect(host.toLocal(url)) : refuse(c, url);
  });

  system.post('/login/callback', async c => {
    const { SAMLResponse, RelayState } = await c.req.parseBody();
    const connection = findConnection(account, c.req.query('connection'));
    if (!connection || typeof SAMLResponse !== 'string')
      return refuse(c, { status: 400, code: 45004, message: 'The connection or the SAMLResponse is missing' });
    const login = findLogin(account, typeof RelayState === 'string' ? RelayState : '');
    if (login?.connection !== connection.name) {
      // A login that begins at the identity provider is begun again by Flex itself, where it knows the page.
      const { defaultRedirectUrl } = connection;
      return defaultRedirectUrl ? c.redirect(host.toLocal(defaultRedirectUrl), 303) : refuse(c, notStarted);
    }
    const outcome = await finishLogin(account, login, SAMLResponse, host.breaks);
    host.save();
    return goBack(c, login, back => {
      if ('problem' in outcome) sayNo(back, `${outcome.detail} (45002)`);
      else if (isRefusal(outcome)) sayNo(back, `${outcome.message} (${outcome.code})`);
      else back.searchParams.set('code', outcome.code);
    });
  });

  function goBack(c: Context, login: StartedLogin, say: (back: URL) => void) {
    const back = new URL(login.redirectUrl);
    say(back);
    back.searchParams.set('state', login.state ?? '');
    return c.redirect(host.toLocal(back.href), 303);
  }

  return system;
}

function sayNo(back: URL, description: string): void {
  back.searchParams.set('error', 'access_denied');
  back.searchParams.set('error_description', description);
}
