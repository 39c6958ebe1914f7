import type { Directory, SigningKey } from './directory.js';

export function signingKeysOf(directory: Directory, servicePrincipalId: string): SigningKey[] {
  return directory.signingKeys.filter(key => key.servicePrincipalId === servicePrincipalId);
}

/**
 * The key that Entra signs with: the preferred one, or, where that is missing or has expired, the newest valid one at
 * once.
 */
export function activeSigningKey(
  directory: Directory,
  servicePrincipalId: string,
  now = new Date(),
): SigningKey | undefined {
  const preferred = directory.servicePrincipals.find(
    one => one.id === servicePrincipalId,
  )?.preferredTokenSigningKeyThumbprint;
  const valid = signingKeysOf(directory, servicePrincipalId).filter(
    key => new Date(key.startDateTime) <= now && new Date(key.endDateTime) > now,
  );
  return valid.find(key => key.thumbprint === preferred?.toUpperCase()) ?? valid.at(-1);
}
