import { issuerOf, loginUrl, otherTenantId, ssoUrlOf, unknownTenantId } from '../entra/addresses.js';
import type { Directory } from '../entra/directory.js';
import { certificatePem, createSigningKey } from '../entra/self-signed-certificate.js';
import type { Misconfiguration } from '../setting.js';
import type { EnhancedConnection } from './account.js';
import { sid } from './sids.js';

type Tenant = Pick<Directory, 'tenantId' | 'cloud'>;
type IdentityProviderData = NonNullable<EnhancedConnection['identityProviderData']>;

const holding =
  (data: (held: IdentityProviderData, tenant: Tenant) => Partial<IdentityProviderData>): Misconfiguration =>
  ({ connection, directory }) => {
    if (connection.identityProviderData)
      Object.assign(connection.identityProviderData, data(connection.identityProviderData, directory));
  };

const ofTenant = (tenant: Tenant) => ({ issuer: issuerOf(tenant), ssoUrl: ssoUrlOf(tenant) });

/** What can be entered wrongly in Flex Console, or was never entered. */
export const flexMisconfigurations: Readonly<Record<string, Misconfiguration>> = {
  'wrong-tenant': holding((_, tenant) => ofTenant({ ...tenant, tenantId: otherTenantId })),
  'unknown-tenant': holding((_, tenant) => ofTenant({ ...tenant, tenantId: unknownTenantId })),
  'issuer-wrong': holding((_, { tenantId, cloud }) => ({ issuer: loginUrl(`/${tenantId}/v2.0`, cloud) })),
  'issuer-without-slash': holding(({ issuer }) => ({ issuer: issuer.replace(/\/$/, '') })),
  'sso-url-wrong': holding((_, { tenantId, cloud }) => ({ ssoUrl: loginUrl(`/${tenantId}/wsfed`, cloud) })),
  async 'certificate-wrong'({ connection, servicePrincipal }) {
    const other = await createSigningKey({
      servicePrincipalId: servicePrincipal.id,
      commonName: 'Another application',
    });
    if (connection.identityProviderData) connection.identityProviderData.certificate = certificatePem(other);
  },
  'trusted-url-missing'({ connection }) {
    connection.trustedUrls = [];
  },
  'redirect-url-missing'({ connection }) {
    connection.defaultRedirectUrl = '';
    connection.trustedUrls = connection.trustedUrls.filter(url => url.startsWith('http://localhost'));
  },
  'login-popup'({ connection }) {
    connection.loginUsingPopup = true;
  },
  'connection-missing'({ account, connection }) {
    account.connections = account.connections.filter(held => held !== connection);
  },
  'connection-inactive'({ connection }) {
    connection.active = false;
  },
  'identity-provider-data-missing'({ connection }) {
    delete connection.identityProviderData;
  },
  'oauth-stale'({ connection }) {
    connection.clientId = sid('', connection.name, 'made anew');
  },
};
