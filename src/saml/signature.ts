import { SignedXml } from 'xml-crypto';
import { FlexSsoError } from '../errors.js';
import { type Certificate, readCertificate } from './certificate.js';
import { childElements, UnsafeMessage } from './strict-document.js';
import { namespaces } from './xml.js';

/** One signature of a message, and what became of verifying it. */
export interface Signature {
  /** What it signs. */
  of: 'Response' | 'Assertion';
  /** The fragments of the algorithms' names, `rsa-sha256` and `sha256`. */
  algorithm: string;
  digestAlgorithm: string;
  /** Made with SHA-1. */
  weak: boolean;
  /** The certificate in the message itself. It proves nothing: anybody can put one there. */
  claimedCertificate?: Certificate;
  /**
   * `valid`: made with the key of `certificate`. `altered`: the content is not what was signed. `other-key`: made with the key of
   * none of the given certificates. `unsupported`: with an algorithm that is not accepted. `unchecked`: no certificate was given.
   */
  outcome: 'valid' | 'altered' | 'other-key' | 'unsupported' | 'unchecked';
  certificate?: Certificate;
  /** Where valid: exactly what was signed, canonicalised. Nothing else may be believed. */
  content?: string;
}

const algorithms: Readonly<Record<string, { weak: boolean }>> = {
  'http://www.w3.org/2000/09/xmldsig#rsa-sha1': { weak: true },
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': { weak: false },
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': { weak: false },
};
const digests: Readonly<Record<string, { weak: boolean }>> = {
  'http://www.w3.org/2000/09/xmldsig#sha1': { weak: true },
  'http://www.w3.org/2001/04/xmlenc#sha256': { weak: false },
  'http://www.w3.org/2001/04/xmlenc#sha512': { weak: false },
};
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const canonicalizations = [exclusive, `${exclusive}WithComments`, inclusive, `${inclusive}#WithComments`];
const transforms = ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', ...canonicalizations];

/**
 * Verifies the signature that stands in `parent` with the given certificates, never with one that the message brings along.
 * undefined where `parent` holds none. Throws `UnsafeMessage` where it is not formed as SAML demands.
 */
export function verifySignature(
  xml: string,
  parent: Element,
  certificates: readonly Certificate[],
): Signature | undefined {
  const [element, second] = childElements(parent, namespaces.signature, 'Signature');
  if (!element) return undefined;
  if (second) throw new UnsafeMessage('forged', 'an element holds two signatures');
  const { algorithm, digestAlgorithm } = readForm(element, parent);
  const claimedCertificate = claimed(element);
  const signature: Signature = {
    of: parent.localName === 'Response' ? 'Response' : 'Assertion',
    algorithm: fragment(algorithm),
    digestAlgorithm: fragment(digestAlgorithm),
    weak: own(algorithms, algorithm)?.weak === true || own(digests, digestAlgorithm)?.weak === true,
    outcome: certificates.length === 0 ? 'unchecked' : 'other-key',
    ...(claimedCertificate && { claimedCertificate }),
  };
  if (!own(algorithms, algorithm) || !own(digests, digestAlgorithm)) return { ...signature, outcome: 'unsupported' };
  for (const certificate of certificates) {
    const checked = check(xml, element, certificate);
    if (checked === 'altered') return { ...signature, outcome: 'altered' };
    if (checked) return { ...signature, outcome: 'valid', certificate, content: checked.content };
  }
  return signature;
}

/** What was signed, where this certificate's key signed it. */
function check(xml: string, signature: Element, certificate: Certificate): { content: string } | 'altered' | undefined {
  const verifier = new SignedXml({ publicCert: certificate.pem });
  try {
    verifier.loadSignature(signature);
    // False says that a digest does not fit; a signature that does not fit is thrown.
    if (!verifier.checkSignature(xml)) return 'altered';
  } catch {
    return undefined;
  }
  const [content, ...more] = verifier.getSignedReferences();
  return content === undefined || more.length > 0 ? undefined : { content };
}

/** SAML's profile of a signature: one reference, to the very element that holds it, and nothing beside what is needed. */
function readForm(signature: Element, parent: Element): { algorithm: string; digestAlgorithm: string } {
  const ds = namespaces.signature;
  const one = (holder: Element, name: string): Element => {
    const [found, ...more] = childElements(holder, ds, name);
    if (!found || more.length > 0) throw forged(`its signature holds ${more.length > 0 ? 'several' : 'no'} ${name}`);
    return found;
  };
  if (childElements(signature, ds, 'Object').length > 0) throw forged('its signature carries other content along');
  const signedInfo = one(signature, 'SignedInfo');
  one(signature, 'SignatureValue');
  const reference = one(signedInfo, 'Reference');
  const id = parent.getAttribute('ID');
  if (!id || reference.getAttribute('URI') !== `#${id}`)
    throw forged(`the signature in the ${parent.localName} covers something else`);
  const canonicalization = one(signedInfo, 'CanonicalizationMethod').getAttribute('Algorithm') ?? '';
  const used = childElements(one(reference, 'Transforms'), ds, 'Transform').map(
    it => it.getAttribute('Algorithm') ?? '',
  );
  if (!canonicalizations.includes(canonicalization) || used.length > 2 || !used.every(it => transforms.includes(it)))
    throw forged('its signature transforms the content before it signs it');
  return {
    algorithm: one(signedInfo, 'SignatureMethod').getAttribute('Algorithm') ?? '',
    digestAlgorithm: one(reference, 'DigestMethod').getAttribute('Algorithm') ?? '',
  };
}

function claimed(signature: Element): Certificate | undefined {
  const [text] = childElements(signature, namespaces.signature, 'KeyInfo')
    .flatMap(info => childElements(info, namespaces.signature, 'X509Data'))
    .flatMap(data => childElements(data, namespaces.signature, 'X509Certificate'))
    .map(certificate => certificate.textContent ?? '');
  try {
    return text ? readCertificate(text) : undefined;
  } catch (error) {
    if (error instanceof FlexSsoError) return undefined;
    throw error;
  }
}

const forged = (detail: string) => new UnsafeMessage('forged', detail);
const own = <T>(table: Readonly<Record<string, T>>, name: string) =>
  Object.hasOwn(table, name) ? table[name] : undefined;
const fragment = (algorithm: string) => (algorithm.split('#').at(-1) ?? '').slice(0, 60);
