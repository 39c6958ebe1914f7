import { SignedXml } from 'xml-crypto';
import { FlexSsoError } from '../errors.js';
import { isDigest, isUsual, isWeak, setAlgorithms, verifierOf } from './algorithms.js';
import { isCanonicalization, setCanonicalizations } from './canonicalization.js';
import { type Certificate, readCertificate } from './certificate.js';
import { childElements, elementsIn, UnsafeMessage } from './strict-document.js';
import { namespaces } from './xml.js';

/** One signature of a message, and what became of verifying it. */
export interface Signature {
  /** What it signs. */
  of: 'Response' | 'Assertion';
  /** The fragments of the algorithms' names, `rsa-sha256` and `sha256`. */
  algorithm: string;
  digestAlgorithm: string;
  /** How the content is written down for signing (URI), where that is not understood. */
  canonicalization?: string;
  /** Made with SHA-1 or MD5. */
  weak: boolean;
  /** RSA with SHA-256, as Twilio's guide asks for. */
  usual: boolean;
  /** The certificate in the message itself, of several the one that fits. It proves nothing: anybody can put one there. */
  claimedCertificate?: Certificate;
  /**
   * `valid`: made with the key of `certificate`. `altered`: the content is not what was signed. `inconsistent`: it does not even fit a
   * certificate that the message itself carries. `other-key`: made with the key of none of the given certificates. `unsupported`: with
   * an algorithm that is not accepted. `unchecked`: no certificate was given; that the content is not altered was seen without.
   */
  outcome: 'valid' | 'altered' | 'inconsistent' | 'other-key' | 'unsupported' | 'unchecked';
  certificate?: Certificate;
  /** Where valid: exactly what was signed, canonicalised. Nothing else may be believed. */
  content?: string;
}

/** The parts of a signature; algorithms as URIs. */
interface Form {
  signedInfo: Element;
  canonicalization: string;
  algorithm: string;
  digestAlgorithm: string;
}

const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
/** A chain; every certificate more is another key to try. */
const maxClaimed = 5;
const maxPrefixList = 1_000;

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
  const form = readForm(element, parent);
  const { algorithm, digestAlgorithm } = form;
  const claimed = claimedCertificates(element);
  const { outcome, certificate, content } = check(xml, element, form, { certificates, claimed });
  const claimedCertificate = claimed.find(({ thumbprint }) => thumbprint === certificate?.thumbprint) ?? claimed[0];
  return {
    of: parent.localName === 'Response' ? 'Response' : 'Assertion',
    algorithm: fragment(algorithm),
    digestAlgorithm: fragment(digestAlgorithm),
    weak: isWeak(algorithm) || isWeak(digestAlgorithm),
    usual: isUsual(algorithm, digestAlgorithm),
    outcome,
    ...(!isCanonicalization(form.canonicalization) && { canonicalization: form.canonicalization.slice(0, 80) }),
    ...(claimedCertificate && { claimedCertificate }),
    ...(outcome === 'valid' && certificate && { certificate }),
    ...(outcome === 'valid' && content !== undefined && { content }),
  };
}

/** Writes the content down once, and tries every key on it. */
function check(
  xml: string,
  signature: Element,
  { signedInfo, canonicalization, algorithm, digestAlgorithm }: Form,
  { certificates, claimed }: Record<'certificates' | 'claimed', readonly Certificate[]>,
): Pick<Signature, 'outcome' | 'certificate' | 'content'> {
  if (!isCanonicalization(canonicalization) || !isDigest(digestAlgorithm)) return { outcome: 'unsupported' };
  const fits = verifierOf(algorithm);
  const found: { isReached?: true; certificate?: Certificate } = {};
  // The library asks for a key before it asks whether the key fits; which ones are tried is decided here.
  const verifier = new SignedXml({ publicCert: 'none' });
  verifier.idAttributes = ['ID'];
  setCanonicalizations(verifier, signedInfo);
  setAlgorithms(verifier, algorithm, (material, value) => {
    found.isReached = true;
    const certificate = [...certificates, ...claimed].find(({ pem }) => fits?.(pem, material, value));
    if (certificate) found.certificate = certificate;
    return certificate !== undefined && certificates.includes(certificate);
  });
  try {
    verifier.loadSignature(signature);
    // False says that a digest does not fit; a signature that does not fit is thrown.
    if (!verifier.checkSignature(xml)) return { outcome: 'altered' };
  } catch {
    if (!found.isReached) throw forged('its signature is put together as no identity provider does it');
    if (!fits) return { outcome: 'unsupported' };
    if (claimed.length > 0 && !found.certificate) return { outcome: 'inconsistent' };
    return { outcome: certificates.length === 0 ? 'unchecked' : 'other-key', ...found };
  }
  const [content, ...more] = verifier.getSignedReferences();
  if (content === undefined || more.length > 0) throw forged('its signature covers several things');
  return { outcome: 'valid', content, ...found };
}

/** SAML's profile of a signature: one reference, to the very element that holds it, and nothing beside what is needed. */
function readForm(signature: Element, parent: Element): Form {
  const ds = namespaces.signature;
  const one = (holder: Element, name: string): Element => {
    const [found, ...more] = childElements(holder, ds, name);
    if (!found || more.length > 0) throw forged(`its signature holds ${more.length > 0 ? 'several' : 'no'} ${name}`);
    return found;
  };
  const algorithmOf = (element: Element) => element.getAttribute('Algorithm') ?? '';
  if (childElements(signature, ds, 'Object').length > 0) throw forged('its signature carries other content along');
  const signedInfo = one(signature, 'SignedInfo');
  one(signature, 'SignatureValue');
  const reference = one(signedInfo, 'Reference');
  const id = parent.getAttribute('ID');
  if (!id || reference.getAttribute('URI') !== `#${id}`)
    throw forged(`the signature in the ${parent.localName} covers something else`);
  refuseLongLists(signedInfo);
  const transforms = childElements(one(reference, 'Transforms'), ds, 'Transform').map(algorithmOf);
  const written = transforms.filter(transform => transform !== enveloped);
  // Canonicalisation changes nothing that is said, not even one that is not understood here.
  if (transforms.length > 2 || !written.every(transform => isCanonicalization(transform) || /c14n/i.test(transform)))
    throw forged('its signature transforms the content before it signs it');
  const canonicalizations = [algorithmOf(one(signedInfo, 'CanonicalizationMethod')), ...written];
  return {
    signedInfo,
    canonicalization: canonicalizations.find(it => !isCanonicalization(it)) ?? canonicalizations[0] ?? '',
    algorithm: algorithmOf(one(signedInfo, 'SignatureMethod')),
    digestAlgorithm: algorithmOf(one(reference, 'DigestMethod')),
  };
}

/** Every element is looked up against every prefix that a PrefixList names. Real ones name two or three. */
function refuseLongLists(signedInfo: Element): void {
  const lists = elementsIn(signedInfo).map(element => element.getAttribute('PrefixList') ?? '');
  if (lists.some(list => list.length > maxPrefixList))
    throw new UnsafeMessage('unsafe', 'its signature names far too many prefixes');
}

/** The certificates that the message carries, as far as they can be read. */
function claimedCertificates(signature: Element): Certificate[] {
  return childElements(signature, namespaces.signature, 'KeyInfo')
    .flatMap(info => childElements(info, namespaces.signature, 'X509Data'))
    .flatMap(data => childElements(data, namespaces.signature, 'X509Certificate'))
    .slice(0, maxClaimed)
    .flatMap(({ textContent }) => {
      try {
        return textContent ? readCertificate(textContent) : [];
      } catch (error) {
        if (error instanceof FlexSsoError) return [];
        throw error;
      }
    });
}

const forged = (detail: string) => new UnsafeMessage('forged', detail);
const fragment = (algorithm: string) => (algorithm.split('#').at(-1) ?? '').slice(0, 60);
