import { randomBytes, randomUUID } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { issuerOf } from './addresses.js';
import type { SamlAttribute } from './claims.js';
import type { Directory, SigningKey } from './directory.js';
import { assignedPolicy, type TokenIssuanceDefinition, tokenIssuanceDefinition } from './policies.js';
import type { SamlLogin } from './saml-request.js';
import { certificatePem } from './self-signed-certificate.js';
import { escapeXml } from './xml.js';

const minute = 60_000;
const passwordContext = 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password';
const emailFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const unspecifiedFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';

/** Without a policy Entra signs the assertion alone. */
const defaultSigning = {
  SigningAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  TokenResponseSigningPolicy: 'TokenOnly',
} as const;

interface Subject {
  nameId: string;
  attributes: readonly SamlAttribute[];
}

/**
 * The SAML response for whoever signed in, signed as the application's token issuance policy says, with whatever `breaks` make wrong
 * in it. Base64.
 */
export function samlResponse(
  directory: Directory,
  login: SamlLogin,
  subject: Subject,
  breaks: ReadonlySet<string> = new Set(),
): string {
  const policy = assignedPolicy(directory, 'tokenIssuancePolicies', login.servicePrincipal.id);
  const { SigningAlgorithm, TokenResponseSigningPolicy } = policy ? tokenIssuanceDefinition(policy) : defaultSigning;
  const unsigned = responseXml(issuerOf(directory), login, subject, breaks);
  if (breaks.has('nothing-signed')) return Buffer.from(unsigned).toString('base64');
  const withAssertion =
    TokenResponseSigningPolicy === 'ResponseOnly'
      ? unsigned
      : signed(unsigned, 'Assertion', login.key, SigningAlgorithm);
  const sent = login.application.tokenEncryptionKeyId ? encrypted(withAssertion) : withAssertion;
  const complete =
    TokenResponseSigningPolicy === 'TokenOnly' ? sent : signed(sent, 'Response', login.key, SigningAlgorithm);
  return Buffer.from(complete).toString('base64');
}

function responseXml(
  issuerName: string,
  { request, acsUrl }: SamlLogin,
  { nameId, attributes }: Subject,
  breaks: ReadonlySet<string>,
): string {
  const now = Date.now() + (breaks.has('clock-ahead') ? 60 : breaks.has('clock-behind') ? -120 : 0) * minute;
  const at = (offset: number) => new Date(now + offset).toISOString();
  const assertionId = `_${randomUUID()}`;
  const issuer = `<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">${escapeXml(issuerName)}</Issuer>`;
  const asked = request.nameIdFormat;
  const format = !asked || asked === unspecifiedFormat ? emailFormat : asked;
  const answered = breaks.has('in-response-to-wrong') ? `_${randomUUID()}` : request.id;
  const inResponseTo = breaks.has('in-response-to-missing') ? '' : ` InResponseTo="${escapeXml(answered)}"`;
  const urlOr = (broken: string) => escapeXml(breaks.has(broken) ? `${acsUrl}0` : acsUrl);
  const sessionEnd = breaks.has('session-too-short') ? ` SessionNotOnOrAfter="${at(20 * minute)}"` : '';
  const audience = breaks.has('audience-wrong') ? `${request.issuer}0` : request.issuer;
  return [
    `<samlp:Response ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(0)}" Destination="${urlOr('destination-wrong')}"${inResponseTo} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">`,
    issuer,
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>',
    `<Assertion ID="${assertionId}" IssueInstant="${at(0)}" Version="2.0" xmlns="urn:oasis:names:tc:SAML:2.0:assertion">`,
    issuer,
    `<Subject><NameID Format="${escapeXml(format)}">${escapeXml(nameId)}</NameID>`,
    '<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">',
    `<SubjectConfirmationData${inResponseTo} NotOnOrAfter="${at(60 * minute)}" Recipient="${urlOr('recipient-wrong')}"/>`,
    '</SubjectConfirmation></Subject>',
    `<Conditions NotBefore="${at(-5 * minute)}" NotOnOrAfter="${at(60 * minute)}"><AudienceRestriction>`,
    `<Audience>${escapeXml(audience)}</Audience></AudienceRestriction></Conditions>`,
    `<AttributeStatement>${attributes.map(attributeXml).join('')}</AttributeStatement>`,
    `<AuthnStatement AuthnInstant="${at(0)}" SessionIndex="${assertionId}"${sessionEnd}><AuthnContext>`,
    `<AuthnContextClassRef>${passwordContext}</AuthnContextClassRef></AuthnContext></AuthnStatement>`,
    '</Assertion></samlp:Response>',
  ].join('');
}

function attributeXml({ name, values }: SamlAttribute): string {
  const held = values.map(value => `<AttributeValue>${escapeXml(value)}</AttributeValue>`).join('');
  return `<Attribute Name="${escapeXml(name)}">${held}</Attribute>`;
}

/** An assertion that nobody here can read, as Entra sends it where token encryption is on. */
function encrypted(xml: string): string {
  const cipher = randomBytes(512).toString('base64');
  return xml.replace(
    /<Assertion .*<\/Assertion>/s,
    `<EncryptedAssertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:CipherData><xenc:CipherValue>${cipher}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></EncryptedAssertion>`,
  );
}

/** Puts an enveloped signature of one element behind its Issuer. */
function signed(
  xml: string,
  element: 'Response' | 'Assertion',
  key: SigningKey,
  algorithm: TokenIssuanceDefinition['SigningAlgorithm'],
): string {
  const signature = new SignedXml({
    privateKey: key.privateKey,
    publicCert: certificatePem(key),
    signatureAlgorithm: algorithm,
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  });
  const target = `//*[local-name(.)='${element}']`;
  signature.addReference({
    xpath: target,
    digestAlgorithm: algorithm.endsWith('sha256')
      ? 'http://www.w3.org/2001/04/xmlenc#sha256'
      : 'http://www.w3.org/2000/09/xmldsig#sha1',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
  });
  signature.computeSignature(xml, { location: { reference: `${target}/*[local-name(.)='Issuer']`, action: 'after' } });
  return signature.getSignedXml();
}
