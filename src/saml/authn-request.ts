import { inflateRawSync } from 'node:zlib';
import { parse } from 'node-html-parser';
import { FlexSsoError } from '../errors.js';
import { textIn } from './encoding.js';
import { limits } from './limits.js';
import { childOf, namespaces, readXml } from './xml.js';

/** How a SAML message travels. */
export type Binding = 'HTTP-Redirect' | 'HTTP-POST';

/** What a SAML AuthnRequest asks of the identity provider. All of it is remote text. */
export interface AuthnRequest {
  id: string;
  /** The Entity ID of the service provider. */
  issuer: string;
  acsUrl?: string;
  destination?: string;
  nameIdFormat?: string;
  authnContextClassRef?: string;
  binding: Binding;
}

/** A message on its way, not yet read. */
export interface SamlRequest {
  /** Where it is sent, without the parameters of the message itself. */
  ssoUrl: string;
  /** Base64, and deflated for HTTP-Redirect. */
  message: string;
  binding: Binding;
}

/** An address or a page that carries a request is small; a parser of either can be kept busy for long by a large one. */
const maxCharacters = 256 * 1024;
const messageParameters = new Set(['SAMLRequest', 'SAMLEncoding', 'RelayState', 'SigAlg', 'Signature']);

/** The AuthnRequest in a URL (HTTP-Redirect) or in the text of a page with a form (HTTP-POST). Throws 'authn-request-…'. */
export function readAuthnRequest(urlOrPage: string): AuthnRequest {
  const found = findSamlRequest(urlOrPage);
  if (found) return decodeAuthnRequest(found);
  throw unreadable('absent', 'there is no SAMLRequest in it');
}

/** Whether a URL or the text of a page carries a SAMLRequest; `base` is where the page came from. */
export function findSamlRequest(urlOrPage: string, base?: string): SamlRequest | undefined {
  const text = urlOrPage.trim();
  if (text.length > maxCharacters) return undefined;
  if (/^https?:\/\//i.test(text)) return URL.canParse(text) ? inUrl(new URL(text)) : undefined;
  if (!text.includes('SAMLRequest')) return undefined;
  for (const form of parse(text, { lowerCaseTagName: true }).querySelectorAll('form')) {
    const message = form.querySelectorAll('input').find(input => input.getAttribute('name') === 'SAMLRequest');
    const action = form.getAttribute('action')?.trim() ?? '';
    const value = message?.getAttribute('value');
    if (!value) continue;
    return {
      ssoUrl: URL.canParse(action, base) ? new URL(action, base).href : action,
      message: value,
      binding: 'HTTP-POST',
    };
  }
  return undefined;
}

/** Reads a message that `findSamlRequest` found. Throws 'authn-request-…'. */
export function decodeAuthnRequest({ message, binding }: SamlRequest): AuthnRequest {
  // A plus sign that was not escaped in a query arrives as a space; in a form, white space only breaks lines.
  const bytes = Buffer.from(binding === 'HTTP-Redirect' ? message.replaceAll(' ', '+') : message, 'base64');
  let sent: Buffer;
  try {
    // A few bytes of deflate can hold a thousand times as much.
    const maxOutputLength = limits.request.characters;
    sent = binding === 'HTTP-Redirect' ? inflateRawSync(bytes, { maxOutputLength }) : bytes;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw unreadable('too-large', 'it is far larger than one', cause);
    throw unreadable('encoding', 'it is not deflated as SAML demands', cause);
  }
  const root = readXml(textIn(sent), 'SAML request', limits.request);
  if (root.name !== 'AuthnRequest' || root.namespace !== namespaces.protocol)
    throw unreadable('other', `it holds <${root.name.slice(0, 60)}>`);
  const [id, issuer] = [root.attributes.get('ID'), childOf(root, namespaces.assertion, 'Issuer')?.text];
  if (!id || !issuer) throw unreadable('incomplete', 'it names no ID or no Issuer');
  const context = childOf(root, namespaces.protocol, 'RequestedAuthnContext');
  const optional = {
    acsUrl: root.attributes.get('AssertionConsumerServiceURL'),
    destination: root.attributes.get('Destination'),
    nameIdFormat: childOf(root, namespaces.protocol, 'NameIDPolicy')?.attributes.get('Format'),
    authnContextClassRef: context && childOf(context, namespaces.assertion, 'AuthnContextClassRef')?.text,
  };
  return { id, issuer, binding, ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value)) };
}

function inUrl(url: URL): SamlRequest | undefined {
  const message = url.searchParams.get('SAMLRequest');
  if (!message) return undefined;
  const ssoUrl = new URL(url);
  // Others stay: Google's single sign-on URL, for one, has a query of its own.
  const others = [...url.searchParams].filter(([name]) => !messageParameters.has(name));
  ssoUrl.search = String(new URLSearchParams(others));
  ssoUrl.hash = '';
  return { ssoUrl: ssoUrl.href, message, binding: 'HTTP-Redirect' };
}

function unreadable(code: string, why: string, cause?: unknown): FlexSsoError {
  return new FlexSsoError(
    `authn-request-${code}`,
    `The login request that was sent to the identity provider cannot be read: ${why}.`,
    'Run the same command with `--trace FILE` and look at the last answers before this.',
    { cause },
  );
}
