import { type Assertion, type Envelope, readAssertion, readEnvelope } from './assertion.js';
import type { Certificate } from './certificate.js';
import { type Signature, verifySignature } from './signature.js';
import {
  childElements,
  elementsIn,
  parseSignedMessage,
  parseStrictly,
  UnsafeMessage,
  withoutLeadingComments,
} from './strict-document.js';
import { namespaces } from './xml.js';

/**
 * How far a SAML response may be believed.
 * `refused`: it is built as no identity provider builds one; nothing of it was read.
 * `unverified`: what it claims, for diagnosis alone, never as an identity.
 * `verified`: every signature that it carries is valid under a given certificate, and `assertion` was read from what was signed;
 * `envelope` too where the response itself is signed, else that part is only what the message claims.
 */
export type ResponseReading =
  | { level: 'refused'; reason: UnsafeMessage['reason']; detail: string }
  | {
      level: 'unverified' | 'verified';
      envelope: Envelope;
      assertion?: Assertion;
      encrypted: boolean;
      /** Whether the assertion carries others as its advice. */
      hasAdvice: boolean;
      signatures: readonly Signature[];
    };

/**
 * Reads a SAML response strictly. The key comes from `certificates` alone, never from the message. One assertion at most is
 * accepted, as a child of the response; a signature only in what it signs.
 */
export function readResponse(xml: string, options: { certificates?: readonly Certificate[] } = {}): ResponseReading {
  try {
    return read(plain(xml), options.certificates ?? []);
  } catch (error) {
    if (error instanceof UnsafeMessage) return { level: 'refused', reason: error.reason, detail: error.message };
    throw error;
  }
}

/** What a response claims, for telling what it is: much faster, as nothing is verified. undefined where it is refused. */
export function readClaims(xml: string): { envelope: Envelope; assertion?: Assertion } | undefined {
  try {
    return claimsOf(openResponse(plain(xml)));
  } catch (error) {
    if (error instanceof UnsafeMessage) return undefined;
    throw error;
  }
}

const plain = (xml: string) => withoutLeadingComments(xml.replace(/^\uFEFF/, '').trim());

interface Opened {
  root: Element;
  assertion?: Element;
  encrypted: boolean;
  hasAdvice: boolean;
}

/** The parts of a message that is built as identity providers build one. */
function openResponse(xml: string): Opened {
  const root = parseSignedMessage(xml);
  refuseOther(root);
  const advice = adviceIn(root);
  const held = onlyAssertion(root, advice);
  refuseStrayed(root, [root, ...(held.assertion ? [held.assertion] : []), ...advice]);
  return { root, ...held, hasAdvice: advice.length > 0 };
}

/** Says what the outermost element is, if it is not a response of SAML 2.0. */
function refuseOther({ localName, namespaceURI }: Element): void {
  const envelope = Object.hasOwn(envelopes, localName) && envelopes[localName];
  if (envelope) throw new UnsafeMessage('enveloped', `its outermost element is <${localName}>: ${envelope}`);
  if (localName !== 'Response')
    throw new UnsafeMessage('malformed', 'its outermost element is not a SAML 2.0 Response');
  if (namespaceURI === namespaces.protocol) return;
  if (/:SAML:1\.[01]:/.test(namespaceURI ?? ''))
    throw new UnsafeMessage('enveloped', 'it is a response of SAML 1, and Flex speaks SAML 2.0');
  const seen = namespaceURI ? 'another namespace' : 'no namespace';
  throw new UnsafeMessage('malformed', `its <Response> has ${seen}; it needs that of xmlns="${namespaces.protocol}"`);
}

/** What a response travels in by a binding that is not Flex's. */
const envelopes: Readonly<Record<string, string>> = {
  ArtifactResponse: 'the identity provider uses the artifact binding',
  Envelope: 'it is SOAP, as back channels use it',
  RequestSecurityTokenResponse: 'it is WS-Federation',
  RequestSecurityTokenResponseCollection: 'it is WS-Federation',
};

/**
 * Assertions that the one of the response carries as its Advice. They are tolerated only if what they stand in is signed by its own
 * signature: else a signed assertion may have been moved there. They are never read. Source: SAML 2.0 Core, 2.6.1.
 */
function adviceIn(root: Element): Element[] {
  const [assertion, second] = childElements(root, namespaces.assertion, 'Assertion');
  if (!assertion || second) return [];
  const isSigned = [root, assertion].some(it => childElements(it, namespaces.signature, 'Signature').length > 0);
  if (!isSigned) return [];
  return childElements(assertion, namespaces.assertion, 'Advice').flatMap(advice =>
    childElements(advice, namespaces.assertion, 'Assertion'),
  );
}

const claimsOf = ({ root, assertion }: Opened) => ({
  envelope: readEnvelope(root),
  ...(assertion && { assertion: readAssertion(assertion) }),
});

function read(xml: string, certificates: readonly Certificate[]): ResponseReading {
  const opened = openResponse(xml);
  const { root, assertion, encrypted, hasAdvice } = opened;
  const signatures = [root, ...(assertion ? [assertion] : [])].flatMap(
    element => verifySignature(xml, element, certificates) ?? [],
  );
  const signed = signedElements(signatures, root, assertion);
  if (signed)
    return {
      level: 'verified',
      envelope: readEnvelope(signed.response ?? root),
      ...(signed.assertion && { assertion: readAssertion(signed.assertion) }),
      encrypted,
      hasAdvice,
      signatures,
    };
  return { level: 'unverified', ...claimsOf(opened), encrypted, hasAdvice, signatures };
}

/** The one assertion that a response may hold, as its child; anything else that looks like one, but for advice, is an attack. */
function onlyAssertion(root: Element, advice: readonly Element[]): { assertion?: Element; encrypted: boolean } {
  const named = (name: string) =>
    elementsIn(root).filter(element => element.localName.toLowerCase() === name && !advice.includes(element));
  const held = named('assertion');
  const children = childElements(root, namespaces.assertion, 'Assertion');
  const encrypted = named('encryptedassertion').length > 0;
  if (held.length > 1) throw new UnsafeMessage('forged', `it holds ${held.length} assertions`);
  if (held.length !== children.length)
    throw new UnsafeMessage('forged', 'its assertion does not stand where assertions stand');
  if (held.length > 0 && encrypted)
    throw new UnsafeMessage('forged', 'it holds an encrypted assertion and an open one');
  if (named('response').length > 1) throw new UnsafeMessage('forged', 'it holds another response');
  return { ...(children[0] && { assertion: children[0] }), encrypted };
}

/** A signature may stand in the response, in its assertion and in advice, and nowhere else. */
function refuseStrayed(root: Element, holders: readonly Element[]): void {
  const strayed = elementsIn(root).some(
    element =>
      element.localName === 'Signature' &&
      (element.namespaceURI !== namespaces.signature || !holders.includes(element.parentNode as Element)),
  );
  if (strayed) throw new UnsafeMessage('forged', 'a signature stands where none belongs');
}

/** The elements to read, parsed from what was signed; undefined where anything is not verified. */
function signedElements(
  signatures: readonly Signature[],
  root: Element,
  assertion: Element | undefined,
): { response?: Element; assertion?: Element } | undefined {
  const contents = signatures.map(({ of, content }) => ({ of, element: content && parseStrictly(content) }));
  if (contents.length === 0) return undefined;
  const elementOf = (of: Signature['of']) => contents.find(content => content.of === of)?.element || undefined;
  const isWhole = contents.every(({ of, element }) => {
    const original = of === 'Response' ? root : assertion;
    return (
      element &&
      element.localName === original?.localName &&
      element.namespaceURI === original.namespaceURI &&
      element.getAttribute('ID') === original.getAttribute('ID')
    );
  });
  if (!isWhole) return undefined;
  const response = elementOf('Response');
  const inResponse = response && childElements(response, namespaces.assertion, 'Assertion')[0];
  const signedAssertion = elementOf('Assertion') ?? inResponse;
  // An assertion that no signature covers is not verified by the signature of something else.
  if (assertion && !signedAssertion) return undefined;
  return { ...(response && { response }), ...(signedAssertion && { assertion: signedAssertion }) };
}
