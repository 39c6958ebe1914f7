import { readdirSync, readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/diagnosis/capture.js';
import { type Expected, expectedOf } from '../../src/diagnosis/expected.js';
import { diagnose } from '../../src/diagnosis/message.js';
import { legacyServiceProviders } from '../../src/flex/service-provider.js';
import { beginMigration } from '../../src/migration/state.js';
import { readCertificate, toPem } from '../../src/saml/certificate.js';
import { readMetadata } from '../../src/saml/metadata.js';
import { serviceProvider } from '../saml/signed-response.js';

const folder = new URL('../fixtures/metadata/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(`${name}.xml`, folder), 'utf8');
const nothingKnown = expectedOf(undefined);
const inspect = (text: string, expected: Expected = nothingKnown) => {
  const [message] = readCapture(text).messages;
  return message && diagnose(message, expected);
};
const codes = (text: string, expected: Expected) => inspect(text, expected)?.findings.map(({ code }) => code);

const tenant = '3f0c0f5e-9f0a-4b7e-8c51-6f1b5a3d2e10';
const redirect = 'HTTP-Redirect';
const post = 'HTTP-POST';
const contoso = 'https://contoso.onelogin.com/trust/saml2/';
const oneLogin = '7c1c9e0a-2f0b-4a1d-8f5e-3f6d0b1f2a34';

describe('metadata', () => {
  const samples: Record<string, [issuer: string, ssoUrls: Record<string, string>]> = {
    entra: [
      `https://sts.windows.net/${tenant}/`,
      {
        [redirect]: `https://login.microsoftonline.com/${tenant}/saml2`,
        [post]: `https://login.microsoftonline.com/${tenant}/saml2`,
      },
    ],
    okta: ['http://www.okta.com/exk1abcdEFGHijkl0h7', {}],
    google: ['https://accounts.google.com/o/saml2?idpid=C01abcdef', {}],
    auth0: ['urn:contoso.us.auth0.com', {}],
    salesforce: ['https://contoso.my.salesforce.com', {}],
    adfs: ['http://fs.contoso.example/adfs/services/trust', {}],
    keycloak: ['https://keycloak.contoso.example/realms/contoso', {}],
    pingfederate: [
      'https://sso.contoso.example',
      { [redirect]: 'https://sso.contoso.example/idp/SSO.saml2', [post]: 'https://sso.contoso.example/idp/SSO.saml2' },
    ],
    onelogin: [
      `https://app.onelogin.com/saml/metadata/${oneLogin}`,
      { [redirect]: `${contoso}http-redirect/sso/${oneLogin}`, [post]: `${contoso}http-post/sso/${oneLogin}` },
    ],
  };

  test('there is a sample of every identity provider', () => {
    expect(Object.keys(samples).sort()).toEqual(
      readdirSync(folder)
        .map(file => file.replace('.xml', ''))
        .sort(),
    );
  });

  test.each(Object.entries(samples))('%s: issuer, SSO URL by binding, certificates', (name, [issuer, ssoUrls]) => {
    const diagnosis = inspect(fixture(name));
    expect(diagnosis).toMatchObject({ kind: 'metadata', verdict: 'ok', details: { issuer, ssoUrls } });
    expect(Object.keys(diagnosis?.details.ssoUrls ?? {}).length).toBeGreaterThan(0);
    for (const certificate of diagnosis?.details.certificates ?? [])
      expect(certificate).toMatchObject({
        thumbprint: expect.stringMatching(/^[0-9A-F]{40}$/),
        validFrom: expect.stringMatching(/^\d{4}-/),
        validTo: expect.stringMatching(/^\d{4}-/),
      });
  });

  test('entra: which certificate is active, from what the migration recorded, and not from what is named', () => {
    const [first, second] = readMetadata(fixture('entra')).certificates;
    if (!first || !second) throw new Error('the sample lists two');
    const ssoUrl = `https://login.microsoftonline.com/${tenant}/saml2`;
    const issuer = `https://sts.windows.net/${tenant}/`;
    const known = ({ pem }: typeof first) =>
      expectedOf({
        ...beginMigration(`AC${'0'.repeat(32)}`),
        facts: { identityProviderData: { issuer, ssoUrl, certificate: pem } },
      });
    const named = inspect(fixture('entra'), expectedOf(undefined, { certificates: [first] }));
    expect(named).toMatchObject({ verdict: 'ok', findings: [] });
    for (const listed of named?.details.certificates ?? []) expect(listed).not.toHaveProperty('active');
    for (const [held, active] of [
      [first, [true, false]],
      [second, [false, true]],
    ] as const)
      expect(inspect(fixture('entra'), known(held))?.details.certificates?.map(listed => listed.active)).toEqual(
        active,
      );
    expect(inspect(fixture('entra'))?.findings).toMatchObject([{ code: 'certificate-several-active' }]);
  });

  test('is held against what Flex holds', () => {
    const [google] = readMetadata(fixture('google')).certificates.filter(({ validity }) => validity === 'valid');
    const expected = expectedOf(undefined, { certificates: google ? [google] : [] });
    expect(inspect(fixture('onelogin'), expected)?.findings).toMatchObject([
      {
        code: 'certificate-rolled',
        certainty: 'likely',
        evidence: expect.stringContaining(`Named with --certificate: thumbprint ${google?.thumbprint}`),
      },
    ]);
    expect(codes(fixture('onelogin'), { ...nothingKnown, issuer: 'https://x/' })).toEqual(['issuer-mismatch']);
    expect(codes(fixture('onelogin'), { ...nothingKnown, ssoUrl: 'https://x/' })).toEqual(['sso-url-wrong']);
    const other = `https://sts.windows.net/${tenant.replace('3', '4')}/`;
    expect(codes(fixture('entra'), { ...nothingKnown, issuer: other })?.[0]).toBe('tenant-wrong');
    expect(codes(fixture('onelogin'), { ...nothingKnown, now: new Date('2200-01-01') })).toEqual([
      'certificate-expired',
    ]);
  });

  test('with a document type is rejected', () => {
    const xml = `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${fixture('onelogin').replace(/<\?.*?\?>/, '')}`;
    expect(inspect(xml)).toMatchObject({ verdict: 'rejected', findings: [{ code: 'message-unsafe' }] });
  });
});

describe('a certificate', () => {
  const base64 = /<ds:X509Certificate>([^<]*)</.exec(fixture('onelogin'))?.[1]?.replace(/\s/g, '') ?? '';
  test.each([
    ['PEM', toPem(base64)],
    ['base64', base64],
  ])('%s', (_, text) => {
    expect(inspect(text)).toMatchObject({ kind: 'certificate', verdict: 'ok', details: { certificates: [{}] } });
    expect(inspect(text, expectedOf(undefined, { certificates: [readCertificate(base64)] }))?.verdict).toBe('ok');
  });

  test('of another person', () => {
    const certificates = readMetadata(fixture('okta')).certificates;
    expect(inspect(base64, expectedOf(undefined, { certificates }))?.findings).toMatchObject([
      { code: 'certificate-wrong', evidence: expect.stringContaining('Named with --certificate: thumbprint') },
    ]);
  });
});

describe('an AuthnRequest', () => {
  const ssoUrl = `https://login.microsoftonline.com/${tenant}/saml2`;
  const xml = (issuer = serviceProvider.entityId, acsUrl = serviceProvider.acsUrl, more = '') =>
    `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0" Destination="${ssoUrl}" AssertionConsumerServiceURL="${acsUrl}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer>${more}</samlp:AuthnRequest>`;
  const url = (text: string, to = ssoUrl) =>
    `${to}?${new URLSearchParams({ SAMLRequest: deflateRawSync(text).toString('base64'), RelayState: 'x' })}`;
  const account = `AC${'0'.repeat(32)}`;
  const expected: Expected = { ...nothingKnown, serviceProvider, ssoUrl, legacy: legacyServiceProviders(account) };

  test.each([
    ['a URL', url(xml())],
    ['XML', xml()],
    ['base64', Buffer.from(xml()).toString('base64')],
    ['deflated base64', deflateRawSync(xml()).toString('base64')],
    ['a form body', String(new URLSearchParams({ SAMLRequest: Buffer.from(xml()).toString('base64') }))],
    [
      'a page',
      `<html><form action="${ssoUrl}"><input name="SAMLRequest" value="${Buffer.from(xml()).toString('base64')}"></form></html>`,
    ],
  ])('%s', (_, text) => {
    expect(inspect(text, expected)).toMatchObject({
      kind: 'authn-request',
      verdict: 'ok',
      details: { entityId: serviceProvider.entityId, acsUrl: serviceProvider.acsUrl, ssoUrl },
    });
  });

  const other = `JQ${'e'.repeat(32)}`;
  const legacy = legacyServiceProviders(account)[0];
  const policy = '<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"/>';
  const context =
    '<samlp:RequestedAuthnContext><saml:AuthnContextClassRef xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>';
  test.each([
    ['entity-id-unknown', xml('urn:flex:x')],
    ['connection-wrong', xml(`urn:flex:${other}`)],
    ['connection-inactive', xml(legacy?.entityId, legacy?.acsUrl)],
    ['acs-url-mismatch', xml(undefined, 'https://login.flex.us1.twilio.com/login/callback')],
    ['name-id-policy', xml(undefined, undefined, policy)],
    ['authn-context-mismatch', xml(undefined, undefined, context)],
    ['tenant-wrong', url(xml().replace(tenant, 'x'), ssoUrl.replace(tenant, tenant.replace('3', '4')))],
  ])('%s', (code, text) => {
    expect(codes(text, expected)?.[0]).toBe(code);
  });

  test('of the legacy connection is held against what is recorded of that one', () => {
    const legacySsoUrl = `https://login.microsoftonline.com/${tenant.replace('3', '4')}/saml2`;
    const known = { ...expected, legacySsoUrl };
    const asked = (acsUrl = legacy?.acsUrl ?? '', to = legacySsoUrl) =>
      codes(url(xml(legacy?.entityId, acsUrl).replace(ssoUrl, to), to), known);
    expect(asked()).toEqual(['connection-inactive']);
    expect(asked(`${legacy?.acsUrl}/`)).toEqual(['connection-inactive']);
    expect(asked(serviceProvider.acsUrl)).toEqual(['connection-inactive', 'acs-url-mismatch']);
    expect(asked(undefined, ssoUrl)).toEqual(['connection-inactive', 'tenant-wrong']);
    // Where no other connection is known, it is the one in use.
    const alone = { ...known, serviceProvider: undefined };
    expect(codes(xml(legacy?.entityId, legacy?.acsUrl).replace(ssoUrl, legacySsoUrl), alone)).toEqual([]);
  });

  test('in a URL has to be deflated', () => {
    const plain = `${ssoUrl}?${new URLSearchParams({ SAMLRequest: Buffer.from(xml()).toString('base64') })}`;
    expect(inspect(plain, expected)).toMatchObject({
      findings: [{ code: 'request-malformed', severity: 'warning' }],
      details: { entityId: serviceProvider.entityId },
    });
  });

  test('where nothing is known its values have to belong together', () => {
    expect(codes(xml(), nothingKnown)).toEqual([]);
    expect(codes(xml(`urn:flex:${other}`), nothingKnown)).toEqual(['connection-wrong']);
  });
});

test.each([
  '',
  'hello',
  '{}',
  '<html></html>',
  'SAMLResponse=',
  'https://example.com/',
  'aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ=',
])('nothing is recognised in %j', text => {
  expect(readCapture(text).messages).toEqual([]);
});
