import { inflateRawSync } from 'node:zlib';
import { FlexSsoError } from '../errors.js';
import { type AuthnRequest, decodeAuthnRequest, findSamlRequest, type SamlRequest } from './authn-request.js';
import { type CertificatesRead, hasMarkers, readCertificates } from './certificate.js';
import { derInHex, isDer } from './certificate-container.js';
import { textIn } from './encoding.js';
import { limits, maxEncoded } from './limits.js';
import { parameterInPage, parametersIn, type SamlParameter } from './parameter-in-text.js';
import { plainText, withoutReferences } from './plain-text.js';
import type { Refusal } from './refusal-in-text.js';
import { isUnsafe } from './xml.js';
import { xmlInText } from './xml-in-text.js';

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
  /** No message, but the words with which a login ended before there was one. */
  | ({ kind: 'refusal' } & Refusal)
  | { kind: 'metadata'; xml: string }
  | ({ kind: 'certificate' } & CertificatesRead);

type LogoutName = 'LogoutRequest' | 'LogoutResponse';

/** What is a little larger than any message is still told apart from what is none. */
const maxInflated = 1.2 * limits.response.characters;
/** Base64 in a log that may be a message; shorter ones are its hashes and IDs. */
const maxRuns = 50;
/** Longer addresses are read as other text is: to take one apart takes long. */
const maxUrl = 256 * 1024;

/** The first message in a text; otherwise as `messagesIn`. */
export const recogniseMessage = (given: string): Message | undefined => messagesIn(given)[0];

/**
 * Every message in a text: XML, Base64, deflated, a form body, a URL, a page with a form, PEM or DER, or several of them in a log or among
 * commands that a browser copies. How a text is written is forgiven; a message itself is taken as it is. Throws if it is garbled.
 */
export function messagesIn(given: string): Message[] {
  const text = plainText(given);
  const isMarkup = text.startsWith('<');
  const whole = [isMarkup ? inMarkup(text) : (inUrl(text) ?? inBase64(text) ?? [])].flat();
  if (whole.length > 0) return whole;
  // What travelled counts more than what a tool shows of it: that may be laid out anew.
  const places = parametersIn(isMarkup ? shownBy(text) : text).map(
    ({ url, parameter }) =>
      () =>
        (url && inUrl(url)) || decodeParameter(parameter),
  );
  const ways: readonly (() => Message[])[] = [
    () => readEach(places),
    () => readEach(xmlInText(text, Object.keys(roots)).map(xml => () => inXml(xml))),
    () => readEach(base64In(text).map(run => () => messageInBase64(run))),
    () => (!isMarkup && hasMarkers(text) ? [{ kind: 'certificate', ...readCertificates(text) }] : []),
  ];
  for (const way of ways) {
    const found = way();
    if (found.length > 0) return found;
  }
  return [];
}

/** What a page shows, if that may be a message: the source of another page, for one. */
function shownBy(page: string): string {
  const part = page.slice(0, maxEncoded / 2);
  return /SAML[_-]?Re(?:sponse|quest)/i.test(part) ? withoutReferences(part.replace(/<[^<>]{0,1000}>/g, '')) : '';
}

/** What can be read, each once. Throws what the first one throws, if there is nothing else. */
function readEach(places: readonly (() => Message | undefined)[]): Message[] {
  const found = new Map<string, Message>();
  let failure: FlexSsoError | undefined;
  for (const read of places) {
    try {
      const message = read();
      if (message) found.set(keyOf(message), found.get(keyOf(message)) ?? message);
    } catch (error) {
      if (!(error instanceof FlexSsoError)) throw error;
      failure ??= error;
    }
  }
  if (found.size === 0 && failure) throw failure;
  return [...found.values()];
}

/** What makes two captures of a message one: it is often there several times. */
export const keyOf = (message: Message): string =>
  message.kind === 'authn-request' ? message.request.id : JSON.stringify(message);

/** Long runs of Base64, also those that are broken into lines, of which only the last one is shorter. A name before it ends with `=`. */
const base64In = (text: string): string[] =>
  text
    .slice(0, maxEncoded)
    .replace(/[\r\n][ \t]{1,40}/g, '\n')
    .split(/[^A-Za-z0-9+/=_%\r\n-]+/)
    .filter(isLong)
    .flatMap(run => (run.includes('=') ? run.split(/=(?=[A-Za-z0-9+/_-])/) : run))
    .map(part => {
      const lines = part.split(/[\r\n]+/);
      const first = lines.findIndex(({ length }) => length >= 60);
      const last = lines.findIndex(({ length }, at) => at > first && length < (lines[first]?.length ?? 0));
      return first < 0 ? '' : lines.slice(first, last < 0 ? undefined : last + 1).join('');
    })
    .filter(isLong)
    .slice(0, maxRuns);

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

function inMarkup(text: string): Message[] {
  const given = (message: Message | undefined) => (message ? [message] : []);
  if (/<form[\s>]/i.test(text) && /\bSAML(Response|Request)\b/.test(text)) {
    const parameter = parameterInPage(text);
    return given(parameter && decodeParameter(parameter));
  }
  // A page of a log shows messages; it is none.
  if (/^<(?:!doctype html|html)[\s>]/i.test(afterProlog(text)))
    return readEach(xmlInText(text, Object.keys(roots)).map(xml => () => inXml(xml)));
  return given(inXml(text.slice(0, text.lastIndexOf('>') + 1) || text));
}

function inXml(xml: string): Message | undefined {
  const logout = logoutIn(xml);
  if (logout) return logout;
  const kind = kindOf(xml);
  if (kind !== 'authn-request') return kind && { kind, xml };
  const message = Buffer.from(xml).toString('base64');
  return authnRequest({ ssoUrl: '', message, binding: 'HTTP-POST' }, isSigned(xml));
}

/** The elements that messages begin with, and what is made of them. */
const roots = {
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

function inUrl(text: string): Message | undefined {
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

function inBase64(text: string): Message | undefined {
  return messageInBase64(text) ?? certificateInBase64(text);
}

function certificateInBase64(text: string): Message | undefined {
  const bytes = text.length > maxEncoded ? undefined : (derInHex(text) ?? base64(text));
  const isCertificate = bytes && (isDer(bytes) || hasMarkers(bytes.toString('latin1')));
  return isCertificate ? { kind: 'certificate', ...readCertificates(text) } : undefined;
}

function messageInBase64(text: string): Message | undefined {
  if (text.length > maxEncoded) return isBase64(text.slice(0, 10_000)) ? { ...large, of: 'unknown' } : undefined;
  const bytes = base64(text);
  if (!bytes || bytes.length < 20) return undefined;
  const xml = xmlIn(bytes);
  if (xml === tooLarge) return { ...bomb, of: 'unknown' };
  // Someone encoded it once more.
  const inner = xml === undefined ? bytes.toString('latin1') : '';
  if (isLong(inner) && isBase64(inner)) return messageInBase64(inner);
  if (xml && kindOf(xml) !== 'authn-request') return inMarkup(xml)[0];
  return xml === undefined ? undefined : decodeParameter({ name: 'SAMLRequest', value: text });
}

const isBase64 = (text: string) => /^[A-Za-z0-9+/_\s-]+={0,2}$/.test(text);

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
