import { DOMParser } from '@xmldom/xmldom';
import { FlexSsoError } from '../errors.js';
import { excess, limits } from './limits.js';
import { spoiltCopy } from './spoilt-copy.js';
import { isUnsafe, readXml } from './xml.js';

/** Why a message is not read further. None of these is written by an identity provider. */
export class UnsafeMessage extends Error {
  override readonly name = 'UnsafeMessage';
  constructor(
    readonly reason: 'unsafe' | 'forged' | 'malformed' | 'enveloped',
    message: string,
  ) {
    super(message);
  }
}

/** Names with which a careless reader changes its own program. */
const pollutingNames = new Set(['__proto__', 'prototype', 'constructor']);
const nodeTypes = { element: 1, text: 3, cdata: 4 } as const;

/**
 * Parses a signed message for reading and verifying: one parser, that of the verifying library, every complaint of it an error, and
 * nothing in the document that no SAML message holds. Throws `UnsafeMessage`.
 */
export function parseSignedMessage(xml: string): Element {
  const tooMuch = excess(xml, limits.response);
  if (tooMuch) throw new UnsafeMessage('unsafe', `it ${tooMuch}`);
  // No identity provider writes comments; a comment inside a NameID is there to split it for a careless reader.
  if (xml.includes('<!--')) throw new UnsafeMessage('unsafe', 'it holds a comment');
  refuseCharacters(xml);
  refuseByGrammar(xml);
  const root = parseStrictly(xml);
  const ids = new Set<string>();
  for (const element of elementsIn(root)) examine(element, ids);
  return root;
}

/** The text without the comments before its first tag, where no reader can take them for anything else and no signature reaches. */
export function withoutLeadingComments(xml: string): string {
  const declaration = /^<\?xml\s[^<>]*\?>/.exec(xml)?.[0] ?? '';
  const comment = /\s*<!--(?!-?>)(?:(?!--)[^<]){0,2000}-->/y;
  comment.lastIndex = declaration.length;
  let end = declaration.length;
  while (comment.test(xml)) end = comment.lastIndex;
  return declaration + xml.slice(end);
}

/** Parses what the verifying library returned as signed. Throws `UnsafeMessage` where it is no document. */
export function parseStrictly(xml: string): Element {
  const complain = (message: unknown) => {
    throw new Error(String(message));
  };
  let document: Document;
  try {
    const errorHandler = { warning: complain, error: complain, fatalError: complain };
    document = new DOMParser({ errorHandler }).parseFromString(xml, 'text/xml');
  } catch (error) {
    if (/redefined/.test(String(error))) throw new UnsafeMessage('unsafe', 'an element holds one attribute twice');
    throw notWellFormed(xml);
  }
  const outside = Array.from(document.childNodes).filter(node => node.nodeType !== nodeTypes.text);
  const roots = outside.filter(node => node.nodeType === nodeTypes.element);
  const declarations = outside.filter(node => node.nodeName === 'xml');
  if (roots.length !== 1 || roots.length + declarations.length !== outside.length)
    throw new UnsafeMessage('unsafe', 'it holds a processing instruction before or after its one element');
  return roots[0] as Element;
}

/** The element and all below it, in the order of the document. */
export function elementsIn(root: Element): Element[] {
  return [root, ...Array.from(root.getElementsByTagNameNS('*', '*'))];
}

/** The child elements with this name. */
export function childElements(parent: Element, namespace: string, name: string): Element[] {
  return Array.from(parent.childNodes).filter(
    (node): node is Element =>
      node.nodeType === nodeTypes.element &&
      (node as Element).localName === name &&
      (node as Element).namespaceURI === namespace,
  );
}

/** Neither parser here notices them; others refuse the whole message, and do not say why. Source: XML 1.0, 2.2 Characters. */
function refuseCharacters(xml: string): void {
  const found =
    /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]|\p{Surrogate}|&#(?:x0*(?:[0-8BbCcEeFf]|1[0-9A-Fa-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));/u.exec(
      xml,
    );
  if (!found) return;
  const before = xml.slice(Math.max(0, found.index - 10_000), found.index);
  const attribute = /\bName\s{0,9}=\s{0,9}["']([\w.:/ -]{1,100})["'][^"']{0,10000}$/.exec(
    before.slice(Math.max(0, before.lastIndexOf('Name'))),
  )?.[1];
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const what = found[0].startsWith('&') ? found[0] : `U+${code}`;
  const where = attribute ? `, in or behind the attribute ${attribute}` : '';
  throw new UnsafeMessage('malformed', `it holds the character ${what}, which XML does not allow${where}`);
}

function notWellFormed(xml: string): UnsafeMessage {
  const why = spoiltCopy(xml);
  return new UnsafeMessage('malformed', `it is not well-formed${why ? `: ${why}` : ''}`);
}

/** A second, independent parser has to find it harmless as well: it counts the levels and refuses document types unread. */
function refuseByGrammar(xml: string): void {
  try {
    readXml(xml, 'SAML response', limits.response);
  } catch (error) {
    if (!(error instanceof FlexSsoError)) throw error;
    if (error.code === 'xml-doctype') throw new UnsafeMessage('unsafe', 'it declares a document type or entities');
    if (isUnsafe(error)) throw new UnsafeMessage('unsafe', 'its elements are nested too deeply');
    throw notWellFormed(xml);
  }
}

function examine(element: Element, ids: Set<string>): void {
  const names = new Set<string>();
  for (const attribute of Array.from(element.attributes)) {
    const { localName, namespaceURI, value } = attribute;
    const name = `{${namespaceURI ?? ''}}${localName}`;
    if (names.has(name)) throw new UnsafeMessage('unsafe', 'an element holds one attribute twice');
    names.add(name);
    if (pollutingNames.has(localName) || (localName === 'Name' && pollutingNames.has(value)))
      throw new UnsafeMessage('unsafe', 'it uses a name that is meant to change a program');
    if (!/^id$/i.test(localName)) continue;
    if (ids.has(value)) throw new UnsafeMessage('unsafe', 'one ID is used twice');
    ids.add(value);
  }
  if (pollutingNames.has(element.localName))
    throw new UnsafeMessage('unsafe', 'it uses a name that is meant to change a program');
  for (const { nodeType } of Array.from(element.childNodes)) {
    if (nodeType !== nodeTypes.element && nodeType !== nodeTypes.text && nodeType !== nodeTypes.cdata)
      throw new UnsafeMessage('unsafe', 'it holds a processing instruction');
  }
}
