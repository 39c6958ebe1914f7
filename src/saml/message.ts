import { inflateRawSync } from 'node:zlib';
import { FlexSsoError } from '../errors.js';
import { type AuthnRequest, decodeAuthnRequest, findSamlRequest, type SamlRequest } from './authn-request.js';
import { type CertificatesRead, hasMarkers, readCertificates } from './certificate.js';
import { derInHex, isDer } from './certificate-container.js';
import { textIn } from './encoding.js';
import { limits, maxEncoded } from './limits.js';
import { parameterInPage, type SamlParameter } from './parameter-in-text.js';
import type { Refusal } from './refusal-in-text.js';
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
  /** No message, but the words with which logins were refused. */
  | { kind: 'refusal'; said: readonly Refusal[] }
  | { kind: 'metadata'; xml: string }
  | ({ kind: 'certificate' } & CertificatesRead);

type LogoutName = 'LogoutRequest' | 'LogoutResponse';

/** What is a little larger than any message is still told apart from what is none. */
const maxInflated = 1.2 * limits.response.characters;
/** Longer addresses are read as other text is: to take one apart takes long. */
const maxUrl = 256 * 1024;

/** What makes two captures of a message one: it is often there several times. */
export const keyOf = (message: Message): string =>
  message.kind === 'authn-request' ? message.request.id : JSON.stringify(message);

const isLong = ({ length }: string) => length >= 100;

/** A SAMLResponse or SAMLRequest as its parameter carries it. */
export function decodeParameter({ name, value, ssoUrl }: SamlParameter): Message | undefined {
  if (value.length > maxEncoded) return { ...large, of: name === 'SAMLResponse' ? 'response' : 'authn-request' };
  const bytes = base64(value);
  if (!bytes) return undefined;
  const xml = xmlIn(bytes);
  if (xml === tooLarge) return { ...bomb, of: name === 'SAMLResponse' ? 'response' : 'authn-request' };
  const logout = xml && logoutIn(xml);
  if (logout) return logout;
  if (name === 'SAMLResponse') return xml ? { kind: 'response', xml } : undefined;
  const binding = xml && textIn(bytes) === xml ? 'HTTP-POST' : 'HTTP-Redirect';
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

/** The message in a page with a form, or that an XML document is, whatever stands behind its last tag. */
export function inMarkup(text: string): Message | undefined {
  if (!/<form[\s>]/i.test(text) || !/\bSAML(Response|Request)\b/.test(text))
    return inXml(text.slice(0, text.lastIndexOf('>') + 1) || text);
  const parameter = parameterInPage(text);
  return parameter && decodeParameter(parameter);
}

/** Whether markup is a page. One with a log shows messages, and is none. */
export const isPage = (text: string): boolean => /^<(?:!doctype html|html)[\s>]/i.test(afterProlog(text));

/** The message that an XML document is. */
export function inXml(xml: string): Message | undefined {
  const logout = logoutIn(xml);
  if (logout) return logout;
  const kind = kindOf(xml);
  if (kind !== 'authn-request') return kind && { kind, xml };
  const message = Buffer.from(xml).toString('base64');
  return authnRequest({ ssoUrl: '', message, binding: 'HTTP-POST' }, isSigned(xml));
}

/** The elements that messages begin with, and what is made of them. */
export const roots = {
  Response: 'response',
  AuthnRequest: 'authn-request',
  EntityDescriptor: 'metadata',
  EntitiesDescriptor: 'metadata',
  // Envelopes, in which a response travels by a binding that is not Flex's.
  ArtifactResponse: 'response',
  Envelope: 'response',
  RequestSecurityTokenResponse: 'response',
  RequestSecurityTokenResponseCollection: 'response',
  LogoutRequest: undefined,
  LogoutResponse: undefined,
} as const;

/** By the first element, or where something stands before it, by any that is named like one. */
function kindOf(xml: string): 'response' | 'authn-request' | 'metadata' | undefined {
  const first = /^<(?:[\w.-]{1,60}:)?([\w.-]{1,60})/.exec(afterProlog(xml))?.[1];
  if (first && Object.hasOwn(roots, first) && (first !== 'Envelope' || xml.includes('SAML')))
    return roots[first as keyof typeof roots];
  const named = (['Response', 'AuthnRequest', 'EntityDescriptor'] as const).find(name =>
    new RegExp(`<(?:[\\w.-]{1,60}:)?${name}[\\s/>]`).test(xml),
  );
  return named && roots[named];
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

/** The message that an address carries. */
export function inUrl(text: string): Message | undefined {
  if (text.length > maxUrl || !/^https?:\/\/\S*$/i.test(text) || !URL.canParse(text)) return undefined;
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

/** The message or the certificate in a text that is nothing but Base64. */
export function inBase64(text: string): Message | undefined {
  return messageInBase64(text) ?? certificateInBase64(text);
}

function certificateInBase64(text: string): Message | undefined {
  const bytes = text.length > maxEncoded ? undefined : (derInHex(text) ?? base64(text));
  const isCertificate = bytes && (isDer(bytes) || hasMarkers(bytes.toString('latin1')));
  return isCertificate ? { kind: 'certificate', ...readCertificates(text) } : undefined;
}

/** The message in Base64, deflated or not. */
export function messageInBase64(text: string): Message | undefined {
  if (text.length > maxEncoded) return isBase64(text.slice(0, 10_000)) ? { ...large, of: 'unknown' } : undefined;
  const bytes = base64(text);
  if (!bytes || bytes.length < 20) return undefined;
  const xml = xmlIn(bytes);
  if (xml === tooLarge) return { ...bomb, of: 'unknown' };
  // Someone encoded it once more.
  const inner = xml === undefined ? bytes.toString('latin1') : '';
  if (isLong(inner) && isBase64(inner)) return messageInBase64(inner);
  if (xml && kindOf(xml) !== 'authn-request') return inMarkup(xml);
  return xml === undefined ? undefined : decodeParameter({ name: 'SAMLRequest', value: text });
}

/** Words are broken by spaces sooner. */
const isBase64 = (text: string) => /^[A-Za-z0-9+/_-]{40}[A-Za-z0-9+/_\s-]*={0,2}$/.test(text);

/** The bytes of base64, percent-encoded or not, or of base64url; undefined where the text is something else. */
function base64(text: string): Buffer | undefined {
  const plain = decoded(decoded(text));
  // A plus sign that was not escaped in a form arrives as a space.
  const joined = plain
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .join('')
    .replace(/\t/g, '')
    .replace(/ /g, '+');
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(joined) ? Buffer.from(joined, 'base64') : undefined;
}

const tooLarge = Symbol('too large');
const large = { kind: 'refused', reason: 'unsafe', detail: 'it is larger than any message' } as const;
const bomb = { kind: 'refused', reason: 'unsafe', detail: 'a few bytes of it hold more than any message' } as const;

/** The XML in the bytes, deflated or not. */
function xmlIn(bytes: Buffer): string | typeof tooLarge | undefined {
  const text = textIn(bytes);
  if (text.trimStart().startsWith('<')) return text;
  try {
    const inflated = textIn(inflateRawSync(bytes, { maxOutputLength: maxInflated }));
    return inflated.trimStart().startsWith('<') ? inflated : undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge : undefined;
  }
}

function decoded(text: string): string {
  try {
    return /%[0-9A-Fa-f]{2}/.test(text) ? decodeURIComponent(text) : text;
  } catch {
    return text;
  }
}

const isSigned = (xml: string) => /<(?:[\w.-]{1,60}:)?Signature[\s>]/.test(xml);
