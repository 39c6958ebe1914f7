import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { permissionError } from '../../errors.js';

export interface ClientCertificate {
  /** SHA-256, hex. */
  thumbprintSha256: string;
  /** PKCS #8 PEM. */
  privateKey: string;
}

/** The certificate and its private key that an application signs in with, from one PEM file. Throws a permission error. */
export async function readClientCertificate(path = ''): Promise<ClientCertificate> {
  try {
    const pem = await readFile(path, 'utf8');
    const certificate = new X509Certificate(pem);
    const key = createPrivateKey(pem);
    if (!certificate.checkPrivateKey(key)) throw new Error('the private key is not the one of the certificate');
    return {
      thumbprintSha256: certificate.fingerprint256.replaceAll(':', ''),
      privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it is unreadable';
    throw permissionError(
      'client-certificate-unreadable',
      `The file that AZURE_CLIENT_CERTIFICATE_PATH names cannot be used: ${why}.`,
      'Name a PEM file that holds the certificate and its private key, without a passphrase.',
      cause,
    );
  }
}
