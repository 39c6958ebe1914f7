import { beforeAll, describe, expect, test } from 'vitest';
import { readResponse } from '../../src/saml/response.js';
import {
  assertionXml,
  attributes,
  createSigner,
  modes,
  person,
  responseXml,
  type Signer,
  sign,
} from './signed-response.js';
import { wrap, wrappings } from './wrapping.js';

let [own, attacker]: Signer[] = [];
beforeAll(async () => {
  [own, attacker] = await Promise.all([createSigner('IdP'), createSigner('Attacker')]);
});

const read = (xml: string) => readResponse(xml, { certificates: own ? [own.certificate] : [] });
const signed = (xml: string, elements: readonly ('Response' | 'Assertion')[], signer = own) =>
  sign(xml, elements, signer as Signer);

describe('readResponse accepts', () => {
  test.each(Object.entries(modes))('%s', (_, elements) => {
    const reading = read(signed(responseXml(), elements));
    expect(reading).toMatchObject({
      level: 'verified',
      assertion: {
        nameId: { value: person },
        attributes: Object.entries(attributes).map(([name, values]) => ({ name, values })),
      },
      envelope: { id: '_response' },
      signatures: elements.length === 1 ? [{ of: elements[0], outcome: 'valid', weak: false }] : [{}, {}],
    });
  });

  test('a response that an XML declaration and a byte order mark precede', () => {
    expect(read(`\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n${signed(responseXml(), ['Response'])}\n`).level).toBe(
      'verified',
    );
  });

  test('any of several certificates', () => {
    const certificates = [attacker, own].flatMap(signer => signer?.certificate ?? []);
    const reading = readResponse(signed(responseXml(), ['Assertion']), { certificates });
    expect(reading).toMatchObject({ level: 'verified', signatures: [{ certificate: own?.certificate }] });
  });

  test('SHA-1 with a mark', () => {
    const xml = sign(responseXml(), ['Assertion'], own as Signer, { sha1: true });
    expect(read(xml)).toMatchObject({ signatures: [{ weak: true, algorithm: 'rsa-sha1', digestAlgorithm: 'sha1' }] });
  });

  test('no certificate at all for diagnosis only', () => {
    expect(readResponse(signed(responseXml(), ['Assertion']))).toMatchObject({
      level: 'unverified',
      signatures: [{ outcome: 'unchecked' }],
    });
  });
});

describe('readResponse believes nothing of', () => {
  test.each(
    wrappings.flatMap(variant => Object.entries(modes).map(([mode, elements]) => ({ variant, mode, elements }))),
  )('$variant, $mode', ({ variant, elements }) => {
    const messages = wrap(variant, signed(responseXml(), elements));
    expect(messages).toHaveLength(elements.length);
    for (const xml of messages) expect(read(xml)).toMatchObject({ level: 'refused', detail: expect.any(String) });
  });

  test.each(Object.entries(modes))('the key of an attacker in KeyInfo, %s', (_, elements) => {
    const reading = read(signed(responseXml(), elements, attacker));
    expect(reading).toMatchObject({ level: 'unverified', signatures: elements.map(() => ({ outcome: 'other-key' })) });
  });

  test.each(Object.entries(modes))("the identity provider's certificate over an attacker's key, %s", (_, elements) => {
    const xml = sign(responseXml(), elements, attacker as Signer, { shown: (own as Signer).certificate });
    expect(read(xml).level).toBe('unverified');
  });

  test.each(Object.entries(modes))('a signature taken away, %s', (_, elements) => {
    const xml = signed(responseXml(), elements)
      .replace(/<Signature [\s\S]*?<\/Signature>/g, '')
      .replace(person, 'x@y.example');
    expect(read(xml)).toMatchObject({ level: 'unverified', signatures: [] });
  });

  test('one good signature beside a bad one', () => {
    const both = signed(responseXml(), ['Assertion', 'Response']);
    expect(read(both.replace('InResponseTo="_request"', 'InResponseTo="_other"')).level).toBe('unverified');
  });

  const unsafe: readonly [string, string, (xml: string) => string][] = [
    ['a comment in the NameID', 'comment', xml => xml.replace(person, 'ann<!-- -->@canary.example')],
    ['a processing instruction', 'processing instruction', xml => xml.replace(person, '<?x ann?>@canary.example')],
    [
      'two assertions',
      '2 assertions',
      xml => xml.replace('</samlp:Response>', `${assertionXml({}, '_two')}</samlp:Response>`),
    ],
    ['a document type', 'document type', xml => `<!DOCTYPE x>${xml}`],
    ['an entity', 'document type', xml => `<!DOCTYPE x [<!ENTITY e "forged">]>${xml.replace(person, '&e;')}`],
    [
      'entities that expand to a billion',
      'document type',
      xml =>
        `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${'abcdefghij'[i + 1]} "${`&${'abcdefghij'[i]};`.repeat(10)}">`).join('')}]>${xml.replace(person, '&j;')}`,
    ],
    ['20,000 levels', 'too deeply', xml => xml.replace(person, `${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`)],
    ['20,000 levels without an end', 'too deeply', () => '<a xmlns="urn:x">'.repeat(20_000)],
    ['20,000 levels around it', 'too deeply', xml => `${'<a>'.repeat(20_000)}${xml}${'</a>'.repeat(20_000)}`],
    ['100,000 elements', 'far too many', xml => xml.replace('<Subject>', `<Subject>${'<a/>'.repeat(100_000)}`)],
    [
      '10,000 namespaces',
      'far too many',
      xml =>
        xml.replace('<Subject>', `<Subject ${Array.from({ length: 9000 }, (_, i) => `xmlns:a${i}="x"`).join(' ')}>`),
    ],
    ['50 MB', 'larger than', xml => xml.replace(person, 'a'.repeat(50_000_000))],
    ['one ID twice', 'used twice', xml => xml.replace('<Subject>', '<Subject Id="_assertion">')],
    ['one attribute twice', 'one attribute twice', xml => xml.replace('Version="2.0"', 'Version="2.0" Version="2.0"')],
    [
      'one attribute twice by two prefixes',
      'one attribute twice',
      xml => xml.replace('<Subject>', '<Subject xmlns:a="urn:x" xmlns:b="urn:x" a:y="1" b:y="2">'),
    ],
    ['the name __proto__', 'change a program', xml => xml.replace('Name="email"', 'Name="__proto__"')],
    ['the element __proto__', 'change a program', xml => xml.replace('<Subject>', '<Subject><__proto__/>')],
    ['the attribute constructor', 'change a program', xml => xml.replace('<Subject>', '<Subject prototype="x">')],
    ['text after its end', 'not well-formed', xml => `${xml}x`],
    ['a second root', 'not well-formed', xml => `${xml}${xml}`],
    ['its end cut off', 'not well-formed', xml => xml.slice(0, -30)],
    ['an entity that is not declared', 'not well-formed', xml => xml.replace(person, '&evil;')],
    ['something else', 'no SAML 2.0 Response', () => '<a/>'],
    [
      'other content in the signature',
      'carries other content',
      xml => xml.replace('</Signature>', '<Object/></Signature>'),
    ],
    [
      'another transform',
      'transforms the content',
      xml =>
        xml.replace(
          'Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"',
          'Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"',
        ),
    ],
    ['a reference to everything', 'covers something else', xml => xml.replace(/URI="#[^"]*"/, 'URI=""')],
  ];
  test.each(unsafe)('%s', (_, reason, change) => {
    for (const elements of Object.values(modes))
      expect(read(change(signed(responseXml(), elements)))).toMatchObject({
        level: 'refused',
        detail: expect.stringContaining(reason),
      });
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('HMAC with the certificate as its secret', () => {
    const xml = signed(responseXml(), ['Response']).replace(
      '2001/04/xmldsig-more#rsa-sha256',
      '2000/09/xmldsig#hmac-sha1',
    );
    expect(read(xml)).toMatchObject({ level: 'unverified', signatures: [{ outcome: 'unsupported' }] });
  });
});
