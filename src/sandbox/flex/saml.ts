import { X509Certificate } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { SAML, type SamlConfig, ValidateInResponseTo } from '@node-saml/node-saml';
import { DOMParser } from '@xmldom/xmldom';
import type { IdentityProviderData, ServiceProvider } from '../../migration/facts.js';
import type { StartedLogin } from './account.js';

/** What a verified response says of a person. */
export interface Assertion {
  nameId: string;
  /** All values of each attribute, by its name. */
  claims: Record<string, string[]>;
  /** When the session has to end, where the identity provider says so. */
  sessionEndsAt?: string;
}

/** What is wrong with a response, for the endpoint to put in its own words and code. */
export interface SamlProblem {
  problem: 'signature' | 'issuer' | 'audience' | 'recipient' | 'in-response-to' | 'algorithm' | 'encrypted' | 'other';
  detail: string;
}

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const clockSkewMs = 60_000;

/** The identity provider's SSO URL with a fresh AuthnRequest, HTTP-Redirect binding, and what `breaks` make wrong in it. */
export async function authnRequestUrl(
  serviceProvider: ServiceProvider,
  identityProvider: IdentityProviderData,
  login: StartedLogin,
  breaks: ReadonlySet<string> = new Set(),
): Promise<string> {
  const request = saml(serviceProvider, identityProvider, login, {
    ...(breaks.has('name-id-policy') && { identifierFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos' }),
    ...(breaks.has('authn-context') && {
      disableRequestedAuthnContext: false,
      authnContext: ['urn:oasis:names:tc:SAML:2.0:ac:classes:X509'],
    }),
  });
  const url = new URL(await request.getAuthorizeUrlAsync(login.handle, undefined, {}));
  if (breaks.has('request-absent')) url.searchParams.delete('SAMLRequest');
  if (breaks.has('request-malformed'))
    url.searchParams.set('SAMLRequest', deflateRawSync('<samlp:AuthnRequest xmlns:samlp="').toString('base64'));
  return url.href;
}

/** Verifies a base64 SAMLResponse: both signatures, issuer, audience, recipient, times and the request it answers. */
export async function verifyResponse(
  serviceProvider: ServiceProvider,
  identityProvider: IdentityProviderData,
  login: StartedLogin,
  samlResponse: string,
): Promise<Assertion | SamlProblem> {
  const xml = Buffer.from(samlResponse, 'base64').toString('utf8');
  try {
    // Nothing of the unsigned document is used but to name the first thing that is wrong.
    const issuer = elements(xml, 'Issuer')[0]?.textContent ?? '';
    if (issuer !== identityProvider.issuer)
      return { problem: 'issuer', detail: `Was ${issuer}, but expected ${identityProvider.issuer}` };
    if (elements(xml, 'EncryptedAssertion').length > 0)
      return { problem: 'encrypted', detail: 'Assertion is encrypted. Encrypted assertions are not supported' };
    const unsigned = unsignedParts(xml);
    if (unsigned) return { problem: 'signature', detail: unsigned };
    const algorithm = elements(xml, 'SignatureMethod')
      .map(method => method.getAttribute('Algorithm'))
      .find(used => used !== rsaSha256);
    if (algorithm) return { problem: 'algorithm', detail: `Signature algorithm ${algorithm} is not SHA-256` };
    const stranger = strangeThumbprint(xml, identityProvider.certificate);
    if (stranger) return { problem: 'signature', detail: stranger };
    const { profile } = await saml(serviceProvider, identityProvider, login).validatePostResponseAsync({
      SAMLResponse: samlResponse,
    });
    const assertion = profile?.getAssertionXml?.();
    if (!profile || !assertion) return { problem: 'other', detail: 'The response holds no assertion' };
    if (profile.issuer !== identityProvider.issuer)
      return { problem: 'issuer', detail: `Was ${profile.issuer}, but expected ${identityProvider.issuer}` };
    const recipients = elements(assertion, 'SubjectConfirmationData').map(data => data.getAttribute('Recipient'));
    if (recipients.length === 0 || recipients.some(recipient => recipient !== serviceProvider.acsUrl))
      return { problem: 'recipient', detail: `Recipient is invalid. Configured: ${serviceProvider.acsUrl}` };
    const destination = elements(xml, 'Response')[0]?.getAttribute('Destination');
    if (destination !== serviceProvider.acsUrl)
      return {
        problem: 'recipient',
        detail: `Destination endpoint ${destination} did not match ${serviceProvider.acsUrl}`,
      };
    if (!profile.nameID) return { problem: 'other', detail: 'The assertion holds no NameID' };
    const sessionEndsAt = elements(assertion, 'AuthnStatement')[0]?.getAttribute('SessionNotOnOrAfter');
    return { nameId: profile.nameID, claims: claimsOf(assertion), ...(sessionEndsAt && { sessionEndsAt }) };
  } catch (error) {
    if (isOver(xml)) return { problem: 'other', detail: 'assertion has expired.' };
    return problemOf(error instanceof Error ? error.message : String(error), serviceProvider);
  }
}

/** The certificate of pasted text, PEM or bare base64, as PEM; undefined where it does not parse. */
export function parseCertificate(text: string): string | undefined {
  const base64 = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(text)?.[1] ?? text;
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).toString();
  } catch {
    return undefined;
  }
}

/** Flex wants the response and the assertion both signed. */
function unsignedParts(xml: string): string | undefined {
  const isSigned = (name: string) =>
    elements(xml, name).some(element =>
      Array.from(element.childNodes).some(child => /(^|:)Signature$/.test(child.nodeName)),
    );
  const [response, assertion] = [isSigned('Response'), isSigned('Assertion')];
  if (response && assertion) return undefined;
  if (!response && !assertion) return 'neither the response nor the assertion are signed';
  return `The ${response ? 'assertion' : 'response'} is not signed: its signature is absent`;
}

/** What is said of a certificate in the message that is not the configured one. */
function strangeThumbprint(xml: string, configured: string): string | undefined {
  const thumbprint = (certificate: X509Certificate) => certificate.fingerprint.replaceAll(':', '');
  const expected = thumbprint(new X509Certificate(configured));
  const embedded = elements(xml, 'X509Certificate').map(held =>
    thumbprint(new X509Certificate(Buffer.from(held.textContent ?? '', 'base64'))),
  );
  const strange = embedded.find(held => held !== expected);
  return strange && `Invalid thumbprint (configured: ${expected}. calculated: ${strange})`;
}

function saml(
  serviceProvider: ServiceProvider,
  identityProvider: IdentityProviderData,
  login: StartedLogin,
  more: Partial<SamlConfig> = {},
): SAML {
  const known = async (id: string | null) => (id === login.requestId ? login.startedAt : null);
  return new SAML({
    entryPoint: identityProvider.ssoUrl,
    idpCert: identityProvider.certificate,
    idpIssuer: identityProvider.issuer,
    issuer: serviceProvider.entityId,
    audience: serviceProvider.entityId,
    callbackUrl: serviceProvider.acsUrl,
    identifierFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
    disableRequestedAuthnContext: true,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: true,
    acceptedClockSkewMs: clockSkewMs,
    generateUniqueId: () => login.requestId,
    validateInResponseTo: ValidateInResponseTo.always,
    cacheProvider: { saveAsync: async () => null, getAsync: known, removeAsync: known },
    ...more,
  });
}

function claimsOf(assertion: string): Assertion['claims'] {
  return Object.fromEntries(
    elements(assertion, 'Attribute').map(attribute => [
      attribute.getAttribute('Name') ?? '',
      Array.from(attribute.getElementsByTagNameNS('*', 'AttributeValue'), value => value.textContent ?? ''),
    ]),
  );
}

function elements(xml: string, name: string): Element[] {
  return Array.from(new DOMParser().parseFromString(xml, 'text/xml').getElementsByTagNameNS('*', name));
}

function isOver(xml: string): boolean {
  const end = elements(xml, 'SubjectConfirmationData')[0]?.getAttribute('NotOnOrAfter');
  return Date.parse(end ?? '') + clockSkewMs < Date.now();
}

function problemOf(message: string, { entityId }: ServiceProvider): SamlProblem {
  if (/audience/i.test(message)) return { problem: 'audience', detail: `Audience is invalid. Configured: ${entityId}` };
  if (/InResponseTo/i.test(message)) return { problem: 'in-response-to', detail: message };
  if (/signature/i.test(message)) return { problem: 'signature', detail: message };
  return { problem: 'other', detail: message };
}
