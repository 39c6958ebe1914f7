import { randomUUID } from 'node:crypto';
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

/** The SAML response for whoever signed in, signed as the application's token issuance policy says. Base64. */
export function samlResponse(
  directory: Directory,
  login: SamlLogin,
  subject: { nameId: string; attributes: readonly SamlAttribute[] },
): string {
  const policy = assignedPolicy(directory, 'tokenIssuancePolicies', login.servicePrincipal.id);
  const { SigningAlgorithm, TokenResponseSigningPolicy } = policy ? tokenIssuanceDefinition(policy) : defaultSigning;
  const unsigned = responseXml(issuerOf(directory.tenantId), login, subject);
  const withAssertion =
    TokenResponseSigningPolicy === 'ResponseOnly'
      ? unsigned
      : signed(unsigned, 'Assertion', login.key, SigningAlgorithm);
  const complete =
    TokenResponseSigningPolicy === 'TokenOnly'
      ? withAssertion
      : signed(withAssertion, 'Response', login.key, SigningAlgorithm);
  return Buffer.from(complete).toString('base64');
}

function responseXml(
  issuerName: string,
  { request, acsUrl }: SamlLogin,
  { nameId, attributes }: { nameId: string; attributes: readonly SamlAttribute[] },
): string {
  const now = Date.now();
  const at = (offset: number) => new Date(now + offset).toISOString();
  const assertionId = `_${randomUUID()}`;
  const issuer = `<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">${escapeXml(issuerName)}</Issuer>`;
  const asked = request.nameIdFormat;
  const format = !asked || asked === unspecifiedFormat ? emailFormat : asked;
  const inResponseTo = escapeXml(request.id);
  const recipient = escapeXml(acsUrl);
  return [
    `<samlp:Response ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(0)}" Destination="${recipient}" InResponseTo="${inResponseTo}" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">`,
    issuer,
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>',
    `<Assertion ID="${assertionId}" IssueInstant="${at(0)}" Version="2.0" xmlns="urn:oasis:names:tc:SAML:2.0:assertion">`,
    issuer,
    `<Subject><NameID Format="${escapeXml(format)}">${escapeXml(nameId)}</NameID>`,
    '<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">',
    `<SubjectConfirmationData InResponseTo="${inResponseTo}" NotOnOrAfter="${at(60 * minute)}" Recipient="${recipient}"/>`,
    '</SubjectConfirmation></Subject>',
    `<Conditions NotBefore="${at(-5 * minute)}" NotOnOrAfter="${at(60 * minute)}"><AudienceRestriction>`,
    `<Audience>${escapeXml(request.issuer)}</Audience></AudienceRestriction></Conditions>`,
    `<AttributeStatement>${attributes.map(attributeXml).join('')}</AttributeStatement>`,
    `<AuthnStatement AuthnInstant="${at(0)}" SessionIndex="${assertionId}"><AuthnContext>`,
    `<AuthnContextClassRef>${passwordContext}</AuthnContextClassRef></AuthnContext></AuthnStatement>`,
    '</Assertion></samlp:Response>',
  ].join('');
}

function attributeXml({ name, values }: SamlAttribute): string {
  const held = values.map(value => `<AttributeValue>${escapeXml(value)}</AttributeValue>`).join('');
  return `<Attribute Name="${escapeXml(name)}">${held}</Attribute>`;
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
