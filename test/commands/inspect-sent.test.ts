import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toPem } from '../../src/saml/certificate.js';
import { createSigner, har, modes, responseXml, type Signer, serviceProvider, sign } from '../saml/signed-response.js';
import { temporaryDirectory } from '../support/cli.js';
import { inspectText } from './inspect-support.js';

// What people send in place of the file that was asked for. Nothing of it changes how strictly a message is verified.
const folder = await temporaryDirectory();
let signer: Signer;
let certificate: string;
let response: string;
beforeAll(async () => {
  signer = await createSigner('IdP');
  certificate = `${folder.path}/idp.pem`;
  await import('node:fs/promises').then(({ writeFile }) => writeFile(certificate, signer.certificate.pem));
  response = sign(responseXml(), modes['both signed'] ?? [], signer);
});
afterAll(() => folder.remove());

const fixture = (name: string) => readFileSync(new URL(`../fixtures/metadata/${name}.xml`, import.meta.url), 'utf8');
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const request = () =>
  `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${/InResponseTo="([^"]*)/.exec(response)?.[1]}" Version="2.0" AssertionConsumerServiceURL="${serviceProvider.acsUrl}"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">${serviceProvider.entityId}</Issuer></samlp:AuthnRequest>`;
const deflated = () => deflateRawSync(request()).toString('base64');

describe('a response is found, and both its signatures are valid', () => {
  test.each<[string, () => string]>([
    [
      'behind the time in a log, with more behind it',
      () => `2026-01-01 DEBUG got: ${response} (7 ms)\n2026-01-01 INFO done`,
    ],
    ['escaped for HTML', () => escaped(response)],
    ['escaped for HTML twice', () => escaped(escaped(response))],
    ['on a page that shows a log', () => `<!DOCTYPE html><html><pre>${escaped(response)}</pre></html>`],
    ['as a string in JSON', () => JSON.stringify({ message: response })],
    ['percent-encoded', () => `saml=${encodeURIComponent(response)}`],
    ['as names and values', () => `SAMLResponse: ${base64(response)}\nRelayState: 4bM2`],
    ['as names and values on lines of their own', () => `SAMLResponse\n${base64(response)}\nRelayState\n4bM2`],
    ['in a mail, quoted', () => `Hello,\nSAMLResponse=\n${base64(response).replace(/.{76}/g, '$&\n')}\n`],
    ['in a log as Base64', () => `12:00 response=[${base64(response)}] ok`],
    [
      'as an exported trace',
      () =>
        JSON.stringify(
          {
            requests: [
              { url: serviceProvider.acsUrl, post: [['SAMLResponse', base64(response)]], saml: `${response} ` },
            ],
          },
          null,
          2,
        ),
    ],
    [
      'in a command whose header holds BEGIN',
      () => `-----BEGIN CERTIFICATE----- x\ncurl -d 'SAMLResponse=${encodeURIComponent(base64(response))}'`,
    ],
    ['with a byte order mark that was read as letters', () => `ï»¿${response}`],
  ])('%s', async (_, text) => {
    const { json } = await inspectText(folder.path, text(), { flags: { certificate } });
    const outcomes = json.details?.signatures?.map(({ outcome }: { outcome: string }) => outcome);
    expect([json.kind, outcomes]).toEqual(['response', ['valid', 'valid']]);
  });
});

describe('of several messages the worst one decides', () => {
  const commands = (xml: string) =>
    `curl 'https://login.example/sso?SAMLRequest=${encodeURIComponent(deflated())}' ;\ncurl '${serviceProvider.acsUrl}' --data-raw 'SAMLResponse=${encodeURIComponent(base64(xml))}'`;

  test('a good request and an unsigned response', async () => {
    const { code, json } = await inspectText(folder.path, commands(responseXml()), { flags: { certificate } });
    expect([code, json.verdict, json.messages.length]).toEqual([5, 'rejected', 2]);
    expect(json.findings.map((finding: { code: string }) => finding.code)).toContain('response-unsigned');
  });

  test('a good request and a good response', async () => {
    const { json } = await inspectText(folder.path, commands(response), { flags: { certificate } });
    expect(json.messages.map(({ kind }: { kind: string }) => kind)).toEqual(['authn-request', 'response']);
    expect(json.verdict).toBe('ok');
  });
});

describe('why a login was refused is said as validate says it', () => {
  const entra = "AADSTS50105: The signed in user 'ann@example.org' is blocked because they are not assigned.";
  const page = `<!DOCTYPE html><html><script>$Config={"strServiceExceptionMessage":"${entra}"}</script></html>`;
  const recording = (...pages: string[]) =>
    JSON.stringify({
      log: {
        entries: pages.map(text => ({
          request: { url: 'https://login.example/' },
          response: { content: { mimeType: 'text/html', text } },
        })),
      },
    });
  test.each<[string, () => string, string]>([
    ['the text of an error page', () => `Request Id: 1\nMessage: ${entra}`, 'user-not-assigned'],
    ['a saved error page', () => page, 'user-not-assigned'],
    ['a recording that ends on it', () => recording('<html></html>', page), 'user-not-assigned'],
    [
      'an address that Flex sends back',
      () => `https://x.example/?error=access_denied&error_description=${encodeURIComponent(entra)}`,
      'user-not-assigned',
    ],
    [
      'what Twilio answers in JSON',
      () => '{"code":70004,"message":"Invalid issuer in the Response","status":401}',
      'issuer-mismatch',
    ],
    [
      'what Twilio answers in XML',
      () =>
        '<TwilioResponse><RestException><Code>70004</Code><Message>Invalid issuer</Message></RestException></TwilioResponse>',
      'issuer-mismatch',
    ],
    ['a number that the table does not hold', () => 'AADSTS9999999: something new', 'identity-provider-refused'],
  ])('%s', async (_, text, code) => {
    const { code: exit, json, output } = await inspectText(folder.path, text());
    expect([exit, json.kind, json.findings[0].code]).toEqual([5, 'refusal', code]);
    expect(output).not.toContain('ann@example.org');
  });

  test('a refusal after which the login went on does not count', async () => {
    const { log } = JSON.parse(har(response));
    log.entries.unshift({
      request: { url: 'https://login.example/' },
      response: { content: { mimeType: 'text/html', text: page } },
    });
    const { code, json } = await inspectText(folder.path, JSON.stringify({ log }), { flags: { certificate } });
    expect([code, json.kind, json.verdict]).toEqual([0, 'response', 'ok']);
  });
});

test('a response without a fault that nobody can verify is not called broken, and its claims are shown as claims', async () => {
  const { code, json } = await inspectText(folder.path, response);
  expect([code, json.verdict, json.identity, json.details.issuer]).toEqual([0, 'unverified', undefined, undefined]);
  expect(json.details.unverified).toMatchObject({ entityId: serviceProvider.entityId, acsUrl: serviceProvider.acsUrl });
  expect(json.notChecked.length).toBeGreaterThan(3);
  const { output } = await inspectText(folder.path, response, { json: false });
  expect(output).not.toContain('✗');
  expect(output).toContain('Audience (Entity ID, not verified)');
});

test.each<[issuer: string, product: RegExp]>([
  ['http://www.okta.com/exk0', /^Okta$/],
  ['https://accounts.google.com/o/saml2?idpid=C0', /^Google$/],
  ['urn:tenant.eu.auth0.com', /^Auth0$/],
  ['https://org.my.salesforce.com', /^Salesforce$/],
  ['http://adfs.example.test/adfs/services/trust', /^your identity provider$/],
  ['https://sts.windows.net/00000000-0000-0000-0000-000000000001/', /^Microsoft Entra$/],
])('the issuer %s says whose advice it is', async (issuer, product) => {
  const { json } = await inspectText(folder.path, responseXml().replace(/(<Issuer[^>]*>)[^<]*/g, `$1${issuer}`));
  const [first] = json.findings;
  expect(first.product).toMatch(product);
  if (issuer.includes('windows.net')) return;
  expect(json.findings.map((finding: object) => JSON.stringify(finding)).join()).not.toContain('Microsoft Entra');
});

describe('metadata', () => {
  const okta = fixture('okta');
  const [pem = ''] = /(?<=X509Certificate>)[^<]+/.exec(okta) ?? [];
  const within = (text: string) => okta.replace(pem, text);
  test.each<[string, () => string]>([
    [
      'copied out of a browser',
      () =>
        `This XML file does not appear to have any style information associated with it.\n${okta.replace(/^<\?xml.*?\?>/, '')}`,
    ],
    ['with a mark that was read as letters', () => `ï»¿${okta}`],
    ['with text behind it', () => `${okta}\n-- \nAnn, IT`],
    ['with a PEM in the element', () => within(`\n${toPem(pem)}`)],
    ['with the Base64 of a PEM', () => within(base64(toPem(pem)))],
    ['with line ends as references', () => within(pem.trim().replace(/\n/g, '&#13;\n'))],
    ['with a chain in the element', () => within(`${pem.replace(/\s/g, '')}${pem.replace(/\s/g, '')}`)],
    ['with one address that is empty', () => okta.replace(/Location="[^"]*"/, 'Location=""')],
  ])('%s is read', async (_, text) => {
    const { json } = await inspectText(folder.path, text());
    const plain = (await inspectText(folder.path, okta)).json;
    expect(json.details).toMatchObject({ issuer: plain.details.issuer, certificates: plain.details.certificates });
    expect(Object.values(json.details.ssoUrls).length).toBeGreaterThan(0);
  });

  test.each<[string, () => string, RegExp]>([
    ['a chain', () => within(`${pem.replace(/\s/g, '')}${pem.replace(/\s/g, '')}`), /certificate-chained/],
    ['a bad address', () => okta.replace(/Location="[^"]*"/, 'Location=""'), /sso-url-unusable/],
    [
      'a template',
      () => okta.replace(/entityID="[^"]*"/, 'entityID="https://sts.windows.net/{tenantid}/"'),
      /metadata-template/,
    ],
    [
      'the tenant "common"',
      () => okta.replace(/Location="[^"]*"/g, 'Location="https://login.microsoftonline.com/common/saml2"'),
      /metadata-template/,
    ],
    ['no namespace', () => okta.replaceAll('md:', '').replace(/ xmlns:md="[^"]*"/, ''), /needs xmlns=/],
    ['OpenID', () => '{"issuer":"x","authorization_endpoint":"y","jwks_uri":"z"}', /OpenID/],
  ])('%s is named', async (_, text, named) => {
    expect((await inspectText(folder.path, text())).output).toMatch(named);
  });
});

describe('a certificate', () => {
  const der = (text: string) => Buffer.from(text.replace(/-----.*-----|\s/g, ''), 'base64');
  test.each<[string, () => string | Buffer]>([
    [
      'with markers in other letters',
      () =>
        signer.certificate.pem.replace(
          /-----(BEGIN|END) CERTIFICATE-----/g,
          (_, word) => `----- ${word === 'END' ? 'End' : 'Begin'} Certificate -----`,
        ),
    ],
    ['with dashes that an editor made long', () => signer.certificate.pem.replaceAll('-----', '——')],
    ['quoted in a mail', () => signer.certificate.pem.replace(/^/gm, '> ')],
    ['in DER', () => der(signer.certificate.pem)],
    ['as Base64 of the PEM', () => base64(signer.certificate.pem)],
    ['percent-encoded', () => encodeURIComponent(signer.certificate.pem).replaceAll('%20', ' ')],
  ])('%s is read', async (_, text) => {
    const { json } = await inspectText(folder.path, text());
    expect([json.kind, json.details?.certificates?.[0]?.thumbprint]).toEqual([
      'certificate',
      signer.certificate.thumbprint,
    ]);
  });

  // A SEQUENCE of the version, and one of the OID of PKCS #7: that is how the binary containers begin.
  const oid = Buffer.from('06092a864886f70d010702', 'hex');
  const sequence = (content: Buffer) =>
    Buffer.concat([Buffer.from([0x30, 0x82, content.length >> 8, content.length & 255]), content]);
  test.each<[string, () => Buffer, RegExp]>([
    ['PKCS #7', () => sequence(Buffer.concat([oid, Buffer.alloc(300)])), /PKCS #7/],
    [
      'PKCS #12',
      () => sequence(Buffer.concat([Buffer.from('020103', 'hex'), sequence(oid), Buffer.alloc(300)])),
      /PKCS #12.*private key/,
    ],
    [
      'a Java keystore',
      () => Buffer.concat([Buffer.from('feedfeed', 'hex'), Buffer.alloc(300, 1)]),
      /keystore.*private key/,
    ],
  ])('%s is named', async (_, bytes, named) => {
    const { code, json } = await inspectText(folder.path, bytes());
    expect([code, json.error.message]).toEqual([2, expect.stringMatching(named)]);
  });
});

describe('a response that nobody can read is named', () => {
  const protocol = 'xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"';
  test.each<[string, () => string, RegExp]>([
    [
      'in an ArtifactResponse',
      () => `<p:ArtifactResponse ${protocol}>${response}</p:ArtifactResponse>`,
      /response-enveloped[\s\S]*artifact binding/,
    ],
    [
      'in SOAP',
      () => `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${response}</s:Body></s:Envelope>`,
      /response-enveloped[\s\S]*SOAP/,
    ],
    ['of SAML 1.1', () => '<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol"/>', /SAML 1/],
    [
      'without a namespace',
      () => response.replaceAll('samlp:', '').replace(/ xmlns:samlp="[^"]*"/, ''),
      /no namespace/,
    ],
    ['with a control character', () => response.replace('<AttributeValue>', '<AttributeValue>\u0001'), /U\+0001/],
    ['with a reference to one', () => response.replace('<AttributeValue>', '<AttributeValue>&#1;'), /&#1;/],
  ])('%s', async (_, text, named) => {
    const { code, output, json } = await inspectText(folder.path, text(), { flags: { certificate } });
    expect([code, json.verdict, output]).toEqual([5, 'rejected', expect.stringMatching(named)]);
  });
});
