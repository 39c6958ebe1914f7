import { randomUUID, X509Certificate } from 'node:crypto';
import type { SigningKey } from './directory.js';

/** As long as Entra lets a SAML signing certificate be valid, and as long as it is valid unless told otherwise. */
export function threeYearsAfter(date: Date): Date {
  const end = new Date(date);
  end.setUTCFullYear(date.getUTCFullYear() + 3);
  return end;
}

/** Makes a SAML signing certificate like Entra's own: RSA 2048, SHA-256, self-signed. `commonName` without `CN=`. */
export async function createSigningKey(options: {
  servicePrincipalId: string;
  commonName: string;
  notBefore?: Date;
  notAfter?: Date;
}): Promise<SigningKey> {
  const { servicePrincipalId, commonName, notBefore = new Date(), notAfter = threeYearsAfter(notBefore) } = options;
  // Most runs need no new key, and every run would pay for loading it.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: notBefore,
    notAfterDate: notAfter,
  });
  const certificate = new X509Certificate(made.cert);
  return {
    servicePrincipalId,
    displayName: `CN=${commonName}`,
    thumbprint: certificate.fingerprint.replaceAll(':', ''),
    signKeyId: randomUUID(),
    verifyKeyId: randomUUID(),
    startDateTime: notBefore.toISOString(),
    endDateTime: notAfter.toISOString(),
    certificate: certificate.raw.toString('base64'),
    privateKey: made.private,
  };
}

/** The certificate of a key as PEM. */
export function certificatePem(key: SigningKey): string {
  const lines = key.certificate.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
