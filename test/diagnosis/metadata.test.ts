import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Expected, expectedOf } from '../../src/diagnosis/expected.js';
import { diagnoseMetadata } from '../../src/diagnosis/metadata.js';
import { readMetadata } from '../../src/saml/metadata.js';

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/metadata/${name}.xml`, import.meta.url), 'utf8').replace(
    /^\uFEFF?<\?xml[^>]*>/,
    '',
  );
const nothingKnown = expectedOf(undefined);
const diagnose = (xml: string, expected: Expected = nothingKnown) => diagnoseMetadata(xml, expected);

describe('metadata that is of no use as it is', () => {
  test('names no single sign-on URL', () => {
    const xml = fixture('onelogin').replace(/<(\w+:)?SingleSignOnService[^>]*>/g, '');
    expect(diagnose(xml)).toMatchObject({
      verdict: 'problems',
      findings: [{ code: 'sso-url-absent', severity: 'error' }],
    });
  });

  const onelogin = (pattern: RegExp | string, by: string) => fixture('onelogin').replaceAll(pattern, by);
  const saml2 = 'urn:oasis:names:tc:SAML:2.0:protocol';
  const entityId = /entityID="[^"]*"/;
  test.each<[string, string, string, string]>([
    [
      'speaks only SAML 1.1',
      'saml-version-unsupported',
      'error',
      onelogin(saml2, 'urn:oasis:names:tc:SAML:1.1:protocol'),
    ],
    [
      'is of one computer',
      'sso-url-unusable',
      'error',
      onelogin(/Location="https:\/\/[^/"]*/g, 'Location="https://localhost'),
    ],
    [
      'is of one computer, by number',
      'sso-url-unusable',
      'error',
      onelogin(/Location="https:\/\/[^/"]*/g, 'Location="http://127.0.0.1:8080'),
    ],
    ['is not encrypted', 'sso-url-unusable', 'warning', onelogin('Location="https:', 'Location="http:')],
    [
      'is of a tenant of zeros',
      'metadata-template',
      'error',
      onelogin(new RegExp(entityId, 'g'), 'entityID="https://sts.windows.net/00000000-0000-0000-0000-000000000000/"'),
    ],
    [
      'has an Entity ID with white space in it',
      'entity-id-spaced',
      'warning',
      onelogin(new RegExp(entityId, 'g'), 'entityID="https://idp.example/a b"'),
    ],
    [
      'has an Entity ID with white space around it',
      'entity-id-spaced',
      'warning',
      onelogin(new RegExp(entityId, 'g'), 'entityID=" https://idp.example "'),
    ],
  ])('%s: %s, %s', (_, code, severity, xml) => {
    expect(diagnose(xml)).toMatchObject({ verdict: 'problems', findings: [{ code, severity }] });
  });

  test('supports SAML 2.0 in one of two roles: its single sign-on URL is that of this role', () => {
    const [role = ''] = /<IDPSSODescriptor[\s\S]*<\/IDPSSODescriptor>/.exec(fixture('onelogin')) ?? [];
    const old = role.replace(saml2, 'urn:oasis:names:tc:SAML:1.1:protocol').replaceAll('https://', 'https://old.');
    const both = diagnose(fixture('onelogin').replace(role, old + role));
    expect(both).toMatchObject({ verdict: 'ok', details: { ssoUrls: readMetadata(fixture('onelogin')).ssoUrls } });
    expect(diagnose(onelogin(` protocolSupportEnumeration="${saml2}"`, '')).verdict).toBe('ok');
  });

  const ended = (tag: string, end: string) => fixture('onelogin').replace(tag, `${tag} validUntil="${end}"`);
  test.each(['<EntityDescriptor', '<IDPSSODescriptor'])('is out of date by its %s', tag => {
    expect(diagnose(ended(tag, '2020-01-01T00:00:00Z')).findings).toMatchObject([
      { code: 'metadata-outdated', severity: 'warning', evidence: expect.stringContaining('2020-01-01') },
    ]);
    for (const end of ['2220-01-01T00:00:00Z', 'soon']) expect(diagnose(ended(tag, end)).findings).toEqual([]);
  });

  test('holds a certificate that cannot be read: the others are', () => {
    const [whole = ''] = /<[^<]*X509Certificate>[^<]*<\/[^<]*X509Certificate>/.exec(fixture('onelogin')) ?? [];
    const garbled = whole.replace(/>[^<]*</, '>AAAA<');
    const [held] = readMetadata(fixture('onelogin')).certificates;
    expect(diagnose(fixture('onelogin').replace(whole, garbled + whole))).toMatchObject({
      verdict: 'problems',
      findings: [{ code: 'certificate-unreadable', severity: 'warning' }],
      details: { certificates: [{ thumbprint: held?.thumbprint }] },
    });
    expect(diagnose(fixture('onelogin').replace(whole, garbled)).findings).toMatchObject([
      { code: 'certificate-unreadable', severity: 'error' },
    ]);
  });
});

describe('metadata of several identity providers', () => {
  const both = `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${fixture('okta')}${fixture('google')}</EntitiesDescriptor>`;
  const [okta, google] = ['okta', 'google'].map(name => readMetadata(fixture(name)));

  test('lists them where nothing says which one it is', () => {
    expect(diagnose(both)).toMatchObject({
      kind: 'metadata',
      verdict: 'problems',
      findings: [{ code: 'identity-providers-several' }],
      details: { identityProviders: [okta?.entityId, google?.entityId] },
    });
  });

  test('explains the one that holds the known certificate, or has the known Entity ID', () => {
    const named = expectedOf(undefined, { certificates: okta?.certificates ?? [] });
    for (const expected of [named, { ...nothingKnown, issuer: okta?.entityId }])
      expect(diagnose(both, expected)).toMatchObject({ verdict: 'ok', details: { issuer: okta?.entityId } });
  });
});
