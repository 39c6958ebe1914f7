import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { refuseOtherOptions } from '../query-options.js';
import { authorizeRoutes } from './authorize.js';
import type { Entra } from './entra.js';
import { federationMetadataRoutes } from './federation-metadata.js';
import { identityProviderAdminRoutes } from './identity-provider-admin.js';
import { openIdRoutes } from './openid.js';
import { samlRoutes } from './saml.js';
import { tokenRoutes } from './token-endpoint.js';

/** Far more than a SAML request or a form of these pages takes. */
const maxBodyBytes = 512 * 1024;

/** login.microsoftonline.com: OpenID for flex-sso itself, SAML for the applications, and the page for other identity providers. */
export function loginSystem(entra: Entra): Hono {
  const login = new Hono();
  login.use(bodyLimit({ maxSize: maxBodyBytes }));
  login.use(async (c, next) => {
    await next();
    // Recorded answers of login.microsoftonline.com have it.
    c.header('x-ms-ests-server', 'flex-sso sandbox');
  });
  login.route('/', identityProviderAdminRoutes(entra));
  login.use(
    // The real service ignores most of them, and then does something else than was asked.
    refuseOtherOptions('login', (c, option) => {
      const words = `The sandbox does not understand the parameter '${option}'.`;
      return c.json({ error: 'invalid_request', error_description: words }, 400);
    }),
  );
  login.route('/', openIdRoutes(entra));
  login.route('/', tokenRoutes(entra));
  login.route('/', authorizeRoutes(entra));
  login.route('/', federationMetadataRoutes(entra));
  login.route('/', samlRoutes(entra));
  login.onError(error => {
    if (error instanceof HTTPException) return error.getResponse();
    throw error;
  });
  return login;
}
