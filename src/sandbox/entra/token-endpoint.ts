import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { oauthError } from './aadsts.js';
import { loginUrl } from './addresses.js';
import { assertClient } from './client-authentication.js';
import type { Entra } from './entra.js';
import { readForm } from './form.js';
import { grants } from './grants.js';
import { assertTenant } from './openid.js';
import { opaque } from './tokens.js';

const deviceCodeSeconds = 900;
/** Microsoft's is 5; who practises here shall not wait for nothing. */
const pollSeconds = 1;

/** `oauth2/v2.0/token` and `oauth2/v2.0/devicecode`. */
export function tokenRoutes(entra: Entra): Hono {
  const routes = new Hono();
  routes.post('/:tenant/oauth2/v2.0/token', async c => {
    assertTenant(entra.directory, c.req.param('tenant'));
    const form = await readForm(c);
    assertClient(entra.directory, form.client_id);
    const grant = grants.get(form.grant_type ?? '');
    if (!grant)
      throw oauthError(
        400,
        'unsupported_grant_type',
        70003,
        `The app requested an unsupported grant type '${form.grant_type ?? ''}'.`,
      );
    if (entra.has('consent-missing'))
      throw oauthError(
        400,
        'invalid_grant',
        65001,
        `The user or administrator has not consented to use the application with ID '${form.client_id}' named 'flex-sso'. Send an interactive authorization request for this user and resource.`,
      );
    return c.json(grant(entra, form), 200, { 'Cache-Control': 'no-store' });
  });
  routes.post('/:tenant/oauth2/v2.0/devicecode', async c => {
    assertTenant(entra.directory, c.req.param('tenant'));
    const { client_id: clientId = '' } = await readForm(c);
    assertClient(entra.directory, clientId);
    const code = opaque();
    const userCode = randomBytes(5).toString('hex').slice(0, 9).toUpperCase();
    entra.tokens.deviceCodes.set(code, { clientId, userCode });
    const verificationUri = loginUrl('/common/oauth2/deviceauth', entra.directory.cloud);
    return c.json({
      user_code: userCode,
      device_code: code,
      verification_uri: verificationUri,
      expires_in: deviceCodeSeconds,
      interval: pollSeconds,
      message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${userCode} to authenticate.`,
    });
  });
  return routes;
}
