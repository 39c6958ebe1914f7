import { z } from 'zod';
import type { Directory, ServicePrincipal } from '../directory.js';
import { signingKeysOf } from '../signing-keys.js';
import { badRequest } from './refusals.js';

const maxNotificationEmailAddresses = 5;

/** What may be changed of a service principal; what it mirrors from its application may not. */
export const servicePrincipalPatch = z
  .strictObject({
    accountEnabled: z.boolean(),
    appRoleAssignmentRequired: z.boolean(),
    loginUrl: z.url().nullable(),
    notes: z.string().nullable(),
    notificationEmailAddresses: z.array(z.email()).max(maxNotificationEmailAddresses),
    preferredSingleSignOnMode: z.enum(['saml', 'password', 'oidc', 'notSupported', 'external']).nullable(),
    preferredTokenSigningKeyThumbprint: z.string().nullable(),
    samlSingleSignOnSettings: z.strictObject({ relayState: z.string().nullable() }).nullable(),
    tags: z.array(z.string()),
    keyCredentials: z.array(z.looseObject({ keyId: z.guid() })),
  })
  .partial();

/** Changes a service principal, or refuses the whole change as Graph does. */
export function patchServicePrincipal(
  directory: Directory,
  servicePrincipal: ServicePrincipal,
  patch: z.infer<typeof servicePrincipalPatch>,
): void {
  const { keyCredentials, preferredTokenSigningKeyThumbprint: thumbprint, ...plain } = patch;
  const keys = signingKeysOf(directory, servicePrincipal.id);
  if (thumbprint && !keys.some(key => key.thumbprint === thumbprint.toUpperCase()))
    throw badRequest('The preferredTokenSigningKeyThumbprint is that of no certificate of this service principal.');
  if (keyCredentials) {
    const kept = new Set(keyCredentials.map(({ keyId }) => keyId));
    const known = new Set(keys.flatMap(key => [key.signKeyId, key.verifyKeyId]));
    if ([...kept].some(keyId => !known.has(keyId)))
      throw badRequest('The sandbox adds signing certificates by addTokenSigningCertificate alone.');
    const isGone = (keyId: string) => known.has(keyId) && !kept.has(keyId);
    directory.signingKeys = directory.signingKeys.filter(key => !isGone(key.signKeyId) && !isGone(key.verifyKeyId));
  }
  Object.assign(
    servicePrincipal,
    plain,
    thumbprint !== undefined && { preferredTokenSigningKeyThumbprint: thumbprint },
  );
}
