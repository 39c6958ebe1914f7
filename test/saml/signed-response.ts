import { type BinaryLike, constants, createHash, type KeyLike, sign as signBytes } from 'node:crypto';
import selfsigned from 'selfsigned';
import { C14nCanonicalization, SignedXml } from 'xml-crypto';
import { type Certificate, readCertificate } from '../../src/saml/certificate.js';

/** An identity provider that can sign. */
export interface Signer {
  privateKey: string;
  certificate: Certificate;
}

export async function createSigner(
  name: string,
  { from = -1, to = 365, curve }: { from?: number; to?: number; curve?: 'P-256' | 'P-384' | 'P-521' } = {},
): Promise<Signer> {
  const at = (offset: number) => new Date(Date.now() + offset * 24 * 60 * 60_000);
  const { private: privateKey, cert } = await selfsigned.generate([{ name: 'commonName', value: name }], {
    ...(curve ? { keyType: 'ec', curve } : { keySize: 2048 }),
    algorithm: 'sha256',
    notBeforeDate: at(from),
    notAfterDate: at(to),
  });
  return { privateKey, certificate: readCertificate(cert) };
}

export const connection = `JQ${'0123456789abcdef'.repeat(2)}`;
export const serviceProvider = {
  entityId: `urn:flex:${connection}`,
  acsUrl: `https://login.flex.us1.twilio.com/login/callback?connection=${connection}`,
};
export const tenant = '11111111-2222-4333-8444-555555555555';
export const issuer = `https://sts.windows.net/${tenant}/`;
export const requestId = '_request';

export interface Content {
  issuer?: string;
  audience?: string;
  recipient?: string;
  destination?: string;
  inResponseTo?: string | null;
  nameId?: string;
  nameIdFormat?: string;
  attributes?: Record<string, readonly string[]>;
  /** Minutes from now. */
  notBefore?: number;
  notOnOrAfter?: number;
  issued?: number;
  sessionEnds?: number | null;
  status?: string;
}

export const person = 'ann@canary.example';
export const attributes = { email: ['ann@canary.example'], full_name: ['Ann Canary'], roles: ['agent'] };

const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** The parts of a response that is right in everything that `content` does not say otherwise. */
export function assertionXml(content: Content = {}, id = '_assertion'): string {
  const { inResponseTo = requestId, sessionEnds = 600 } = content;
  const answers = inResponseTo === null ? '' : ` InResponseTo="${inResponseTo}"`;
  const session = sessionEnds === null ? '' : ` SessionNotOnOrAfter="${at(sessionEnds)}"`;
  const format = content.nameIdFormat ?? 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
  const held = Object.entries(content.attributes ?? attributes).map(
    ([name, values]) =>
      `<Attribute Name="${escaped(name)}">${values.map(value => `<AttributeValue>${escaped(value)}</AttributeValue>`).join('')}</Attribute>`,
  );
  return [
    `<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${at(content.issued ?? 0)}">`,
    `<Issuer>${content.issuer ?? issuer}</Issuer>`,
    `<Subject><NameID Format="${format}">${escaped(content.nameId ?? person)}</NameID>`,
    '<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">',
    `<SubjectConfirmationData${answers} NotOnOrAfter="${at(content.notOnOrAfter ?? 60)}" Recipient="${content.recipient ?? serviceProvider.acsUrl}"/>`,
    '</SubjectConfirmation></Subject>',
    `<Conditions NotBefore="${at(content.notBefore ?? -5)}" NotOnOrAfter="${at(content.notOnOrAfter ?? 60)}"><AudienceRestriction>`,
    `<Audience>${content.audience ?? serviceProvider.entityId}</Audience></AudienceRestriction></Conditions>`,
    `<AuthnStatement AuthnInstant="${at(content.issued ?? 0)}"${session}><AuthnContext><AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</AuthnContextClassRef></AuthnContext></AuthnStatement>`,
    `<AttributeStatement>${held.join('')}</AttributeStatement></Assertion>`,
  ].join('');
}

export function responseXml(content: Content = {}, inner = assertionXml(content), id = '_response'): string {
  const { inResponseTo = requestId, status = 'Success' } = content;
  const answers = inResponseTo === null ? '' : ` InResponseTo="${inResponseTo}"`;
  return [
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${id}" Version="2.0" IssueInstant="${at(content.issued ?? 0)}" Destination="${content.destination ?? serviceProvider.acsUrl}"${answers}>`,
    `<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">${content.issuer ?? issuer}</Issuer>`,
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/></samlp:Status>`,
    `${inner}</samlp:Response>`,
  ].join('');
}

export type Signed = 'Response' | 'Assertion';
export const modes: Record<string, readonly Signed[]> = {
  'assertion signed': ['Assertion'],
  'response signed': ['Response'],
  'both signed': ['Assertion', 'Response'],
};

export interface Signing {
  /** URIs, where they are not those of RSA with SHA-256. */
  algorithms?: { signature: string; digest: string };
  /** How the content is written down (URI); exclusive where left out. */
  canonicalization?: string;
  /** What exclusive canonicalisation keeps although it is not used. */
  prefixes?: string[];
  /** The certificate to put into KeyInfo; the signer's own where left out. */
  shown?: Certificate;
}

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const inclusive11 = 'http://www.w3.org/2006/12/xml-c14n11';
/** The ways of writing content down that identity providers use. */
export const canonicalizations: Record<string, Signing> = {
  exclusive: { canonicalization: exclusive },
  'exclusive, with prefixes that are kept': { canonicalization: exclusive, prefixes: ['xs', 'xsi'] },
  inclusive: { canonicalization: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315' },
  'inclusive 1.1': { canonicalization: inclusive11 },
};

/** Signs the elements in the given order, as identity providers do: the assertion before the response. */
export function sign(xml: string, elements: readonly Signed[], signer: Signer, options: Signing = {}): string {
  return elements.reduce((unsigned, element) => signElement(unsigned, element, signer, options), xml);
}

function signElement(xml: string, element: Signed, signer: Signer, options: Signing): string {
  const { algorithms, canonicalization = exclusive, prefixes = [], shown } = options;
  const used = algorithms ?? {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  };
  const signature = new SignedXml({
    privateKey: signer.privateKey,
    publicCert: (shown ?? signer.certificate).pem,
    signatureAlgorithm: used.signature,
    canonicalizationAlgorithm: canonicalization,
    inclusiveNamespacesPrefixList: prefixes,
  });
  addOthers(signature, used);
  // Without `xml:` attributes around what is signed, both versions write the same.
  signature.CanonicalizationAlgorithms[inclusive11] = class extends C14nCanonicalization {
    override getAlgorithmName = () => inclusive11;
  };
  const target = `//*[local-name(.)='${element}']`;
  signature.addReference({
    xpath: target,
    digestAlgorithm: used.digest,
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', canonicalization],
    inclusiveNamespacesPrefixList: prefixes,
  });
  signature.computeSignature(xml, { location: { reference: `${target}/*[local-name(.)='Issuer']`, action: 'after' } });
  return signature.getSignedXml();
}

/** What the library does not sign with by itself, with the hash in the algorithm's name; written here once more, to be verified by other code. */
function addOthers(signature: SignedXml, used: { signature: string; digest: string }): void {
  const hashOf = (algorithm: string) => /(sha\d+|md5)(-rsa-MGF1)?$/.exec(algorithm)?.[1] ?? 'sha256';
  signature.SignatureAlgorithms[used.signature] ??= class {
    getAlgorithmName = () => used.signature;
    verifySignature = () => false;
    getSignature = (text: BinaryLike, key: KeyLike) =>
      signBytes(hashOf(used.signature), Buffer.from(String(text)), {
        key: key as string,
        dsaEncoding: 'ieee-p1363',
        ...(used.signature.endsWith('MGF1') && {
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
        }),
      }).toString('base64');
  };
  signature.HashAlgorithms[used.digest] ??= class {
    getAlgorithmName = () => used.digest;
    getHash = (text: string) => createHash(hashOf(used.digest)).update(text).digest('base64');
  };
}

/** The ways in which a response is handed over. */
export const carriers: Record<string, (xml: string) => string> = {
  raw: xml => xml,
  base64: xml => Buffer.from(xml).toString('base64'),
  form: xml => String(new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: 'x' })),
  HAR: xml => har(xml),
};

/** A recording of the request and the response. */
export function har(xml: string, sentAt = new Date().toISOString()): string {
  const text = String(new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: 'x' }));
  const entry = (request: object) => ({ startedDateTime: sentAt, request, response: { status: 200, content: {} } });
  return JSON.stringify({
    log: {
      version: '1.2',
      entries: [
        entry({ method: 'GET', url: 'https://flex.twilio.com/owl' }),
        entry({
          method: 'POST',
          url: serviceProvider.acsUrl,
          postData: {
            mimeType: 'application/x-www-form-urlencoded',
            text,
            params: [...new URLSearchParams(text)].map(([name, value]) => ({ name, value: encodeURIComponent(value) })),
          },
        }),
      ],
    },
  });
}
