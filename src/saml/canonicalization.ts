import type { SignedXml } from 'xml-crypto';

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
/** Differs from the inclusive one in `xml:` attributes that an element inherits; SAML's elements have none. Source: W3C, Canonical XML 1.1. */
const inclusive11 = 'http://www.w3.org/2006/12/xml-c14n11';
const bases: Readonly<Record<string, string>> = {
  [exclusive]: exclusive,
  [`${exclusive}WithComments`]: `${exclusive}WithComments`,
  [inclusive]: inclusive,
  [`${inclusive}#WithComments`]: `${inclusive}#WithComments`,
  [inclusive11]: inclusive,
  [`${inclusive11}#WithComments`]: `${inclusive}#WithComments`,
};

/** Whether this is a way (URI) to write XML down for signing that is understood here. */
export const isCanonicalization = (algorithm: string): boolean => Object.hasOwn(bases, algorithm);

/**
 * Has the library write down this SignedInfo with the namespaces that surround it. By itself it takes those around the first
 * SignedInfo of the document, and finds fault with the unharmed signatures of all others.
 */
export function setCanonicalizations(verifier: SignedXml, signedInfo: Element): void {
  const known = verifier.CanonicalizationAlgorithms;
  for (const [algorithm, base] of Object.entries(bases)) {
    const Base = known[base];
    if (!Base) continue;
    known[algorithm] = class extends Base {
      override process(...[node, options]: Parameters<InstanceType<typeof Base>['process']>) {
        // What is given is a copy, without its surroundings; everything else that is signed is no SignedInfo.
        const isSignedInfo = node.nodeName === signedInfo.nodeName;
        return super.process(
          node,
          isSignedInfo ? { ...options, ancestorNamespaces: namespacesAround(signedInfo) } : options,
        );
      }
    };
  }
}

/** The namespaces that an element inherits, the nearest of each prefix, `''` for the default one. */
function namespacesAround(element: Element): { prefix: string; namespaceURI: string }[] {
  const own = new Set([...declarationsOf(element).keys(), element.prefix ?? '']);
  const inherited = new Map<string, string>();
  for (let around = element.parentNode; around?.nodeType === 1; around = around.parentNode)
    for (const [prefix, namespaceURI] of declarationsOf(around as Element))
      if (!inherited.has(prefix)) inherited.set(prefix, namespaceURI);
  return [...inherited]
    .filter(([prefix, namespaceURI]) => namespaceURI !== '' && !own.has(prefix))
    .map(([prefix, namespaceURI]) => ({ prefix, namespaceURI }));
}

function declarationsOf(element: Element): Map<string, string> {
  return new Map(
    Array.from(element.attributes)
      .filter(({ name }) => /^xmlns(:|$)/.test(name))
      .map(({ name, value }) => [name.replace(/^xmlns:?/, ''), value]),
  );
}
