import { Hono } from 'hono';
import { oauthError } from './aadsts.js';
import { graphUrl, loginUrl } from './addresses.js';
import type { Directory } from './directory.js';
import type { Entra } from './entra.js';

/** The documents that an OpenID client reads before it signs in. */
export function openIdRoutes(entra: Entra): Hono {
  const routes = new Hono();
  routes.get('/:tenant/v2.0/.well-known/openid-configuration', c => {
    assertTenant(entra.directory, c.req.param('tenant'));
    const tenant = c.req.param('tenant');
    const { cloud, tenantId } = entra.directory;
    const url = (path: string) => loginUrl(path, cloud);
    return c.json({
      token_endpoint: url(`/${tenant}/oauth2/v2.0/token`),
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      jwks_uri: url(`/${tenant}/discovery/v2.0/keys`),
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      issuer: url(`/${tenantId}/v2.0`),
      authorization_endpoint: url(`/${tenant}/oauth2/v2.0/authorize`),
      device_authorization_endpoint: url(`/${tenant}/oauth2/v2.0/devicecode`),
      end_session_endpoint: url(`/${tenant}/oauth2/v2.0/logout`),
      tenant_region_scope: 'EU',
      cloud_instance_name: new URL(url('/')).host.replace(/^login\./, ''),
      msgraph_host: new URL(graphUrl('/', cloud)).host,
    });
  });
  routes.get('/common/discovery/instance', c => {
    const { cloud, tenantId } = entra.directory;
    const { host } = new URL(loginUrl('/', cloud));
    return c.json({
      tenant_discovery_endpoint: loginUrl(`/${tenantId}/v2.0/.well-known/openid-configuration`, cloud),
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    });
  });
  return routes;
}

/** Throws Entra's answer for a tenant that it does not know. `organizations` and `common` stand for whose tenant it is. */
export function assertTenant(directory: Directory, name: string): void {
  if (!isTenant(directory, name))
    throw oauthError(
      400,
      'invalid_request',
      90002,
      `Tenant '${name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    );
}

export function isTenant({ tenantId, verifiedDomains }: Directory, name: string): boolean {
  return [tenantId, ...verifiedDomains.map(domain => domain.name), 'organizations', 'common'].includes(
    name.toLowerCase(),
  );
}
