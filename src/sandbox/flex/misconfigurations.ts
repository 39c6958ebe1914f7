import { issuerOf, loginUrl, otherTenantId, ssoUrlOf, unknownTenantId } from '../entra/addresses.js';
import { certificatePem, createSigningKey } from '../entra/self-signed-certificate.js';
import type { Misconfiguration } from '../setting.js';
import type { EnhancedConnection } from './account.js';
import { sid } from './sids.js';

type IdentityProviderData = NonNullable<EnhancedConnection['identityProviderData']>;

const holding =
  (data: (held: IdentityProviderData, tenantId: string) => Partial<IdentityProviderData>): Misconfiguration =>
  ({ connection, directory }) => {
    if (connection.identityProviderData)
      Object.assign(connection.identityProviderData, data(connection.identityProviderData, directory.tenantId));
  };

/** What can be entered wrongly in Flex Console, or was never entered. */
export const flexMisconfigurations: Readonly<Record<string, Misconfiguration>> = {
  'wrong-tenant': holding(() => ({ issuer: issuerOf(otherTenantId), ssoUrl: ssoUrlOf(otherTenantId) })),
  'unknown-tenant': holding(() => ({ issuer: issuerOf(unknownTenantId), ssoUrl: ssoUrlOf(unknownTenantId) })),
  'issuer-wrong': holding((_, tenantId) => ({ issuer: loginUrl(`/${tenantId}/v2.0`) })),
  'issuer-without-slash': holding(({ issuer }) => ({ issuer: issuer.replace(/\/$/, '') })),
  'sso-url-wrong': holding((_, tenantId) => ({ ssoUrl: loginUrl(`/${tenantId}/wsfed`) })),
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
