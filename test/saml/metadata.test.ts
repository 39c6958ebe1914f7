import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCertificate, toPem } from '../../src/saml/certificate.js';
import { identityProviderData, readMetadata } from '../../src/saml/metadata.js';
import { mutationsOf, refusesCleanly } from './mutations.js';

const folder = new URL('../fixtures/metadata/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(`${name}.xml`, folder), 'utf8');
const fixtures = readdirSync(folder).map(file => readFileSync(new URL(file, folder), 'utf8'));
const tenant = '3f0c0f5e-9f0a-4b7e-8c51-6f1b5a3d2e10';

const thumbprints = (name: string) => readMetadata(fixture(name)).certificates.map(held => held.thumbprint);
const code = (expected: string) => expect.objectContaining({ code: expected, ending: 'usage' });

describe('identityProviderData', () => {
  test.each([
    [
      'okta',
      'http://www.okta.com/exk1abcdEFGHijkl0h7',
      'https://contoso.okta.com/app/contoso_twilioflex_1/exk1abcdEFGHijkl0h7/sso/saml',
    ],
    [
      'google',
      'https://accounts.google.com/o/saml2?idpid=C01abcdef',
      'https://accounts.google.com/o/saml2/idp?idpid=C01abcdef',
    ],
    ['auth0', 'urn:contoso.us.auth0.com', 'https://contoso.us.auth0.com/samlp/aBcDeFgH'],
    ['salesforce', 'https://contoso.my.salesforce.com', 'https://contoso.my.salesforce.com/idp/endpoint/HttpRedirect'],
    ['adfs', 'http://fs.contoso.example/adfs/services/trust', 'https://fs.contoso.example/adfs/ls/'],
    [
      'keycloak',
      'https://keycloak.contoso.example/realms/contoso',
      'https://keycloak.contoso.example/realms/contoso/protocol/saml',
    ],
  ])('%s: issuer, redirect URL and the one valid certificate', (name, issuer, ssoUrl) => {
    const data = identityProviderData(readMetadata(fixture(name)));
    expect(data).toMatchObject({ issuer, ssoUrl });
    expect(readCertificate(data.certificate)).toMatchObject({ validity: 'valid', pem: data.certificate });
  });

  test('entra: the certificate with the thumbprint that Entra prefers', () => {
    const metadata = readMetadata(fixture('entra'));
    expect(metadata.certificates).toHaveLength(2);
    for (const { thumbprint, pem } of metadata.certificates)
      expect(identityProviderData(metadata, { thumbprint: thumbprint.toLowerCase() })).toEqual({
        issuer: `https://sts.windows.net/${tenant}/`,
        ssoUrl: `https://login.microsoftonline.com/${tenant}/saml2`,
        certificate: pem,
      });
  });

  test('several valid certificates: names them and asks to choose', () => {
    const read = () => identityProviderData(readMetadata(fixture('entra')));
    expect(read).toThrow(code('metadata-certificate-unclear'));
    for (const thumbprint of thumbprints('entra')) expect(read).toThrow(thumbprint);
    expect(read).toThrow('2024-05-01 to 2110-05-01');
  });

  test('a thumbprint that is not listed is never replaced by another certificate', () => {
    const read = () => identityProviderData(readMetadata(fixture('okta')), { thumbprint: 'AB'.repeat(20) });
    expect(read).toThrow(code('metadata-certificate-not-listed'));
    const none = { ...readMetadata(fixture('okta')), certificates: [] };
    expect(() => identityProviderData(none, { thumbprint: 'AB' })).toThrow(code('metadata-certificate-not-listed'));
  });

  test('no valid certificate: says what is wrong with those that are there', () => {
    const certificates = readMetadata(fixture('google')).certificates.filter(held => held.validity === 'expired');
    const metadata = { ...readMetadata(fixture('google')), certificates };
    expect(() => identityProviderData(metadata)).toThrow('expired, 2015-01-01 to 2018-01-01');
    expect(() => identityProviderData({ ...metadata, certificates: [] })).toThrow(code('metadata-no-certificate'));
  });

  test('POST only where it is asked for or nothing else is there', () => {
    const metadata = readMetadata(fixture('salesforce'));
    const post = 'https://contoso.my.salesforce.com/idp/endpoint/HttpPost';
    expect(identityProviderData(metadata, { binding: 'HTTP-POST' }).ssoUrl).toBe(post);
    expect(identityProviderData({ ...metadata, ssoUrls: { 'HTTP-POST': post } }).ssoUrl).toBe(post);
    expect(() => identityProviderData({ ...metadata, ssoUrls: {} })).toThrow(code('metadata-no-sso-url'));
    expect(() => identityProviderData({ ...metadata, otherProtocols: 'urn:x' })).toThrow(
      code('metadata-saml2-unsupported'),
    );
  });
});

describe('readMetadata', () => {
  test('leaves encryption keys and those of other roles alone', () => {
    expect(readMetadata(fixture('adfs')).certificates.map(held => held.subject)).toEqual([
      'CN=ADFS Signing - fs.contoso.example',
      'CN=ADFS Signing - fs.contoso.example',
    ]);
    expect(readMetadata(fixture('adfs').replaceAll(' use="signing"', '')).certificates).toHaveLength(2);
  });

  test("reads WS-Federation's roles where the SAML role holds no key", () => {
    const [before, role = ''] = fixture('entra').split('<IDPSSODescriptor');
    const without = `${before}<IDPSSODescriptor${role.replace(/<KeyDescriptor.*<\/KeyDescriptor>/, '')}`;
    expect(readMetadata(without).certificates.map(held => held.thumbprint)).toEqual(thumbprints('entra'));
  });

  test('several identity providers in one document: the one with the active certificate, or none', () => {
    const entity = (name: string) => fixture(name).replace(/^\uFEFF?<\?xml[^>]*>/, '');
    const both = `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${entity('okta')}${entity('google')}</EntitiesDescriptor>`;
    expect(() => readMetadata(both)).toThrow(code('metadata-several-identity-providers'));
    const [activeThumbprint = ''] = thumbprints('okta');
    expect(readMetadata(both, { activeThumbprint })).toEqual(readMetadata(fixture('okta')));
  });

  test.each([
    ['xml-web-page', '<!doctype html><title>Sign in</title>'],
    ['metadata-other', '<Response xmlns="urn:oasis:names:tc:SAML:2.0:protocol"/>'],
    ['metadata-namespace', '<EntityDescriptor xmlns="urn:other"/>'],
    [
      'metadata-no-identity-provider',
      '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:flex:x"><SPSSODescriptor/></EntityDescriptor>',
    ],
    ['metadata-no-entity-id', fixture('okta').replace(/entityID="[^"]*"/, '')],
  ])('%s', (expected, text) => {
    expect(() => readMetadata(text)).toThrow(code(expected));
  });

  test('an address that cannot be used is refused for Flex', () => {
    const metadata = readMetadata(fixture('okta').replaceAll('https://contoso.okta.com/', 'javascript:'));
    expect(() => identityProviderData(metadata)).toThrow(code('metadata-sso-url-invalid'));
  });

  test('a certificate that is garbled takes nothing from the others, but no other one is taken for it', () => {
    const [role = ''] = /<IDPSSODescriptor[\s\S]*<\/IDPSSODescriptor>/.exec(fixture('entra')) ?? [];
    const garbled = fixture('entra').replace(role, role.replace(/X509Certificate>[^<]*/, 'X509Certificate>AAAA'));
    const metadata = readMetadata(garbled);
    expect(metadata.certificates).toHaveLength(1);
    expect(metadata.unreadable).toBe(1);
    expect(() => identityProviderData(metadata)).toThrow(code('certificate-garbled'));
    const [thumbprint = ''] = metadata.certificates.map(held => held.thumbprint);
    expect(identityProviderData(metadata, { thumbprint }).certificate).toBe(metadata.certificates[0]?.pem);
  });

  test('throws nothing but FlexSsoError', () => {
    const read = (text: string) => refusesCleanly(() => identityProviderData(readMetadata(text)));
    fc.assert(fc.property(mutationsOf(fixtures), read), { numRuns: 500 });
  });

  test('reads back what it is given', () => {
    const [held] = readMetadata(fixture('okta')).certificates;
    const url = fc.webUrl({ validSchemes: ['https'], withQueryParameters: true });
    const escaped = (text: string) => text.replace(/[&<"]/g, char => `&#${char.charCodeAt(0)};`);
    fc.assert(
      fc.property(url, url, (entityId, location) => {
        const xml = fixture('okta')
          .replace(/entityID="[^"]*"/, () => `entityID="${escaped(entityId)}"`)
          .replace(/Location="[^"]*"/g, () => `Location="${escaped(location)}"`);
        expect(identityProviderData(readMetadata(xml))).toEqual({
          issuer: entityId,
          ssoUrl: location,
          certificate: toPem(held?.pem.replace(/-.*-/g, '') ?? ''),
        });
      }),
    );
  });
});
