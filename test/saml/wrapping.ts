import { assertionXml, person } from './signed-response.js';

/** What an attacker wants to be seen as. */
export const forged = 'mallory@forged.example';
const forgedRole = 'forged-admin';

/** A signature of an element, and the element without it. */
const signaturePattern = (id: string) =>
  new RegExp(
    `<Signature xmlns="http://www\\.w3\\.org/2000/09/xmldsig#">(?:(?!</Signature>)[\\s\\S])*URI="#${id}"[\\s\\S]*?</Signature>`,
  );

interface Parts {
  /** The signed element that the signature covers. */
  original: string;
  withoutSignature: string;
  signature: string;
  evil: string;
  /** The response around the assertion. */
  around: (inner: string) => string;
}

const evilAssertion = () =>
  assertionXml(
    { nameId: forged, attributes: { email: [forged], full_name: ['Mallory'], roles: [forgedRole] } },
    '_evil',
  );

/** Wraps a signed assertion. Numbers as in Somorovsky et al., "On Breaking SAML: Be Whoever You Want to Be", 3 to 8. */
function assertionParts(xml: string): Parts {
  const original = /<Assertion[\s\S]*<\/Assertion>/.exec(xml)?.[0] ?? '';
  const signature = signaturePattern('_assertion').exec(original)?.[0] ?? '';
  // A signature of the response does not survive any change; an attacker would leave it out or keep it.
  return {
    original,
    signature,
    withoutSignature: original.replace(signature, ''),
    evil: evilAssertion(),
    around: inner => xml.replace(original, () => inner),
  };
}

/** Wraps a signed response; `inside` its assertion, where the variant puts elements beside each other and a document has one root. */
function responseParts(xml: string, inside: boolean): Parts {
  const signature = signaturePattern('_response').exec(xml)?.[0] ?? '';
  if (inside && signature !== '') {
    const { original, evil, around } = assertionParts(xml);
    return { original, signature, withoutSignature: original, evil, around };
  }
  const evil = xml
    .replace(signature, '')
    .replaceAll(person, forged)
    .replace('>agent<', `>${forgedRole}<`)
    .replace('ID="_response"', 'ID="_evil-response"')
    .replace('ID="_assertion"', 'ID="_evil"');
  return { original: xml, signature, withoutSignature: xml.replace(signature, ''), evil, around: inner => inner };
}

const into = (xml: string, inner: string) => xml.replace(/(<\/Issuer>)/, `$1${inner}`);
const insideObject = (signature: string, inner: string) =>
  signature.replace('</Signature>', `<Object>${inner}</Object></Signature>`);
const atEnd = (xml: string, inner: string) => xml.replace(/<\/([\w:]+)>$/, `${inner}</$1>`);

const variants: Record<string, (parts: Parts) => string> = {
  // A forged response with the original inside its signature.
  XSW1: ({ around, evil, signature, withoutSignature }) =>
    around(into(evil, insideObject(signature, withoutSignature))),
  // The same with a detached signature: original and signature beside each other.
  XSW2: ({ around, evil, signature, withoutSignature }) => around(into(evil, `${withoutSignature}${signature}`)),
  // The forged element before the original, as its sibling.
  XSW3: ({ around, evil, original }) => around(`${evil}${original}`),
  // The original inside the forged element.
  XSW4: ({ around, evil, original }) => around(atEnd(evil, original)),
  // The forged element carries the signature; the original stands at the end.
  XSW5: ({ around, evil, signature, withoutSignature }) => around(`${into(evil, signature)}${withoutSignature}`),
  // The forged element carries the signature, and that the original.
  XSW6: ({ around, evil, signature, withoutSignature }) =>
    around(into(evil, signature.replace('</SignatureValue>', `</SignatureValue>${withoutSignature}`))),
  // The forged element in an extension, with the original beside it.
  XSW7: ({ around, evil, original }) => around(`<Extensions>${evil}</Extensions>${original}`),
  // The original without its signature inside an object of the signature of the forged element.
  XSW8: ({ around, evil, signature, withoutSignature }) =>
    around(into(evil, insideObject(signature, withoutSignature))),
};

export const wrappings = Object.keys(variants);

/** The variant on what is signed: the assertion where it is, and where only the response is, the response. */
export function wrap(variant: string, xml: string): string[] {
  const build = variants[variant] as (parts: Parts) => string;
  const beside = ['XSW3', 'XSW5', 'XSW7'].includes(variant);
  const targets = [assertionParts(xml), responseParts(xml, beside)].filter(parts => parts.signature !== '');
  return targets.map(build);
}

/** Everything that must not be seen of a forged message. */
export const forgeries = [forged, forgedRole, 'Mallory'];
