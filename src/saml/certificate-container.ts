import { createPrivateKey, createPublicKey } from 'node:crypto';

/** What holds certificates or keys, and is not one certificate. */
export type Container = 'pkcs7' | 'pkcs12' | 'keystore' | 'private-key' | 'public-key';

/** OID 1.2.840.113549.1.7, PKCS #7; its kinds of content follow. Source: RFC 2315. */
const pkcs7 = Buffer.from('06092a864886f70d0107', 'hex');
/** Version 3, with which PKCS #12 begins. Source: RFC 7292. */
const version3 = Buffer.from('020103', 'hex');
/** Java's own format, and its variant with secret keys. */
const keystores: readonly number[] = [0xfeedfeed, 0xcececece];

/** Whether these bytes may be DER, of a certificate or of a container; text would garble them. */
export const isDer = (bytes: Buffer): boolean => {
  const [tag, length = 0] = bytes;
  return (tag === 0x30 && length >= 0x80 && length <= 0x84) || isKeystore(bytes);
};

/** A SHA-1 or SHA-256 thumbprint, perhaps with its name before it. */
export const thumbprint = /^(?:[\w ]{0,40}[:=]\s{0,3})?(?:[0-9A-Fa-f]{2}[: ]?){20}(?:(?:[0-9A-Fa-f]{2}[: ]?){12})?$/;

/** The bytes that a text writes in hexadecimal digits, if they may be DER: `3082…`, `30:82:…`, `30 82 …`, `0x30, 0x82, …`. */
export function derInHex(text: string): Buffer | undefined {
  if (!/^[\s{["']{0,9}(?:\\x|0x)?30[\s:,;\\-]{0,3}(?:0x|x)?8/i.test(text)) return undefined;
  const digits = text.replace(/\\x|0x|[^0-9a-z]/gi, '');
  const bytes = /^(?:[0-9a-f]{2})+$/i.test(digits) ? Buffer.from(digits, 'hex') : undefined;
  return bytes && isDer(bytes) ? bytes : undefined;
}

/** Which container the bytes are; undefined if they may be a certificate. */
export function containerIn(bytes: Buffer): Container | undefined {
  if (isKeystore(bytes)) return 'keystore';
  // A SEQUENCE, behind its length.
  const length = bytes[1] ?? 0;
  const content = bytes.subarray(length > 0x80 ? 2 + (length & 0x7f) : 2);
  if (content.subarray(0, pkcs7.length).equals(pkcs7)) return 'pkcs7';
  if (content.subarray(0, version3.length).equals(version3) && content.subarray(0, 40).includes(pkcs7)) return 'pkcs12';
  const key = { key: bytes, format: 'der' } as const;
  if (types.some(type => isRead(() => createPrivateKey({ ...key, type }))) || isEncryptedKey(content))
    return 'private-key';
  return isRead(() => createPublicKey({ ...key, type: 'spki' })) ? 'public-key' : undefined;
}

const types = ['pkcs8', 'pkcs1', 'sec1'] as const;

const isKeystore = (bytes: Buffer) => bytes.length > 4 && keystores.includes(bytes.readUInt32BE(0));

/** OID 1.2.840.113549.1.5, PKCS #5: a key under a password. Source: RFC 8018. */
const isEncryptedKey = (content: Buffer) =>
  content.subarray(0, 16).includes(Buffer.from('06092a864886f70d0105', 'hex'));

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
