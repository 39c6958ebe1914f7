import { inflateRawSync } from 'node:zlib';
import { FlexSsoError } from '../errors.js';
import { type AuthnRequest, decodeAuthnRequest, findSamlRequest, type SamlRequest } from './authn-request.js';
import { type Certificate, readCertificates } from './certificate.js';
import { limits } from './limits.js';
import { parameterInPage, parameterInText, type SamlParameter } from './parameter-in-text.js';
import { isUnsafe } from './xml.js';

/** What somebody captured or downloaded, recognised and taken out of its wrapping, not yet believed or read further. */
export type Message =
  | { kind: 'response'; xml: string }
  | {
      kind: 'authn-request';
      request: AuthnRequest;
      signed: boolean;
      ssoUrl?: string;
      /** It came in a URL, where SAML demands that it is deflated, and is not. */
      plainInUrl?: true;
    }
  /** A logout is no login: it is named, and not read. */
  | { kind: 'logout'; name: LogoutName }
  /** It arrived whole, and is nothing that anybody can use. */
  | { kind: 'refused'; of: 'response' | 'authn-request' | 'unknown'; reason: 'unsafe' | 'malformed'; detail: string }
  | { kind: 'metadata'; xml: string }
  | { kind: 'certificate'; certificates: readonly Certificate[] };

type LogoutName = 'LogoutRequest' | 'LogoutResponse';

/** What is a little larger than any message is still told apart from what is none. */
const maxInflated = 1.2 * limits.response.characters;

/** Recognises one message: XML, base64, deflated, a form body, a URL, a page with a form, PEM or DER. Throws where it is garbled. */
export function recogniseMessage(given: string): Message | undefined {
  const text = given
    .replace(/^\uFEFF/, '')
    .trim()
    .replace(/^(["'`])([^"'`]*)\1$/, '$2')
    .trim();
  if (/-BEGIN [A-Z0-9 ]{0,30}-/.test(text.slice(0, 10_000)))
    return { kind: 'certificate', certificates: readCertificates(text) };
  if (text.startsWith('<')) return inMarkup(text);
  if (/^https?:\/\//i.test(text)) return inUrl(text);
  const parameter = parameterInText(text);
  return parameter ? decodeParameter(parameter) : inBase64(text);
}

/** A SAMLResponse or SAMLRequest as its parameter carries it. */
export function decodeParameter({ name, value, ssoUrl }: SamlParameter): Message | undefined {
  const bytes = base64(value);
  if (!bytes) return undefined;
  const xml = textIn(bytes);
  if (xml === tooLarge) return { ...bomb, of: name === 'SAMLResponse' ? 'response' : 'authn-request' };
  const logout = xml && logoutIn(xml);
  if (logout) return logout;
  if (name === 'SAMLResponse') return xml ? { kind: 'response', xml } : undefined;
  const binding = xml && bytes.toString('utf8') === xml ? 'HTTP-POST' : 'HTTP-Redirect';
  const sent = { ssoUrl: ssoUrl ?? '', message: bytes.toString('base64'), binding } as const;
  return authnRequest(sent, isSigned(xml ?? ''));
}

/** What arrived whole and is no request that anybody can use is rejected, as a response is; throws where it was garbled on its way. */
function authnRequest(sent: SamlRequest, signed: boolean): Message {
  try {
    const { ssoUrl } = sent;
    return { kind: 'authn-request', request: decodeAuthnRequest(sent), signed, ...(ssoUrl && { ssoUrl }) };
  } catch (error) {
    if (!(error instanceof FlexSsoError) || !/^xml-|-(incomplete|too-large)$/.test(error.code)) throw error;
    const isHostile = isUnsafe(error) || error.code === 'authn-request-too-large';
    const reason = isHostile ? 'unsafe' : 'malformed';
    return { kind: 'refused', of: 'authn-request', reason, detail: error.message };
  }
}

function inMarkup(text: string): Message | undefined {
  if (/<form[\s>]/i.test(text) && /\bSAML(Response|Request)\b/.test(text)) {
    const parameter = parameterInPage(text);
    return parameter && decodeParameter(parameter);
  }
  const logout = logoutIn(text);
  if (logout) return logout;
  const kind = kindOf(text);
  if (kind !== 'authn-request') return kind && { kind, xml: text };
  const message = Buffer.from(text).toString('base64');
  return authnRequest({ ssoUrl: '', message, binding: 'HTTP-POST' }, isSigned(text));
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

/** Nothing that could be taken for a login may be in it. */
function logoutIn(xml: string): Message | undefined {
  const name = /^<(?:[\w.-]{1,60}:)?(Logout(?:Request|Response))[\s/>]/.exec(afterProlog(xml))?.[1];
  const holdsLogin = /<(?:[\w.-]{1,60}:)?(?:Response|Assertion|EncryptedAssertion)[\s/>]/.test(xml);
  return name && !holdsLogin ? { kind: 'logout', name: name as LogoutName } : undefined;
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
  if (response) return decodeParameter({ name: 'SAMLResponse', value: response });
  const found = findSamlRequest(text);
  if (!found) return undefined;
  const { message: value, ssoUrl } = found;
  const message = decodeParameter({ name: 'SAMLRequest', value, ssoUrl });
  // What is garbled is said by the reader of requests.
  if (!message) return { kind: 'authn-request', request: decodeAuthnRequest(found), signed: false, ssoUrl };
  if (message.kind !== 'authn-request') return message;
  const signed = message.signed || searchParams.has('Signature');
  return { ...message, signed, ...(message.request.binding === 'HTTP-POST' && { plainInUrl: true }) };
}

function inBase64(text: string): Message | undefined {
  const bytes = base64(text);
  if (!bytes || bytes.length < 20) return undefined;
  const xml = textIn(bytes);
  if (xml === tooLarge) return { ...bomb, of: 'unknown' };
  if (xml && kindOf(xml) !== 'authn-request') return inMarkup(xml);
  if (xml) return decodeParameter({ name: 'SAMLRequest', value: text });
  // The DER form of a certificate begins with a SEQUENCE that is longer than 255 bytes.
  return bytes[0] === 0x30 && bytes[1] === 0x82
    ? { kind: 'certificate', certificates: readCertificates(bytes.toString('base64')) }
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

const tooLarge = Symbol('too large');
const bomb = { kind: 'refused', reason: 'unsafe', detail: 'a few bytes of it hold more than any message' } as const;

/** The XML in the bytes, deflated or not. */
function textIn(bytes: Buffer): string | typeof tooLarge | undefined {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trimStart().startsWith('<')) return text;
  try {
    const inflated = inflateRawSync(bytes, { maxOutputLength: maxInflated }).toString('utf8');
    return inflated.trimStart().startsWith('<') ? inflated : undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge : undefined;
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
