import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/saml/limits.js';
import { childOf, readXml } from '../../src/saml/xml.js';
import { mutationsOf, refusesCleanly } from './mutations.js';

const read = (text: string) => readXml(text, 'SAML metadata', limits.metadata);
const errorOf = (text: string) => expect.objectContaining({ code: text });

describe('readXml', () => {
  test('tells elements by namespace, whatever their prefix', () => {
    const same = [
      '<a xmlns="urn:x" v="1">t<b/></a>',
      '\uFEFF<?xml version="1.0"?>\r\n<p:a xmlns:p="urn:x" v="1" p:w="2">t<p:b/></p:a>\n',
    ];
    const [first, second] = same.map(read);
    expect(first).toEqual(second);
    expect(first).toMatchObject({ namespace: 'urn:x', name: 'a', text: 't', attributes: new Map([['v', '1']]) });
    expect(first && childOf(first, 'urn:x', 'b')).toBeDefined();
    expect(first && childOf(first, 'urn:y', 'b')).toBeUndefined();
  });

  test('joins text around comments and reads CDATA and character references', () => {
    expect(read('<a>user@good.example<!-- x -->.evil.example</a>').text).toBe('user@good.example.evil.example');
    expect(read('<a>&#x41;&amp;<![CDATA[<b>]]></a>').text).toBe('A&<b>');
  });

  test.each([
    ['xml-empty', ' \n'],
    ['xml-encoding', '\uFFFD\uFFFD<\0a\0/\0>\0'],
    ['xml-web-page', '<!DOCTYPE html><html><body>Sign in</body></html>'],
    ['xml-web-page', '<?xml version="1.0"?><!-- x --><HTML lang="en"></HTML>'],
    ['xml-doctype', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['xml-doctype', '<a><!DOCTYPE a></a>'],
    ['xml-malformed', '<a>&x;</a>'],
    ['xml-malformed', '<a><b></a>'],
    ['xml-malformed', '<a>'],
    ['xml-malformed', '<a/>more'],
    ['xml-malformed', '<a/><b/>'],
    ['xml-malformed', 'no XML at all'],
    ['xml-malformed', '<p:a/>'],
    ['xml-too-deep', '<a>'.repeat(51) + '</a>'.repeat(51)],
    ['xml-too-deep', '<a>'.repeat(51)],
    ['xml-too-large', `<a>${'<a/>'.repeat(20_000)}</a>`],
    ['xml-too-large', `<a ${Array.from({ length: 20_001 }, (_, at) => `a${at}=""`).join(' ')}/>`],
    ['xml-too-large', `<a ${Array.from({ length: 41 }, (_, at) => `xmlns:a${at}="x"`).join(' ')}/>`],
    ['xml-too-large', `<a>${' '.repeat(5_000_000)}</a>`],
  ])('%s', (code, text) => {
    expect(() => read(text)).toThrow(errorOf(code));
  });

  test('a document of a hundred thousand levels is refused at once', () => {
    expect(() => read('<a xmlns="urn:x">'.repeat(100_000))).toThrow(errorOf('xml-too-large'));
  });

  test('names that mean something to JavaScript are names like others', () => {
    const root = read('<a><__proto__ x="1"/><constructor/><toString>t</toString><hasOwnProperty/><_>u</_></a>');
    expect(root.children.map(child => child.name)).toEqual([
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      '_',
    ]);
    expect(root.children.map(child => child.text)).toEqual(['', '', 't', '', 'u']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('any text and any attribute value survive the round trip', () => {
    const escaped = (text: string) => text.replace(/[&<>"\s]/g, char => `&#${char.charCodeAt(0)};`);
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter(value => value.trim() === value);
    fc.assert(
      fc.property(text, text, (content, value) => {
        const root = read(`<a v="${escaped(value)}">${escaped(content)}</a>`);
        expect([root.text, root.attributes.get('v')]).toEqual([content, value]);
      }),
    );
  });

  test('throws nothing but FlexSsoError', () => {
    const texts = ['<p:a xmlns:p="urn:x" v="1">t<p:b>&amp;</p:b><!-- c --><![CDATA[x]]></p:a>'];
    fc.assert(
      fc.property(mutationsOf(texts), text => refusesCleanly(() => read(text))),
      { numRuns: 500 },
    );
  });
});
