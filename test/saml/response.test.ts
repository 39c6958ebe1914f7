import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readResponse } from '../../src/saml/response.js';
import {
  assertionXml,
  attributes,
  canonicalizations,
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

  // As identity providers declare them that write xsi:type: on the assertion, where the response does not know them.
  const typed = (xml: string) =>
    xml
      .replace('<Assertion ', '<Assertion xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:unused="urn:x" ')
      .replaceAll(
        '<AttributeValue>',
        '<AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">',
      );
  test.each(
    Object.entries(canonicalizations).flatMap(([how, signing]) =>
      Object.entries(modes).map(([mode, elements]) => ({ how, mode, signing, elements })),
    ),
  )('$how, $mode, with namespaces that the assertion alone declares', ({ signing, elements }) => {
    const xml = sign(typed(responseXml()), elements, own as Signer, signing);
    expect(read(xml)).toMatchObject({ level: 'verified', assertion: { nameId: { value: person } } });
    expect(read(xml.replaceAll(person, 'x@y.example'))).toMatchObject({
      level: 'unverified',
      signatures: elements.map(() => ({ outcome: 'altered' })),
    });
    const theirs = sign(typed(responseXml()), elements, attacker as Signer, signing);
    expect(read(theirs)).toMatchObject({ level: 'unverified', signatures: elements.map(() => ({})) });
    // Another namespace around a signature is another signature.
    if (signing.canonicalization?.includes('exc') === false)
      expect(read(xml.replace('xmlns:samlp=', 'xmlns:added="urn:y" xmlns:samlp=')).level).toBe('unverified');
  });

  test('whatever namespaces are declared where, however it is written down', () => {
    const declarations = fc
      .dictionary(fc.constantFrom('a', 'b', 'xs', 'ds'), fc.constantFrom('urn:1', 'urn:2'), { maxKeys: 3 })
      .map(declared => Object.entries(declared).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`));
    fc.assert(
      fc.property(
        fc.tuple(declarations, declarations, declarations),
        fc.constantFrom(...Object.values(canonicalizations)),
        fc.constantFrom(...Object.values(modes)),
        ([response, assertion, subject], signing, elements) => {
          const xml = responseXml()
            .replace('<samlp:Response', `$&${response.join('')}`)
            .replace('<Assertion', `$&${assertion.join('')}`)
            .replace('<Subject', `$&${subject.join('')}`);
          const signedXml = sign(xml, elements, own as Signer, signing);
          expect(read(signedXml).level).toBe('verified');
          expect(read(signedXml.replace('>agent<', '>admin<')).level).toBe('unverified');
        },
      ),
      { numRuns: 40 },
    );
  });

  test('comments before its first tag, and nowhere else', () => {
    const xml = signed(responseXml(), ['Assertion', 'Response']);
    const original = read(xml);
    const comment = fc.string({ unit: 'binary', maxLength: 20 }).map(text => `<!--${text.replace(/[-<>\0]/g, '')}-->`);
    const comments = fc.array(comment, { maxLength: 5 }).map(all => all.join('\n'));
    fc.assert(
      fc.property(fc.constantFrom('', '<?xml version="1.0"?>'), comments, (declaration, before) => {
        expect(read(`${declaration}${before}${xml}`)).toEqual(original);
      }),
      { numRuns: 30 },
    );
    for (const hostile of ['<!-->-->', '<!---->-->', '<!--<a>-->', '<!--a--b-->', '<!-- ', `<!--${xml}-->`])
      expect(read(`${hostile}${xml}`).level).toBe('refused');
    expect(read(`${xml}<!-- -->`)).toMatchObject({ level: 'refused', detail: 'it holds a comment' });
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

  const xmldsig = 'http://www.w3.org/2000/09/xmldsig#';
  const more = 'http://www.w3.org/2001/04/xmldsig-more#';
  const later = 'http://www.w3.org/2007/05/xmldsig-more#';
  const xmlenc = 'http://www.w3.org/2001/04/xmlenc#';
  const signedWith: readonly [algorithm: string, digest: string, marks: object][] = [
    [`${more}rsa-sha256`, `${xmlenc}sha256`, { weak: false, usual: true, outcome: 'valid' }],
    [`${more}rsa-sha384`, `${more}sha384`, { weak: false, usual: false, outcome: 'valid' }],
    [`${more}rsa-sha512`, `${xmlenc}sha512`, { weak: false, usual: false, outcome: 'valid' }],
    [`${later}sha256-rsa-MGF1`, `${xmlenc}sha256`, { weak: false, usual: false, outcome: 'valid' }],
    [`${later}sha512-rsa-MGF1`, `${xmlenc}sha512`, { weak: false, usual: false, outcome: 'valid' }],
    [`${more}ecdsa-sha256`, `${xmlenc}sha256`, { weak: false, usual: false, outcome: 'valid' }],
    [`${more}ecdsa-sha384`, `${more}sha384`, { weak: false, usual: false, outcome: 'valid' }],
    [`${more}ecdsa-sha512`, `${xmlenc}sha512`, { weak: false, usual: false, outcome: 'valid' }],
    [`${xmldsig}rsa-sha1`, `${xmldsig}sha1`, { weak: true, usual: false, outcome: 'valid' }],
    [`${more}rsa-sha256`, `${xmldsig}sha1`, { weak: true, usual: false, outcome: 'valid' }],
    [`${more}rsa-md5`, `${more}md5`, { weak: true, usual: false, outcome: 'unsupported' }],
    [`${more}ecdsa-sha1`, `${xmldsig}sha1`, { weak: true, usual: false, outcome: 'unsupported' }],
    [`${xmldsig}hmac-sha256`, `${xmlenc}sha256`, { weak: false, usual: false, outcome: 'unsupported' }],
  ];
  test.each(signedWith)('%s, digest %s, with the right mark', async (signature, digest, marks) => {
    const signer = signature.includes('ecdsa') ? await createSigner('EC', { curve: 'P-384' }) : (own as Signer);
    const xml = sign(responseXml(), ['Assertion'], signer, { algorithms: { signature, digest } });
    const certificates = [signer.certificate];
    expect(readResponse(xml, { certificates })).toMatchObject({ signatures: [marks] });
    const changed = readResponse(xml.replaceAll(person, 'x@y.example'), { certificates });
    expect(changed.level).toBe('unverified');
    expect(readResponse(xml, { certificates: attacker ? [attacker.certificate] : [] }).level).toBe('unverified');
  });

  test.each(Object.entries(modes))('no certificate at all for diagnosis only, %s', (_, elements) => {
    const outcomes = (xml: string) => {
      const reading = readResponse(xml);
      expect(reading.level).toBe('unverified');
      return reading.level === 'refused' ? [] : reading.signatures.map(({ outcome }) => outcome);
    };
    const all = (outcome: string) => elements.map(() => outcome);
    const xml = signed(responseXml(), elements);
    expect(outcomes(xml)).toEqual(all('unchecked'));
    expect(outcomes(signed(responseXml(), elements, attacker))).toEqual(all('unchecked'));
    expect(outcomes(xml.replaceAll(person, 'x@y.example'))).toEqual(all('altered'));
    const shown = sign(responseXml(), elements, attacker as Signer, { shown: (own as Signer).certificate });
    expect(outcomes(shown)).toEqual(all('inconsistent'));
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
    ['something else', 'not a SAML 2.0 Response', () => '<a/>'],
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

  test('content that is written down in a way that is not understood', () => {
    const change = (xml: string) =>
      xml.replaceAll('http://www.w3.org/2001/10/xml-exc-c14n#', 'http://www.w3.org/2010/xml-c14n2');
    expect(read(change(signed(responseXml(), ['Response'])))).toMatchObject({
      level: 'unverified',
      signatures: [{ outcome: 'unsupported', canonicalization: 'http://www.w3.org/2010/xml-c14n2' }],
    });
  });

  test('a signature of one element, copied onto the other', () => {
    const both = signed(responseXml(), ['Assertion', 'Response']);
    const [first = '', second = ''] = Array.from(both.matchAll(/<SignatureValue>([^<]*)/g), match => match[1]);
    expect(read(both.replace(second, first))).toMatchObject({ level: 'refused', reason: 'forged' });
  });

  test('HMAC with the certificate as its secret', () => {
    const xml = signed(responseXml(), ['Response']).replace(
      '2001/04/xmldsig-more#rsa-sha256',
      '2000/09/xmldsig#hmac-sha1',
    );
    expect(read(xml)).toMatchObject({ level: 'unverified', signatures: [{ outcome: 'unsupported' }] });
  });
});
