import { inflateRawSync } from 'node:zlib';
import { parse } from 'node-html-parser';
import { type AuthnRequest, decodeAuthnRequest, findSamlRequest } from './authn-request.js';
import { type Certificate, readCertificate } from './certificate.js';

/** What somebody captured or downloaded, recognised and taken out of its wrapping, not yet believed or read further. */
export type Message =
  | { kind: 'response'; xml: string }
  | { kind: 'authn-request'; request: AuthnRequest; signed: boolean; ssoUrl?: string }
  | { kind: 'metadata'; xml: string }
  | { kind: 'certificate'; certificate: Certificate };

const maxInflated = 4_000_000;

/** Recognises one message: XML, base64, deflated, a form body, a URL, a page with a form, PEM or DER. Throws where it is garbled. */
export function recogniseMessage(given: string): Message | undefined {
  const text = given
    .replace(/^\uFEFF/, '')
    .trim()
    .replace(/^(["'`])([^"'`]*)\1$/, '$2')
    .trim();
  if (/-BEGIN [A-Z0-9 ]{0,30}-/.test(text.slice(0, 10_000)))
    return { kind: 'certificate', certificate: readCertificate(text) };
  if (text.startsWith('<')) return inMarkup(text);
  if (/^https?:\/\//i.test(text)) return inUrl(text);
  return inForm(text) ?? inBase64(text);
}

/** A SAMLResponse or SAMLRequest as its parameter carries it. */
export function decodeParameter(
  name: 'SAMLResponse' | 'SAMLRequest',
  value: string,
  ssoUrl?: string,
): Message | undefined {
  const bytes = base64(value);
  if (!bytes) return undefined;
  const xml = textIn(bytes);
  if (name === 'SAMLResponse') return xml ? { kind: 'response', xml } : undefined;
  const binding = xml && bytes.toString('utf8') === xml ? 'HTTP-POST' : 'HTTP-Redirect';
  const request = decodeAuthnRequest({ ssoUrl: ssoUrl ?? '', message: bytes.toString('base64'), binding });
  return { kind: 'authn-request', request, signed: isSigned(xml ?? ''), ...(ssoUrl && { ssoUrl }) };
}

function inMarkup(text: string): Message | undefined {
  if (/<form[\s>]/i.test(text) && /\bSAML(Response|Request)\b/.test(text)) return inPage(text);
  const kind = kindOf(text);
  if (kind !== 'authn-request') return kind && { kind, xml: text };
  const message = Buffer.from(text).toString('base64');
  const request = decodeAuthnRequest({ ssoUrl: '', message, binding: 'HTTP-POST' });
  return { kind, request, signed: isSigned(text) };
}

/** By the first element, or where something stands before it, by any that is named like one. */
function kindOf(xml: string): 'response' | 'authn-request' | 'metadata' | undefined {
  const first = /^<(?:[\w.-]{1,60}:)?([\w.-]{1,60})/.exec(afterProlog(xml))?.[1];
  const isNamed = (name: string) => first === name || new RegExp(`<(?:[\\w.-]{1,60}:)?${name}[\\s/>]`).test(xml);
  const kinds = { Response: 'response', AuthnRequest: 'authn-request', EntityDescriptor: 'metadata' } as const;
  if (first === 'EntitiesDescriptor') return 'metadata';
  if (first && Object.hasOwn(kinds, first)) return kinds[first as keyof typeof kinds];
  const found = Object.entries(kinds).find(([name]) => isNamed(name));
  return found?.[1];
}

/** The text from its first element on. */
function afterProlog(xml: string): string {
  let rest = xml;
  for (let skipped = 0; skipped < 100; skipped++) {
    rest = rest.trimStart();
    const end = rest.startsWith('<!--') ? '-->' : rest.startsWith('<?') ? '?>' : undefined;
    const at = end ? rest.indexOf(end) : -1;
    if (!end || at < 0) break;
    rest = rest.slice(at + end.length);
  }
  return rest.slice(0, 200);
}

function inUrl(text: string): Message | undefined {
  if (!URL.canParse(text)) return undefined;
  const { searchParams } = new URL(text);
  const response = searchParams.get('SAMLResponse');
  if (response) return decodeParameter('SAMLResponse', response);
  const found = findSamlRequest(text);
  const signed = searchParams.has('Signature');
  return found && { kind: 'authn-request', request: decodeAuthnRequest(found), signed, ssoUrl: found.ssoUrl };
}

/** Only the field and its form are parsed: a parser of pages can be kept busy for minutes. */
function inPage(page: string): Message | undefined {
  const at = page.search(/\bname\s{0,9}=\s{0,9}["']?SAML(Response|Request)\b/i);
  if (at < 0) return undefined;
  const [form, input] = [
    tagAt(page, page.slice(0, at).toLowerCase().lastIndexOf('<form')),
    tagAt(page, page.lastIndexOf('<', at)),
  ];
  const field = parse(input, { lowerCaseTagName: true }).querySelector('input');
  const value = field?.getAttribute('value');
  if (value && field?.getAttribute('name') === 'SAMLResponse') return decodeParameter('SAMLResponse', value);
  const found = findSamlRequest(`${form}${input}</form>`);
  return found && decodeParameter('SAMLRequest', found.message, found.ssoUrl);
}

const tagAt = (page: string, start: number) => (start < 0 ? '' : page.slice(start, page.indexOf('>', start) + 1));

function inForm(text: string): Message | undefined {
  if (!/(^|[&?\s])SAML(Response|Request)=/.test(text)) return undefined;
  const parameters = new URLSearchParams(text.slice(text.search(/SAML(Response|Request)=/)).replace(/[\r\n]+/g, ''));
  for (const name of ['SAMLResponse', 'SAMLRequest'] as const) {
    const value = parameters.get(name);
    if (value) return decodeParameter(name, value);
  }
  return undefined;
}

function inBase64(text: string): Message | undefined {
  const bytes = base64(text);
  if (!bytes || bytes.length < 20) return undefined;
  const xml = textIn(bytes);
  if (xml && kindOf(xml) !== 'authn-request') return inMarkup(xml);
  if (xml) return decodeParameter('SAMLRequest', text);
  // The DER form of a certificate begins with a SEQUENCE that is longer than 255 bytes.
  return bytes[0] === 0x30 && bytes[1] === 0x82
    ? { kind: 'certificate', certificate: readCertificate(bytes.toString('base64')) }
    : undefined;
}

/** The bytes of base64, percent-encoded or not, or of base64url; undefined where the text is something else. */
function base64(text: string): Buffer | undefined {
  const plain = /%[0-9A-Fa-f]{2}/.test(text) ? decoded(text) : text;
  // A plus sign that was not escaped in a form arrives as a space.
  const joined = plain
    .trim()
    .replace(/[\r\n\t]/g, '')
    .replace(/ /g, '+');
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(joined) ? Buffer.from(joined, 'base64') : undefined;
}

/** The XML in the bytes, deflated or not. */
function textIn(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trimStart().startsWith('<')) return text;
  try {
    const inflated = inflateRawSync(bytes, { maxOutputLength: maxInflated }).toString('utf8');
    return inflated.trimStart().startsWith('<') ? inflated : undefined;
  } catch {
    return undefined;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const isSigned = (xml: string) => /<(?:[\w.-]{1,60}:)?Signature[\s>]/.test(xml);
