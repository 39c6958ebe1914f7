import { randomUUID } from 'node:crypto';
import { SignedXml } from 'xml-crypto';

const sha256 = {
  signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
};
const sha1 = {
  signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  digestAlgorithm: 'http://www.w3.org/2000/09/xmldsig#sha1',
};

export interface ResponseContent {
  issuer: string;
  entityId: string;
  acsUrl: string;
  requestId: string;
  privateKey: string;
  nameId: string;
  claims: Record<string, string[]>;
  signed: ('Assertion' | 'Response')[];
  weak?: boolean;
  /** How long ago the assertion was issued. */
  ageMinutes?: number;
}

/** A base64 SAMLResponse as an identity provider makes it, right or wrong. */
export function samlResponse(content: ResponseContent): string {
  const { issuer, entityId, acsUrl, requestId, nameId, claims, ageMinutes = 0 } = content;
  const at = (minutes: number) => new Date(Date.now() + (minutes - ageMinutes) * 60_000).toISOString();
  const issuerElement = `<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</Issuer>`;
  const attributes = Object.entries(claims).map(
    ([name, values]) =>
      `<Attribute Name="${name}">${values.map(value => `<AttributeValue>${value}</AttributeValue>`).join('')}</Attribute>`,
  );
  let xml =
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_${randomUUID()}" Version="2.0"` +
    ` IssueInstant="${at(0)}" Destination="${acsUrl}" InResponseTo="${requestId}">${issuerElement}` +
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>' +
    `<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(0)}">` +
    `<Issuer>${issuer}</Issuer><Subject><NameID>${nameId}</NameID>` +
    '<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">' +
    `<SubjectConfirmationData InResponseTo="${requestId}" NotOnOrAfter="${at(5)}" Recipient="${acsUrl}"/>` +
    `</SubjectConfirmation></Subject><Conditions NotBefore="${at(-5)}" NotOnOrAfter="${at(5)}">` +
    `<AudienceRestriction><Audience>${entityId}</Audience></AudienceRestriction></Conditions>` +
    `<AttributeStatement>${attributes.join('')}</AttributeStatement></Assertion></samlp:Response>`;
  for (const element of content.signed) xml = sign(xml, element, content);
  return Buffer.from(xml).toString('base64');
}

function sign(xml: string, element: string, { privateKey, weak }: ResponseContent): string {
  const { signatureAlgorithm, digestAlgorithm } = weak ? sha1 : sha256;
  const c14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';
  const signature = new SignedXml({ privateKey, signatureAlgorithm, canonicalizationAlgorithm: c14n });
  const xpath = `//*[local-name(.)='${element}']`;
  const transforms = ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', c14n];
  signature.addReference({ xpath, transforms, digestAlgorithm });
  const reference = `${xpath}/*[local-name(.)='Issuer']`;
  signature.computeSignature(xml, { location: { reference, action: 'after' } });
  return signature.getSignedXml();
}
