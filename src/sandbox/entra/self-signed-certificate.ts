import { createHash, generateKeyPair, randomBytes, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';
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
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const name = sequence(set(sequence(commonNameId, element(0x0c, Buffer.from(commonName)))));
  const toBeSigned = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    // A positive INTEGER without a leading zero byte.
    element(0x02, Buffer.concat([Buffer.from([0x4d]), randomBytes(15)])),
    sha256WithRsa,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, sha256WithRsa, element(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return {
    servicePrincipalId,
    displayName: `CN=${commonName}`,
    thumbprint: createHash('sha1').update(certificate).digest('hex').toUpperCase(),
    signKeyId: randomUUID(),
    verifyKeyId: randomUUID(),
    startDateTime: notBefore.toISOString(),
    endDateTime: notAfter.toISOString(),
    certificate: certificate.toString('base64'),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** The certificate of a key as PEM. */
export function certificatePem(key: SigningKey): string {
  const lines = key.certificate.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** One DER element: tag, length, content. */
function element(tag: number, content: Uint8Array): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Uint8Array[]) => element(0x30, Buffer.concat(parts));
const set = (part: Uint8Array) => element(0x31, part);

/** UTCTime, which X.509 demands for the years before 2050. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\D/g, '');
  return element(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

/** 2.5.4.3 */
const commonNameId = Buffer.from('0603550403', 'hex');
/** 1.2.840.113549.1.1.11 with NULL parameters. */
const sha256WithRsa = Buffer.from('300d06092a864886f70d01010b0500', 'hex');
