import type { Application, Directory, ServicePrincipal, SigningKey } from '../directory.js';
import { signingKeysOf } from '../signing-keys.js';
import type { Entity } from './filter.js';

/** An application as Graph shows it. */
export function presentApplication(application: Application): Entity {
  return {
    ...application,
    appRoles: presentRoles(application),
    keyCredentials: [],
    passwordCredentials: [],
    samlMetadataUrl: null,
  };
}

/**
 * A service principal as Graph shows it: with what it mirrors from its application. `withKeys` for a read of one object
 * that selects keyCredentials; without it Graph leaves the certificates out.
 */
export function presentServicePrincipal(
  directory: Directory,
  servicePrincipal: ServicePrincipal,
  application: Application,
  withKeys = false,
): Entity {
  return {
    ...servicePrincipal,
    alternativeNames: [],
    appDisplayName: application.displayName,
    appRoles: presentRoles(application),
    homepage: application.web.homePageUrl,
    logoutUrl: application.web.logoutUrl,
    replyUrls: [...application.web.redirectUris],
    servicePrincipalNames: [...application.identifierUris, application.appId],
    signInAudience: application.signInAudience,
    keyCredentials: signingKeysOf(directory, servicePrincipal.id).flatMap(key => keyCredentials(key, withKeys)),
    passwordCredentials: [],
    oauth2PermissionScopes: [],
  };
}

const presentRoles = (application: Application) =>
  application.appRoles.map(role => ({ ...role, origin: 'Application' }));

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
