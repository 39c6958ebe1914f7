import type { Context, Hono } from 'hono';
import type { SandboxHost } from '../host.js';
import { findLogin, finishLogin, identityProviderUrl, startLegacyLogin } from './logins.js';
import type { SamlProblem } from './saml.js';
import { readFields } from './services.js';
import { isRefusal, type Refusal, refuse, twilioSystem } from './system.js';

/** iam.twilio.com, or the older preview.twilio.com/iam without `/v1`: the legacy login. */
export function iamSystem(host: SandboxHost, prefix: '/v1' | ''): Hono {
  const { account } = host.world;
  const system = twilioSystem('iam');
  const path = `${prefix}/Accounts/${account.accountSid}` as const;

  system.post(`${path}/authenticate`, async c => {
    const { resource } = await readFields(c);
    if (!resource) return refuse(c, { status: 400, code: 20001, message: 'Missing required parameter resource' });
    if (host.breaks.has('legacy-off'))
      return refuse(c, {
        status: 403,
        code: 70251,
        message: 'Invalid SSO settings: no valid certificate for identity realm',
      });
    const login = startLegacyLogin(account, host.toPublic(resource));
    if (isRefusal(login)) return refuse(c, login);
    const location = await identityProviderUrl(account, login, ofLegacyRequests(host.breaks));
    if (typeof location !== 'string') return refuse(c, location);
    host.save();
    return c.json({ location: host.toLocal(location) });
  });

  system.post(`${path}/saml2`, async (c: Context) => {
    const { SAMLResponse, RelayState } = await c.req.parseBody();
    const login = findLogin(account, typeof RelayState === 'string' ? RelayState : '');
    if (login?.connection !== 'legacy' || typeof SAMLResponse !== 'string')
      return refuse(c, {
        status: 400,
        code: 70001,
        message: 'The SAMLResponse answers no login that was started here',
      });
    const outcome = await finishLogin(account, login, SAMLResponse);
    host.save();
    if ('problem' in outcome) return refuse(c, legacyRefusal(outcome));
    if (isRefusal(outcome)) return refuse(c, outcome);
    const back = new URL(login.redirectUrl);
    back.searchParams.set('token', outcome.code);
    return c.redirect(host.toLocal(back.href), 303);
  });

  return system;
}

/** What is wrong with the requests of the legacy connection, by the names that it has for those of the enhanced one. */
const ofLegacyRequests = (breaks: ReadonlySet<string>) =>
  new Set([...breaks].flatMap(name => (name.startsWith('legacy-') ? [name.slice('legacy-'.length)] : [])));

function legacyRefusal({ problem, detail }: SamlProblem): Refusal {
  if (problem === 'issuer') return { status: 401, code: 70004, message: `Invalid issuer. ${detail}` };
  if (problem === 'signature')
    return {
      status: 403,
      code: 70251,
      message: `Invalid SSO settings: no valid certificate for identity realm (${detail})`,
    };
  return { status: 401, code: 70004, message: detail };
}
