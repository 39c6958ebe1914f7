import { beforeAll, describe, expect, test } from 'vitest';
import { type Expected, expectedOf } from '../../src/diagnosis/expected.js';
import { diagnoseResponse } from '../../src/diagnosis/response.js';
import { legacyServiceProviders } from '../../src/flex/service-provider.js';
import {
  attributes,
  type Content,
  createSigner,
  issuer,
  modes,
  person,
  requestId,
  responseXml,
  type Signed,
  type Signer,
  type Signing,
  serviceProvider,
  sign,
} from '../saml/signed-response.js';

let [own, other, successor, expired, early, ending]: Signer[] = [];
beforeAll(async () => {
  [own, other, successor, expired, early, ending] = await Promise.all([
    createSigner('IdP'),
    createSigner('Another'),
    createSigner('IdP', { from: 0 }),
    createSigner('IdP', { from: -100, to: -1 }),
    createSigner('IdP', { from: 1 }),
    createSigner('IdP', { to: 10 }),
  ]);
});

const account = `AC${'0'.repeat(32)}`;
const both: readonly Signed[] = ['Assertion', 'Response'];
const expectedFor = (signer = own, more: Partial<Expected> = {}): Expected => ({
  ...expectedOf(undefined, { certificates: signer ? [signer.certificate] : [] }),
  serviceProvider,
  issuer,
  legacy: legacyServiceProviders(account),
  requestId,
  ...more,
});
const diagnose = (content: Content, expected = expectedFor(), signer = own, how: Signing = {}, signed = both) =>
  diagnoseResponse(sign(responseXml(content), signed, signer as Signer, how), expected);
const codes = (content: Content, expected?: Expected) => diagnose(content, expected).findings.map(({ code }) => code);

describe('a SAML response', () => {
  test('that is right has no finding and an identity', () => {
    expect(diagnose({})).toMatchObject({
      kind: 'response',
      verdict: 'ok',
      findings: [],
      identity: { nameId: person, attributes: [{ name: 'email', values: [person] }, {}, {}] },
    });
  });

  const empty = responseXml({}, '');
  test.each<[string, () => string, string]>([
    ['is signed', () => sign(empty, ['Response'], own as Signer), 'problems'],
    ['is signed with an unknown key', () => sign(empty, ['Response'], other as Signer), 'rejected'],
    ['is not signed', () => empty, 'problems'],
    ['has no status', () => empty.replace(/<samlp:Status>.*<\/samlp:Status>/, ''), 'problems'],
    ['has nothing at all', () => '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>', 'problems'],
  ])('without an assertion that %s has a finding that says so', (_, xml, verdict) => {
    const diagnosis = diagnoseResponse(xml(), expectedFor());
    expect(diagnosis.verdict).toBe(verdict);
    expect(diagnosis.findings.map(({ code }) => code)).toContain('assertion-missing');
  });

  const legacy = legacyServiceProviders(account)[0];
  const otherConnection = `JQ${'f'.repeat(32)}`;
  const wrong: readonly [string, Content][] = [
    ['audience-mismatch', { audience: `${serviceProvider.entityId}/` }],
    ['entity-id-legacy', { audience: legacy?.entityId ?? '', recipient: legacy?.acsUrl ?? '' }],
    ['connection-wrong', { audience: `urn:flex:${otherConnection}` }],
    ['connection-wrong', { recipient: serviceProvider.acsUrl.replace(/JQ\w+/, otherConnection) }],
    ['recipient-mismatch', { recipient: serviceProvider.acsUrl.replace(/\?.*/, '') }],
    ['destination-mismatch', { destination: 'https://flex.example/' }],
    ['issuer-mismatch', { issuer: issuer.slice(0, -1) }],
    ['tenant-wrong', { issuer: 'https://sts.windows.net/99999999-2222-4333-8444-555555555555/' }],
    ['in-response-to-missing', { inResponseTo: null }],
    ['in-response-to-mismatch', { inResponseTo: '_older' }],
    ['clock-ahead', { notBefore: 10, issued: 10 }],
    ['session-too-short', { sessionEnds: 30 }],
    ['session-end-absent', { sessionEnds: null }],
    ['message-old', { issued: -120, notBefore: -120, notOnOrAfter: -60 }],
    ['attribute-missing', { attributes: { email: ['a'], roles: ['agent'] } }],
    ['attribute-empty', { attributes: { ...attributes, full_name: [''] } }],
    ['mail-empty', { attributes: { ...attributes, email: [] } }],
    ['roles-missing', { attributes: { email: ['a'], full_name: ['b'] } }],
    ['roles-missing', { attributes: { ...attributes, roles: ['  '] } }],
    ['roles-title', { attributes: { ...attributes, roles: ['Administrator'] } }],
    ['roles-title', { attributes: { ...attributes, roles: ['Agent'] } }],
    ['roles-invalid', { attributes: { ...attributes, roles: ['clerk'] } }],
    ['roles-invalid', { attributes: { ...attributes, roles: ['wfo.full_access'] } }],
    ['roles-invalid', { attributes: { ...attributes, roles: ['agent;supervisor'] } }],
    ['roles-unknown', { attributes: { ...attributes, roles: ['agent', 'clerk'] } }],
    ['roles-list', { attributes: { ...attributes, roles: ['agent, supervisor'] } }],
    [
      'attribute-namespaced',
      {
        attributes: { full_name: ['a'], roles: ['agent'], 'http://schemas.xmlsoap.org/claims/emailaddress': ['b'] },
      },
    ],
    ['attribute-misspelt', { attributes: { email: ['a'], fullname: ['b'], roles: ['agent'] } }],
    ['attribute-misspelt', { attributes: { Email: ['a'], full_name: ['b'], roles: ['agent'] } }],
    ['attribute-misspelt', { attributes: { email: ['a'], full_name: ['b'], role: ['agent'] } }],
    ['name-id-missing', { nameId: '' }],
    ['name-id-transient', { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' }],
    ['identity-provider-refused', { status: 'Responder' }],
    ['authn-context-mismatch', { status: 'NoAuthnContext' }],
    ['name-id-policy', { status: 'InvalidNameIDPolicy' }],
  ];
  test.each(wrong)('%s', (code, content) => {
    expect(codes(content)).toEqual([code]);
  });

  test('names the one to mend first at the front', () => {
    const content: Content = {
      audience: 'urn:flex:x',
      sessionEnds: 10,
      attributes: { email: ['a'], full_name: ['b'], roles: ['Administrator'] },
    };
    expect(codes(content)).toEqual(['audience-mismatch', 'roles-title', 'session-too-short']);
  });

  test('is late by the time at which it was recorded', () => {
    const sentAt = new Date();
    const content = { issued: -120, notBefore: -120, notOnOrAfter: -60 };
    expect(codes(content, expectedFor(own, { sentAt }))).toEqual(['message-expired']);
    const inTime = new Date(Date.now() - 90 * 60_000);
    expect(codes(content, expectedFor(own, { sentAt: inTime }))).toEqual([]);
  });

  test('is compared with the Workers of before', () => {
    const worker = { sid: 'WK', dateUpdated: '', roles: [], attributesDigest: '' };
    const held = (...names: string[]) =>
      expectedFor(own, { workers: names.map(friendlyName => ({ ...worker, friendlyName })) });
    expect(codes({}, held('ann_40canary_2Eexample'))).toEqual([]);
    expect(codes({}, held('Ann_40Canary_2Eexample'))).toEqual(['name-id-changed']);
    expect(codes({}, held('bob_40canary_2Eexample'))).toEqual(['worker-new']);
  });
});

describe('a signature', () => {
  const unsignedBy: Record<string, readonly string[]> = {
    'assertion signed': ['response-unsigned'],
    'response signed': ['assertion-unsigned'],
    'both signed': [],
  };
  test.each(Object.entries(modes))('%s', (mode, elements) => {
    const { findings, identity } = diagnose({}, expectedFor(), own, {}, elements);
    expect(findings.map(({ code }) => code)).toEqual(unsignedBy[mode]);
    expect(identity?.nameId).toBe(person);
  });

  const rejected: readonly [string, () => ReturnType<typeof diagnose>][] = [
    ['certificate-wrong', () => diagnose({}, expectedFor(), other)],
    ['certificate-rolled', () => diagnose({}, expectedFor(), successor)],
    ['certificate-expired', () => diagnose({}, expectedFor(expired), successor)],
    ['certificate-not-yet-valid', () => diagnose({}, expectedFor(), early)],
    ['signature-missing', () => diagnose({}, expectedFor(), own, {}, [])],
    ['message-altered', () => diagnose({}, expectedFor(), other, { shown: own?.certificate as Signer['certificate'] })],
  ];
  test.each(rejected)('%s: rejected, with no identity', (code, run) => {
    const { verdict, findings, identity } = run();
    expect(verdict).toBe('rejected');
    expect(findings[0]?.code).toBe(code);
    expect(identity).toBeUndefined();
  });

  test('changed content explains nothing else', () => {
    const xml = sign(responseXml({ audience: 'urn:other' }), both, own as Signer).replace('>agent<', '>admin<');
    const { verdict, findings } = diagnoseResponse(xml, expectedFor());
    expect([verdict, findings.map(({ code }) => code)]).toEqual(['rejected', ['message-altered']]);
  });

  test('weak, expired and soon expiring ones are verified, and said to be so', () => {
    const sha1 = {
      signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
      digest: 'http://www.w3.org/2000/09/xmldsig#sha1',
    };
    expect(diagnose({}, expectedFor(), own, { algorithms: sha1 }).findings).toMatchObject([{ code: 'signature-weak' }]);
    expect(diagnose({}, expectedFor(expired), expired).findings).toMatchObject([{ code: 'certificate-expired' }]);
    expect(diagnose({}, expectedFor(ending), ending).findings).toMatchObject([{ code: 'certificate-expires-soon' }]);
  });

  test('by an algorithm that is not weak is not called weak', () => {
    const digest = 'http://www.w3.org/2001/04/xmlenc#sha512';
    const by = (signature: string) => diagnose({}, expectedFor(), own, { algorithms: { signature, digest } });
    expect(by('http://www.w3.org/2001/04/xmldsig-more#rsa-sha512')).toMatchObject({
      verdict: 'problems',
      findings: [{ code: 'signature-unusual', severity: 'warning' }],
      identity: { nameId: person },
    });
    const unknown = by('urn:example:ml-dsa-65');
    expect(unknown).toMatchObject({ verdict: 'rejected', findings: [{ code: 'signature-unsupported' }] });
    expect(unknown.identity).toBeUndefined();
  });

  test('cannot be judged without a certificate, nor its content believed', () => {
    const { verdict, findings, identity } = diagnose({ audience: 'urn:other' }, { ...expectedFor(), certificates: [] });
    expect([verdict, identity]).toEqual(['problems', undefined]);
    expect(findings).toMatchObject([
      { code: 'audience-mismatch', certainty: 'likely' },
      { code: 'certificate-unknown' },
    ]);
  });

  test('an encrypted assertion is named as such', () => {
    const inner = '<EncryptedAssertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>';
    const xml = sign(responseXml({}, inner), ['Response'], own as Signer);
    expect(diagnoseResponse(xml, expectedFor())).toMatchObject({
      verdict: 'problems',
      findings: [{ code: 'assertion-encrypted', severity: 'error' }],
    });
  });
});
