import type { IdentityProviderData } from '../../migration/facts.js';
import { issuerOf, ssoUrlOf } from './addresses.js';
import { assertionsOf } from './claims.js';
import type { Directory } from './directory.js';
import { legacyAppId } from './legacy-application.js';
import { certificatePem } from './self-signed-certificate.js';
import { activeSigningKey, signingKeysOf } from './signing-keys.js';

/** What the Flex administrator once copied from the application into the legacy connection. */
export function legacyIdentityProviderData(directory: Directory): IdentityProviderData {
  const servicePrincipal = only(directory.servicePrincipals);
  // An expired certificate signs nothing any more, and is still what was copied.
  const key = activeSigningKey(directory, servicePrincipal.id) ?? signingKeysOf(directory, servicePrincipal.id).at(-1);
  if (!key) throw new Error('The legacy application of the sandbox has no signing certificate.');
  return {
    issuer: issuerOf(directory),
    ssoUrl: ssoUrlOf(directory),
    certificate: certificatePem(key),
  };
}

/** What Flex's legacy connection calls itself: what the application has for it. */
export function legacyServiceProvider(directory: Directory): { entityId: string; acsUrl: string } {
  const { identifierUris, web } = only(directory.applications);
  return { entityId: identifierUris[0] ?? '', acsUrl: (web.redirectUris.at(-1) ?? '').replace(/\/$/, '') };
}

/**
 * What the legacy application says of each user who may log in: the Workers that Flex made of their first logins. They were made
 * before anybody misnamed or dropped a claim that Flex requires.
 */
export function legacyAssertions(
  directory: Directory,
): { nameId: string; email: string; fullName: string; roles: string[] }[] {
  const contentFor = assertionsOf(directory, only(directory.applications));
  return directory.users.map(user => {
    const { nameId, attributes } = contentFor(user);
    const values = (name: string) =>
      attributes.find(attribute => attribute.name === name || attribute.name.endsWith(`/${name}`))?.values ?? [];
    return {
      nameId: nameId ?? '',
      email: values('email')[0] ?? '',
      fullName: values('full_name')[0] ?? user.displayName,
      roles: [...values('roles')],
    };
  });
}

function only<T extends { appId: string }>(objects: readonly T[]): T {
  const found = objects.find(one => one.appId === legacyAppId);
  if (!found) throw new Error('The sandbox holds no legacy application any more.');
  return found;
}
