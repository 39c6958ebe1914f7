import { Parser } from 'xml2js';
import { type FlexSsoError, inputError } from '../errors.js';
import { excess, type Limits, maxDepth } from './limits.js';
import { spoiltCopy } from './spoilt-copy.js';

/** An element by its namespace, not by the prefix that a document happens to use. */
export interface XmlElement {
  namespace: string;
  /** Without prefix. */
  name: string;
  /** Those without a prefix: SAML uses no others. */
  attributes: ReadonlyMap<string, string>;
  children: readonly XmlElement[];
  /** Its own text, trimmed. */
  text: string;
}

export const namespaces = {
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const;

/**
 * Parses a document that somebody else wrote. `what` says what was asked for, as in "SAML metadata". Document types and with them
 * entities are refused unread; anything but one well-formed, namespaced document within the limits throws an input error ('xml-…').
 */
export function readXml(text: string, what: string, limits: Limits): XmlElement {
  const tooMuch = excess(text, limits);
  if (tooMuch) throw inputError('xml-too-large', `This is more than any ${what}: it ${tooMuch}.`, hint(what));
  const document = text.replace(/^\uFEFF/, '').trim();
  if (document === '') throw inputError('xml-empty', `This is empty, not ${what}.`, hint(what));
  // UTF-16, read as if it were UTF-8.
  if (document.includes('\0') || document.startsWith('\uFFFD'))
    throw inputError('xml-encoding', 'This text is not UTF-8.', 'Save the file as UTF-8 and try again.');
  if (/^(<\?[^>]*>|<!--(?:(?!-->)[\s\S])*-->|\s)*<(!doctype\s+html|html)[\s>]/i.test(document.slice(0, 2000)))
    throw inputError('xml-web-page', `This is a web page, not ${what}; it may be a login page.`, hint(what));
  if (/<!(DOCTYPE|ENTITY)/i.test(document))
    throw inputError('xml-doctype', `This declares a document type, which no ${what} does.`, hint(what));
  return toElement(parse(document, what));
}

/** Whether an error of `readXml` names what no identity provider writes, and an attacker would. */
export const isUnsafe = ({ code }: FlexSsoError): boolean =>
  code === 'xml-doctype' || code === 'xml-too-large' || code === 'xml-too-deep';

/** The child elements with this name, in the order of the document. */
export function childrenOf(element: XmlElement, namespace: string, name: string): XmlElement[] {
  return element.children.filter(child => child.name === name && child.namespace === namespace);
}

/** The first child element with this name. */
export function childOf(element: XmlElement, namespace: string, name: string): XmlElement | undefined {
  return childrenOf(element, namespace, name)[0];
}

/** What xml2js makes of an element with the options below. No element can be called like these keys. */
interface Parsed {
  $ns: { uri: string; local: string };
  $?: Record<string, { value: string; prefix: string }>;
  $$?: Parsed[];
  '#text'?: string;
}

function parse(document: string, what: string): Parsed {
  let root: Parsed | undefined;
  let failure: Error | undefined;
  let depth = 0;
  const parser = new Parser({
    xmlns: true,
    explicitRoot: false,
    explicitChildren: true,
    preserveChildrenOrder: true,
    explicitCharkey: true,
    charkey: '#text',
    tagNameProcessors: [
      name => {
        depth += 1;
        if (depth > maxDepth) throw new Error('too deep');
        return name;
      },
    ],
    validator: (_path: string, _before: unknown, closed: unknown) => {
      depth -= 1;
      return closed;
    },
  });
  parser.on('end', (parsed: Parsed) => {
    if (root) failure ??= new Error('it has several root elements');
    root = parsed;
  });
  parser.on('error', (error: Error) => {
    failure ??= error;
    // Nothing after the first error is worth parsing.
    throw failure;
  });
  try {
    parser.parseString(document);
  } catch (error) {
    failure ??= error as Error;
  }
  if (root && !failure) return root;
  if (depth > maxDepth)
    throw inputError('xml-too-deep', `This nests its elements more deeply than any ${what}.`, hint(what));
  const reason = spoiltCopy(document) ?? failure?.message.split('\n')[0]?.slice(0, 100) ?? 'it ends too early';
  throw inputError('xml-malformed', `This is no well-formed ${what}: ${reason.replace(/\.$/, '')}.`, hint(what));
}

function toElement(parsed: Parsed): XmlElement {
  const attributes = Object.entries(parsed.$ ?? {}).filter(([, attribute]) => attribute.prefix === '');
  return {
    namespace: parsed.$ns.uri,
    name: parsed.$ns.local,
    attributes: new Map(attributes.map(([name, attribute]) => [name, attribute.value])),
    children: (parsed.$$ ?? []).map(toElement),
    text: (parsed['#text'] ?? '').trim(),
  };
}

const hint = (what: string) => `Download the ${what} again, as a whole, and name that XML document.`;
