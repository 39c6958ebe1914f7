import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { permissionError } from '../../errors.js';
import { readGivenFile, whyUnreadable } from '../../given-file.js';

export interface ClientCertificate {
  /** SHA-256, hex. */
  thumbprintSha256: string;
  /** PKCS #8 PEM. */
  privateKey: string;
}

/** The certificate and its private key that an application signs in with, from one PEM file. Throws a permission error. */
export async function readClientCertificate(path = ''): Promise<ClientCertificate> {
  const bytes = await readGivenFile(path).catch(cause => {
    throw unusable(whyUnreadable(cause), cause);
  });
  if (!bytes) throw unusable('it is too large');
  const pem = bytes.toString('utf8');
  const certificate = parsed(() => new X509Certificate(pem), 'it holds no certificate in PEM form');
  const key = parsed(() => privateKeyIn(pem), whyNoKey(pem));
  if (!certificate.checkPrivateKey(key)) throw unusable('its private key is not the one of its certificate');
  if (Date.parse(certificate.validTo) <= Date.now())
    throw unusable(`its certificate expired on ${new Date(certificate.validTo).toISOString().slice(0, 10)}`);
  return {
    thumbprintSha256: certificate.fingerprint256.replaceAll(':', ''),
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Alone: whatever else the file holds is no key, and what is wrong with it is not to be taken for something else. */
function privateKeyIn(pem: string): KeyObject {
  return createPrivateKey(
    /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]*?-----END \1PRIVATE KEY-----/.exec(pem)?.[0] ?? '',
  );
}

function whyNoKey(pem: string): string {
  if (/ENCRYPTED/.test(pem)) return 'its private key has a passphrase';
  return /PRIVATE KEY-----/.test(pem) ? 'its private key is damaged' : 'it holds no private key';
}

function parsed<T>(parse: () => T, why: string): T {
  try {
    return parse();
  } catch (cause) {
    throw unusable(why, cause);
  }
}

/** What OpenSSL says of it helps nobody; it is kept for `--debug`. */
const unusable = (why: string, cause?: unknown) =>
  permissionError(
    'client-certificate-unreadable',
    `The file that AZURE_CLIENT_CERTIFICATE_PATH names cannot be used: ${why}.`,
    'Name a PEM file that holds the certificate and its private key, without a passphrase. Then run `flex-sso resume`.',
    cause,
  );
