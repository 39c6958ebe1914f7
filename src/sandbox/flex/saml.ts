import { X509Certificate } from 'node:crypto';
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import { DOMParser } from '@xmldom/xmldom';
import type { IdentityProviderData, ServiceProvider } from '../../migration/state.js';
import type { StartedLogin } from './account.js';

/** What a verified response says of a person. */
export interface Assertion {
  nameId: string;
  /** All values of each attribute, by its name. */
  claims: Record<string, string[]>;
}

/** What is wrong with a response, for the endpoint to put in its own words and code. */
export interface SamlProblem {
  problem: 'signature' | 'issuer' | 'audience' | 'recipient' | 'in-response-to' | 'algorithm' | 'other';
  detail: string;
}

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const clockSkewMs = 60_000;

/** The identity provider's SSO URL with a fresh AuthnRequest, HTTP-Redirect binding. */
export function authnRequestUrl(
  serviceProvider: ServiceProvider,
  identityProvider: IdentityProviderData,
  login: StartedLogin,
): Promise<string> {
  return saml(serviceProvider, identityProvider, login).getAuthorizeUrlAsync(login.handle, undefined, {});
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
    const algorithm = elements(xml, 'SignatureMethod')
      .map(method => method.getAttribute('Algorithm'))
      .find(used => used !== rsaSha256);
    if (algorithm) return { problem: 'algorithm', detail: `Signature algorithm ${algorithm} is not SHA-256` };
    const { profile } = await saml(serviceProvider, identityProvider, login).validatePostResponseAsync({
      SAMLResponse: samlResponse,
    });
    const assertion = profile?.getAssertionXml?.();
    if (!profile || !assertion) return { problem: 'other', detail: 'The response holds no assertion' };
    if (profile.issuer !== identityProvider.issuer)
      return { problem: 'issuer', detail: `Was ${profile.issuer}, but expected ${identityProvider.issuer}` };
    const recipients = [
      ...elements(assertion, 'SubjectConfirmationData').map(data => data.getAttribute('Recipient')),
      ...elements(xml, 'Response').map(response => response.getAttribute('Destination')),
    ];
    const stranger = recipients.find(recipient => recipient !== serviceProvider.acsUrl);
    if (stranger !== undefined || recipients.length < 2)
      return { problem: 'recipient', detail: `Recipient is invalid. Configured: ${serviceProvider.acsUrl}` };
    if (!profile.nameID) return { problem: 'other', detail: 'The assertion holds no NameID' };
    return { nameId: profile.nameID, claims: claimsOf(assertion) };
  } catch (error) {
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

function saml(serviceProvider: ServiceProvider, identityProvider: IdentityProviderData, login: StartedLogin): SAML {
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

function problemOf(message: string, { entityId }: ServiceProvider): SamlProblem {
  if (/audience/i.test(message)) return { problem: 'audience', detail: `Audience is invalid. Configured: ${entityId}` };
  if (/InResponseTo/i.test(message)) return { problem: 'in-response-to', detail: message };
  if (/signature/i.test(message)) return { problem: 'signature', detail: message };
  return { problem: 'other', detail: message };
}
