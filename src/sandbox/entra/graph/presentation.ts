import type { Application, AppRole, ServicePrincipal, SigningKey } from '../directory.js';
import type { Entra } from '../entra.js';
import { signingKeysOf } from '../signing-keys.js';
import type { Entity } from './filter.js';

/** An application as Graph shows it. */
export function presentApplication(entra: Entra, application: Application): Entity {
  const inOrder = orderOf(entra);
  return {
    ...application,
    identifierUris: inOrder(application.identifierUris),
    web: { ...application.web, redirectUris: inOrder(application.web.redirectUris) },
    appRoles: presentRoles(application),
    keyCredentials: [],
    passwordCredentials: [],
    samlMetadataUrl: null,
  };
}

/**
 * A service principal as Graph shows it: with what it mirrors from its application. `withKeys` for a read of one object
 * that selects keyCredentials; without it Graph leaves the certificates out. `listed`: one of a list, which is no read of
 * it.
 */
export function presentServicePrincipal(
  entra: Entra,
  servicePrincipal: ServicePrincipal,
  application: Application,
  { withKeys = false, listed = false }: { withKeys?: boolean; listed?: boolean } = {},
): Entity {
  const inOrder = orderOf(entra);
  const keys = signingKeysOf(entra.directory, servicePrincipal.id).filter(
    key => listed || entra.replication.isCertified(key.thumbprint),
  );
  return {
    ...servicePrincipal,
    alternativeNames: [],
    appDisplayName: application.displayName,
    appRoles: presentRoles(application),
    homepage: application.web.homePageUrl,
    logoutUrl: application.web.logoutUrl,
    replyUrls: inOrder(application.web.redirectUris),
    servicePrincipalNames: [...inOrder(application.identifierUris), application.appId],
    signInAudience: application.signInAudience,
    keyCredentials: keys.flatMap(key => keyCredentials(key, withKeys)),
    passwordCredentials: [],
    oauth2PermissionScopes: [],
  };
}

/** The order in which identifiers and reply URLs come: Entra promises none. */
function orderOf(entra: Entra): (values: readonly string[]) => string[] {
  const reversed = entra.turn('identifiers-unordered', 2, Number.POSITIVE_INFINITY);
  return values => (reversed ? values.toReversed() : [...values]);
}

export const presentRole = (role: AppRole) => ({ ...role, origin: 'Application' });
const presentRoles = ({ appRoles }: Application) => appRoles.map(presentRole);

/** Base64 of the same bytes that the thumbprint shows in hex. */
export const customKeyIdentifier = (key: SigningKey) => Buffer.from(key.thumbprint, 'hex').toString('base64');

function keyCredentials(key: SigningKey, withKeys: boolean) {
  const shared = {
    customKeyIdentifier: customKeyIdentifier(key),
    displayName: key.displayName,
    startDateTime: key.startDateTime,
    endDateTime: key.endDateTime,
  };
  return [
    { ...shared, key: null, keyId: key.signKeyId, type: 'X509CertAndPassword', usage: 'Sign' },
    {
      ...shared,
      key: withKeys ? key.certificate : null,
      keyId: key.verifyKeyId,
      type: 'AsymmetricX509Cert',
      usage: 'Verify',
    },
  ];
}
