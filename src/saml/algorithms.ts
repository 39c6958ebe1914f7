import { constants, createHash, createPublicKey, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto';
import type { SignedXml } from 'xml-crypto';

const xmldsig = 'http://www.w3.org/2000/09/xmldsig#';
const xmlenc = 'http://www.w3.org/2001/04/xmlenc#';
const more = 'http://www.w3.org/2001/04/xmldsig-more#';
const later = 'http://www.w3.org/2007/05/xmldsig-more#';

/** How the public key of a certificate (PEM) is tried on a signature. */
type Fits = (certificate: string, material: Buffer, signature: Buffer) => boolean;

/** What can be verified; everything else is refused, above all what needs a shared secret. Source: RFC 9231. */
const signatures: ReadonlyMap<string, Fits> = new Map([
  [`${xmldsig}rsa-sha1`, rsa('sha1')],
  ...['sha256', 'sha384', 'sha512'].flatMap((hash): [string, Fits][] => [
    [`${more}rsa-${hash}`, rsa(hash)],
    [`${more}ecdsa-${hash}`, ecdsa(hash)],
    [`${later}${hash}-rsa-MGF1`, rsaPss(hash)],
  ]),
]);
/** SHA-2 has its names in two namespaces, and products mix them up; the name is signed too. */
const digests: ReadonlyMap<string, string> = new Map([
  [`${xmldsig}sha1`, 'sha1'],
  ...['sha256', 'sha384', 'sha512'].flatMap((hash): [string, string][] => [
    [`${xmlenc}${hash}`, hash],
    [`${more}${hash}`, hash],
  ]),
]);

/** How a signature by this algorithm (URI) is verified; undefined where it cannot be. */
export const verifierOf = (algorithm: string): Fits | undefined => signatures.get(algorithm);

/** Whether a digest by this algorithm (URI) can be computed. */
export const isDigest = (algorithm: string): boolean => digests.has(algorithm);

/** Whether an algorithm is broken: somebody else may be able to make the same signature. */
export const isWeak = (algorithm: string): boolean => /(sha1|md[245])$/i.test(algorithm);

/** What Twilio's guide asks for. */
export const isUsual = (algorithm: string, digestAlgorithm: string): boolean =>
  algorithm === `${more}rsa-sha256` && digestAlgorithm === `${xmlenc}sha256`;

/** Has the library compute these digests alone, and ask `isSigned` (canonical SignedInfo, signature) whatever the algorithm. */
export function setAlgorithms(
  verifier: SignedXml,
  algorithm: string,
  isSigned: (material: Buffer, signature: Buffer) => boolean,
): void {
  // The library makes an instance of what it finds in its tables; nothing is signed here.
  verifier.SignatureAlgorithms = {
    [algorithm]: class {
      getAlgorithmName = () => algorithm;
      getSignature = () => '';
      verifySignature = (material: string, _key: unknown, value: string) =>
        isSigned(Buffer.from(material), Buffer.from(value, 'base64'));
    },
  };
  verifier.HashAlgorithms = Object.fromEntries(
    [...digests].map(([uri, hash]) => [
      uri,
      class {
        getAlgorithmName = () => uri;
        getHash = (xml: string) => createHash(hash).update(xml, 'utf8').digest('base64');
      },
    ]),
  );
}

function rsa(hash: string): Fits {
  return fitting(hash, ['rsa'], {});
}

/** Without parameters the salt is as long as the hash. Source: RFC 9231, 2.3.9. */
function rsaPss(hash: string): Fits {
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  return fitting(hash, ['rsa', 'rsa-pss'], { padding, saltLength });
}

/** Two numbers side by side, not the DER that is usual elsewhere. */
function ecdsa(hash: string): Fits {
  return fitting(hash, ['ec'], { dsaEncoding: 'ieee-p1363' });
}

function fitting(
  hash: string,
  keys: readonly KeyObject['asymmetricKeyType'][],
  options: Omit<VerifyKeyObjectInput, 'key'>,
): Fits {
  return (certificate, material, signature) => {
    const key = createPublicKey(certificate);
    if (!keys.includes(key.asymmetricKeyType)) return false;
    try {
      return verify(hash, material, { key, ...options }, signature);
    } catch {
      // A key that may not be used in this way made no such signature.
      return false;
    }
  };
}
