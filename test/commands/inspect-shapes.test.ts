import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMetadata } from '../../src/saml/metadata.js';
import {
  attributes,
  carriers,
  connection,
  createSigner,
  issuer,
  modes,
  responseXml,
  type Signer,
  serviceProvider,
  sign,
  tenant,
} from '../saml/signed-response.js';
import { temporaryDirectory } from '../support/cli.js';
import { inspectText, recordMigration } from './inspect-support.js';

const folder = await temporaryDirectory();
const recorded = await temporaryDirectory();
const ssoUrl = `https://login.microsoftonline.com/${tenant}/saml2`;
let signer: Signer;
let response: string;

beforeAll(async () => {
  signer = await createSigner('IdP');
  response = sign(responseXml(), modes['both signed'] ?? [], signer);
  await recordMigration(recorded.path, {
    connection: { name: connection, ...serviceProvider },
    identityProviderData: { issuer, ssoUrl, certificate: signer.certificate.pem },
  });
});
afterAll(async () => {
  await Promise.all([folder.remove(), recorded.remove()]);
});

const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
/** What a file may be wrapped in without anybody having meant it. */
const wrappings: readonly (readonly [string, (text: string) => string | Buffer])[] = [
  ['as it is', text => text],
  ['with Windows line ends', text => text.replace(/(?<!\r)\n/g, '\r\n')],
  ['with a byte order mark and space around it', text => `\uFEFF\r\n\t ${text} \r\n\r\n`],
  ['in UTF-16, as PowerShell redirects', utf16],
  ['in UTF-16, the other way round', text => utf16(text).swap16()],
];

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/metadata/${name}.xml`, import.meta.url), 'utf8').replace(/^\uFEFF/, '');
const signedOnTop = (xml: string) =>
  xml.replace(
    /(<EntityDescriptor[^>]*>)/,
    '$1<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo><Reference URI="#_1"/></SignedInfo><SignatureValue>AA==</SignatureValue><KeyInfo><X509Data><X509Certificate>AAAA</X509Certificate></X509Data></KeyInfo></Signature>',
  );
const claimType = (number: number) =>
  `<auth:ClaimType xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706" Uri="http://schemas.contoso.example/claims/${number}" Optional="true"><auth:DisplayName>Claim ${number}</auth:DisplayName></auth:ClaimType>`;
const claims = `<fed:ClaimTypesOffered xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706">${Array.from({ length: 400 }, (_, number) => claimType(number)).join('')}</fed:ClaimTypesOffered>`;

describe('metadata', () => {
  const names = ['entra', 'okta', 'google', 'auth0', 'salesforce', 'adfs', 'keycloak', 'pingfederate', 'onelogin'];
  test.each(names.flatMap(name => wrappings.map(([how, wrap]) => [name, how, wrap] as const)))(
    '%s, %s',
    async (name, _, wrap) => {
      const { json } = await inspectText(folder.path, wrap(fixture(name)));
      const { entityId, ssoUrls, certificates } = readMetadata(fixture(name));
      expect(json).toMatchObject({ kind: 'metadata', details: { issuer: entityId, ssoUrls } });
      expect(json.details.certificates).toMatchObject(
        certificates.map(({ thumbprint, validFrom, validTo, validity }) => ({
          thumbprint,
          validFrom,
          validTo,
          validity,
        })),
      );
    },
  );

  test.each(['entra', 'adfs'])('%s with a signature on top, and as large as a real one', async name => {
    const whole = signedOnTop(fixture(name)).replace(/(<RoleDescriptor[^>]*>)/, `$1${claims}`);
    expect(whole.length).toBeGreaterThan(60_000);
    const { json } = await inspectText(folder.path, whole);
    const { entityId, ssoUrls, certificates } = readMetadata(fixture(name));
    expect(json.details).toMatchObject({ issuer: entityId, ssoUrls });
    expect(json.details.certificates).toHaveLength(certificates.length);
  });

  test('of Entra says which certificate is active where that is recorded, and that it is not known where it is not', async () => {
    const [first, second] = readMetadata(fixture('entra')).certificates;
    const unknown = await inspectText(folder.path, fixture('entra'));
    expect(unknown.json.findings).toMatchObject([
      { code: 'certificate-several-active', message: expect.stringContaining('nothing says which one is active') },
    ]);
    const modified = await temporaryDirectory();
    const listed = [first, second].map((held, index) => ({ certificate: held?.pem ?? '', active: index === 1 }));
    const listedCertificatesAt = '2026-05-03T09:00:00.000Z';
    await recordMigration(modified.path, { listedCertificates: listed, listedCertificatesAt }, 'modify');
    const known = await inspectText(modified.path, fixture('entra'));
    expect(known.json).toMatchObject({
      verdict: 'ok',
      details: { certificates: [{ active: false }, { active: true, activeAsOf: listedCertificatesAt }] },
    });
    const { output } = await inspectText(modified.path, fixture('entra'), { json: false });
    const lines = output.replace(/\s+/g, ' ').split('Certificate: ');
    expect(lines.find(line => line.includes(second?.thumbprint ?? ''))).toContain(
      'recorded as the active one on 3 May 2026',
    );
    expect(lines.find(line => line.includes(first?.thumbprint ?? ''))).toContain('not the active one on 3 May 2026');
    // What is named by hand says nothing of what is active.
    const file = path.join(modified.path, 'first.pem');
    await writeFile(file, first?.pem ?? '');
    const named = await inspectText(modified.path, fixture('entra'), { flags: { certificate: file } });
    expect(named.json.details.certificates).toMatchObject([{ active: false }, { active: true }]);
    await modified.remove();
  });
});

test('metadata that a word processor changed is named', async () => {
  const { json } = await inspectText(folder.path, fixture('okta').replaceAll('"', '”'));
  expect(json).toMatchObject({
    verdict: 'rejected',
    findings: [{ evidence: expect.stringContaining('word processors') }],
  });
});

describe('a certificate', () => {
  const bare = () => signer.certificate.pem.replace(/-----.*-----|\s/g, '');
  const hex = (between: string) => (Buffer.from(bare(), 'base64').toString('hex').match(/../g) ?? []).join(between);
  const forms: readonly (readonly [string, () => string])[] = [
    ['PEM', () => signer.certificate.pem],
    ['base64 without BEGIN and END', bare],
    ['hexadecimal digits', () => hex('')],
    ['hexadecimal digits with colons, in lines', () => hex(':').toUpperCase().replace(/.{48}/g, '$&\n')],
    ['hexadecimal digits with spaces', () => hex(' ')],
    ['bytes of a program', () => `{ 0x${hex(', 0x')} };`],
    ['base64 in lines', () => bare().replace(/.{1,64}/g, '$&\n')],
  ];
  test.each(forms.flatMap(([form, text]) => wrappings.map(([how, wrap]) => [form, how, text, wrap] as const)))(
    '%s, %s',
    async (_, __, text, wrap) => {
      const { json, code } = await inspectText(recorded.path, wrap(text()));
      expect([code, json.kind, json.verdict]).toEqual([0, 'certificate', 'ok']);
      expect(json.details.certificates).toMatchObject([{ thumbprint: signer.certificate.thumbprint, active: true }]);
    },
  );

  test('of several in one file the recorded one is judged; where none is, that is said', async () => {
    const old = await createSigner('IdP', { from: -100, to: -1 });
    const bundle = old.certificate.pem + signer.certificate.pem;
    const { json } = await inspectText(recorded.path, bundle);
    expect(json).toMatchObject({ verdict: 'ok', details: { certificates: [{ active: false }, { active: true }] } });
    const unknown = await inspectText(folder.path, signer.certificate.pem + old.certificate.pem);
    expect(unknown.json.findings).toMatchObject([{ code: 'certificate-several-active', severity: 'info' }]);
  });

  test('is not its thumbprint', async () => {
    const { thumbprint } = signer.certificate;
    for (const written of [thumbprint, `SHA1 Fingerprint=${(thumbprint.match(/../g) ?? []).join(':')}`]) {
      const { json, code } = await inspectText(folder.path, written);
      expect([code, json.error.message]).toEqual([2, expect.stringContaining('thumbprint of a certificate')]);
    }
    const file = path.join(folder.path, 'thumbprint');
    await writeFile(file, thumbprint);
    const named = await inspectText(folder.path, response, { flags: { certificate: file } });
    expect(named.json.error.code).toBe('certificate-thumbprint');
  });

  test('a bundle verifies with any of them', async () => {
    const other = await createSigner('Another');
    const file = path.join(folder.path, 'bundle.pem');
    await writeFile(file, other.certificate.pem + signer.certificate.pem);
    const { json } = await inspectText(folder.path, response, { flags: { certificate: file } });
    expect(json.verdict).toBe('ok');
  });
});

describe('a response', () => {
  test.each(Object.keys(carriers).flatMap(form => wrappings.map(([how, wrap]) => [form, how, wrap] as const)))(
    'as %s, %s',
    async (form, _, wrap) => {
      // Line ends inside signed XML would be another message.
      const text = carriers[form]?.(response) ?? '';
      const { json, code } = await inspectText(recorded.path, wrap(text));
      expect([code, json.verdict]).toEqual([0, 'ok']);
    },
  );

  const lines = (text: string, begin: string, width = 76) =>
    text.replace(new RegExp(`.{1,${width}}`, 'g'), `${begin}$&\n`);
  const base64 = (xml: string) => Buffer.from(xml).toString('base64');
  const printable = (text: string) => text.replaceAll('=', '=3D').replace(/.{70}/g, '$&=\r\n');
  const source = (page: string) =>
    page
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('"', '&quot;')
      .replace(/\w+(?==)/g, '<span class="a">$&</span>');
  const input = (xml: string) => `<input type="hidden" name="SAMLResponse" value="${base64(xml)}" />`;
  const log = '2026-11-28T10:00:00Z INFO  saml -';
  test.each<[string, (xml: string) => string]>([
    ['behind the name of a field in a log', xml => `${log} raw=${base64(xml)} took=12ms\n`],
    ['as a field in lower case', xml => `${log} samlresponse=${encodeURIComponent(base64(xml))}&relaystate=x`],
    ['as a field of a program', xml => `${log} { saml_response: '${base64(xml)}', samlRequest: null }`],
    ['in lines of Base64 that are set in', xml => lines(base64(xml), '    ', 64)],
    ['in lines of Base64 that a mail quotes', xml => `Ann wrote:\n\n${lines(base64(xml), '> ')}\nThanks`],
    ['in lines of Base64 that a mail quotes twice', xml => lines(base64(xml), '> > ')],
    ['in YAML', xml => `request:\n  saml_response: >-\n${lines(base64(xml), '    ')}  other: 1\n`],
    [
      'in YAML, with a short last line',
      xml =>
        `a:\n  SAMLResponse: |\n${lines(base64(`${xml}${' '.repeat((57 - (xml.length % 57)) % 57)}\n\n `), '    ')}  other: 1\n`,
    ],
    ['in YAML under an unknown name', xml => `request:\n  payload: |\n${lines(base64(xml), '    ')}  other: 1\n`],
    [
      'in a mail in quoted-printable',
      xml =>
        `Content-Transfer-Encoding: quoted-printable\r\n\r\n${printable(`SAMLResponse=${encodeURIComponent(base64(xml))}&RelayState=x`)}\r\n`,
    ],
    ['in quoted-printable from its first tag on', printable],
    ['in a table', xml => `time,host,message\n10:00,web1,"${xml.replaceAll('"', '""')}"\n`],
    ['in JSON in JSON', xml => JSON.stringify({ _raw: JSON.stringify({ msg: xml }) })],
    ['in JSON in JSON, from its first tag on', xml => JSON.stringify(JSON.stringify(xml)).slice(3, -3)],
    ['in the source of a page', xml => `<table><tr><td>${source(input(xml))}</td></tr></table>`],
    [
      'in the source of a page that has a form',
      xml => `<html><form action="/find"></form><pre>${source(input(xml))}</pre></html>`,
    ],
    ['in Base64 twice', xml => base64(base64(xml))],
    ['with a copy of it behind it', xml => `${xml}\n${xml}`],
  ])('%s is read', async (_, form) => {
    const { json, code } = await inspectText(recorded.path, form(response));
    expect([code, json.verdict, json.kind]).toEqual([0, 'ok', 'response']);
  });

  test.each<[string, RegExp, (xml: string) => string]>([
    ['typographic quotation marks', /word processors.*copy it again as plain text/, xml => xml.replaceAll('"', '”')],
    ['no-break spaces', /no-break spaces.*copy it again as plain text/, xml => xml.replaceAll(' ', '\u00A0 ')],
    ['an end that is cut off', /cut off: its last tag is missing; copy it whole/, xml => base64(xml.slice(0, 3000))],
    [
      'an ellipsis',
      /cut off: its last tag is missing; copy it whole/,
      xml => `SAMLResponse=${base64(xml).slice(0, 800)}…`,
    ],
    ['line breaks of a viewer', /does not fit.*Inspect what was sent/, xml => xml.replaceAll('><', '>\n  <')],
    ['letters that were read wrongly', /does not fit.*wrong encoding/, xml => xml.replace('Ann Canary', 'JÃ¶rg')],
  ])('with %s is named', async (_, words, form) => {
    const { json } = await inspectText(recorded.path, form(response));
    expect(json.verdict).toBe('rejected');
    expect(json.findings[0].evidence).toMatch(words);
  });

  const latin1 = (xml: string) => Buffer.from(xml, 'latin1');
  const windows1252 = (xml: string) => Buffer.from(xml.replace('€', '\x80'), 'latin1');
  test.each([
    ['ISO-8859-1', 'Jörg Müller', latin1],
    ['ISO-8859-1', 'Jörg, saved as UTF-8 by an editor', (xml: string) => xml],
    ['ISO-8859-1', 'Jörg, in Base64', (xml: string) => latin1(xml).toString('base64')],
    ['ISO-8859-1', 'Jörg, deflated', (xml: string) => deflateRawSync(latin1(xml)).toString('base64')],
    ['windows-1252', 'Jörg €', windows1252],
    ['windows-1252', 'Jörg € in a form', (xml: string) => `SAMLResponse=${windows1252(xml).toString('base64url')}`],
    ['UTF-16', 'Jörg, in Base64', (xml: string) => utf16(xml).toString('base64')],
    ['utf-16', 'Jörg, written into UTF-8', (xml: string) => xml],
  ])('in the encoding that it declares: %s, %s', async (encoding, name, form) => {
    const named = responseXml({ attributes: { ...attributes, full_name: [name] } });
    const signed = sign(named, modes['both signed'] ?? [], signer);
    const given = form(`<?xml version="1.0" encoding="${encoding}"?>${signed}`);
    const { json } = await inspectText(recorded.path, given, { showPersonal: true });
    expect(json).toMatchObject({
      verdict: 'ok',
      identity: { attributes: expect.arrayContaining([{ name: 'full_name', values: [name] }]) },
    });
  });

  test('in an encoding that cannot be read, or that it does not declare: named', async () => {
    const named = responseXml({ attributes: { ...attributes, full_name: ['Jörg'] } });
    const signed = sign(named, modes['both signed'] ?? [], signer);
    const declared = latin1(`<?xml version="1.0" encoding="x-mac-klingon"?>${signed}`);
    for (const given of [declared, declared.toString('base64')]) {
      const { json, code } = await inspectText(recorded.path, given);
      expect([code, json.error.code]).toEqual([2, 'xml-encoding']);
      expect(json.error.message).toContain('x-mac-klingon');
    }
    const { json } = await inspectText(recorded.path, latin1(signed));
    expect(json.findings[0]).toMatchObject({
      code: 'message-altered',
      evidence: expect.stringContaining('its encoding is not the one that it declares'),
    });
  });

  test('in base64 that a mail programme broke into lines', async () => {
    const lines = Buffer.from(response)
      .toString('base64')
      .replace(/.{1,76}/g, '$&\r\n');
    expect((await inspectText(recorded.path, lines)).json.verdict).toBe('ok');
  });
});

describe('an AuthnRequest', () => {
  const xml = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0" Destination="${ssoUrl}" AssertionConsumerServiceURL="${serviceProvider.acsUrl.replace('&', '&amp;')}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${serviceProvider.entityId}</saml:Issuer></samlp:AuthnRequest>`;
  const parameters = (more: Record<string, string>) =>
    new URLSearchParams({ SAMLRequest: deflateRawSync(xml).toString('base64'), RelayState: 'x y', ...more });
  test.each([
    ['a URL', `${ssoUrl}?${parameters({})}`],
    ['a signed one', `${ssoUrl}?${parameters({ SigAlg: 'urn:x', Signature: 'AAAA' })}`],
    [
      'an address bar, with parameters of the login page',
      `${ssoUrl}?${parameters({ sso_reload: 'true', 'client-request-id': '1' })}#top`,
    ],
    ['in quotes', `"${ssoUrl}?${parameters({})}"`],
  ])('from %s', async (_, url) => {
    for (const [, wrap] of wrappings) {
      const { json, code } = await inspectText(recorded.path, wrap(url));
      expect([code, json.kind, json.findings]).toEqual([0, 'authn-request', []]);
      expect(json.details).toMatchObject({ entityId: serviceProvider.entityId, ssoUrl });
    }
  });
});

describe('a recording', () => {
  const body = (xml: string) =>
    String(new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: 'x' }));
  const entries = (xml: string) => ({
    // Chrome writes the parameters as they were sent; Firefox decodes them and may leave the text out.
    Chrome: {
      mimeType: 'application/x-www-form-urlencoded',
      text: body(xml),
      params: body(xml)
        .split('&')
        .map(pair => ({ name: pair.split('=')[0], value: pair.split('=').slice(1).join('=') })),
    },
    Firefox: {
      mimeType: 'application/x-www-form-urlencoded',
      params: [...new URLSearchParams(body(xml))].map(([name, value]) => ({ name, value })),
      text: '',
    },
  });
  const har = (...list: object[]) => JSON.stringify({ log: { version: '1.2', entries: list } });
  const entry = (postData: object, startedDateTime = new Date().toISOString()) => ({
    startedDateTime,
    request: { method: 'POST', url: serviceProvider.acsUrl, postData },
    response: { status: 302, redirectURL: '', content: { size: 0 } },
  });

  test.each(['Chrome', 'Firefox'] as const)('by %s', async browser => {
    const { json } = await inspectText(recorded.path, har(entry(entries(response)[browser])));
    expect([json.kind, json.verdict]).toEqual(['response', 'ok']);
  });

  test('with the page that carries the response, in base64', async () => {
    const page = `<html><body onload="document.forms[0].submit()"><form method="POST" action="${serviceProvider.acsUrl}"><input type="hidden" name="SAMLResponse" value="${Buffer.from(response).toString('base64')}"></form></body></html>`;
    const content = { mimeType: 'text/html', text: Buffer.from(page).toString('base64'), encoding: 'base64' };
    const loginPage = { startedDateTime: new Date().toISOString(), request: { url: ssoUrl }, response: { content } };
    const { json } = await inspectText(recorded.path, har(loginPage, entry(entries(response).Chrome)));
    expect([json.kind, json.verdict, json.messages]).toEqual(['response', 'ok', undefined]);
  });

  test('of several responses explains each, and says so', async () => {
    const other = sign(responseXml({ audience: 'urn:other', inResponseTo: '_2' }), modes['both signed'] ?? [], signer);
    const both = har(entry(entries(other).Firefox), entry(entries(response).Chrome));
    const { json } = await inspectText(recorded.path, both);
    expect(json).toMatchObject({ verdict: 'problems', messages: [{ verdict: 'problems' }, { verdict: 'ok' }] });
    expect(json.details.entityId).toBe(serviceProvider.entityId);
    const { output } = await inspectText(recorded.path, both, { json: false });
    expect(output.replace(/\s+/g, ' ')).toContain('This recording holds 2 SAML messages, of which 2 are responses.');
  });

  test('with names that pollute prototypes', async () => {
    const text = har(entry(entries(response).Chrome)).replace('"request"', '"__proto__":{"polluted":1},"request"');
    expect((await inspectText(recorded.path, text)).json.verdict).toBe('ok');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

test.each([
  ['inspect-empty', ''],
  ['inspect-empty', '\uFEFF\r\n'],
  ['inspect-unknown', Buffer.from([0, 1, 2, 3, 0xff])],
  ['inspect-unknown', utf16('hello')],
])('%s: exit code 2', async (code, text) => {
  const { json, code: exit } = await inspectText(folder.path, text);
  expect([exit, json.error.code]).toEqual([2, code]);
});
