import { createSigningKey, threeYearsAfter } from '../self-signed-certificate.js';
import { signingKeysOf } from '../signing-keys.js';
import type { Shown } from './index.js';

/** As the admin center names every certificate that it makes. */
const commonName = 'Microsoft Azure Federated SSO Certificate';

/** Makes a certificate that is not active; answers what is wrong with its date (YYYY-MM-DD) where it is not made. */
export async function addCertificate({ entra, servicePrincipal }: Shown, expires: string): Promise<string | undefined> {
  const notBefore = new Date();
  const notAfter = new Date(/^\d{4}-\d\d-\d\d$/.test(expires) ? `${expires}T00:00:00Z` : Number.NaN);
  if (!(notAfter > notBefore && notAfter <= threeYearsAfter(notBefore)))
    return 'The Expiration Date has to lie in the future and at most three years away.';
  const key = await createSigningKey({ servicePrincipalId: servicePrincipal.id, commonName, notBefore, notAfter });
  entra.directory.signingKeys.push(key);
  entra.replication.certified(key.thumbprint);
  return undefined;
}

export function makeCertificateActive({ entra, servicePrincipal }: Shown, thumbprint: string): string | undefined {
  const key = signingKeysOf(entra.directory, servicePrincipal.id).find(one => one.thumbprint === thumbprint);
  if (!key) return 'There is no such certificate.';
  entra.replication.changing(servicePrincipal);
  servicePrincipal.preferredTokenSigningKeyThumbprint = key.thumbprint;
  return undefined;
}
