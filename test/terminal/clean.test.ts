import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean, cleanDeep } from '../../src/terminal/clean.js';
import { printableJson } from '../../src/terminal/json.js';
import { anyText, dangerous } from './hostile.js';

describe('clean', () => {
  it('names what would steer a terminal', () => {
    expect(clean('Ann\u001b[2J\u009b31m\u0007')).toBe('Ann<U+001B>[2J<U+009B>31m<U+0007>');
  });

  it('names what would reorder or hide text', () => {
    expect(clean('a\u202eb\u200bc\ufeffd\u{e0041}')).toBe('a<U+202E>b<U+200B>c<U+FEFF>d<U+E0041>');
  });

  it('names lone surrogates and keeps pairs', () => {
    expect(clean('\ud83d \udc4b 👋')).toBe('<U+D83D> <U+DC4B> 👋');
  });

  it('shows line breaks, whatever kind they are, as one sign', () => {
    expect(clean('AADSTS50105: no\r\nTrace: 1\u2028x\n')).toBe('AADSTS50105: no↵Trace: 1↵x↵');
    expect(clean('one\r\ntwo\rthree', { newlines: true })).toBe('one\ntwo\nthree');
  });

  it('leaves the names of people alone', () => {
    for (const name of ['Zoë Ångström', '山田太郎', 'Łukasz', "O'Brien", 'Ğülşen', 'Анна', 'محمد'])
      expect(clean(name)).toBe(name);
  });

  it('never lets anything dangerous through, and is stable', () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(clean(text)).not.toMatch(dangerous);
        expect(clean(clean(text))).toBe(clean(text));
        expect(clean(text, { newlines: true }).replaceAll('\n', '')).not.toMatch(dangerous);
      }),
    );
  });

  it('cleans whole documents, keys included, and keeps their shape', () => {
    const event = { type: 'note', list: ['\u001b', 1, null, true], deep: { 'k\u0007': undefined } };
    expect(cleanDeep(event)).toEqual({
      type: 'note',
      list: ['<U+001B>', 1, null, true],
      deep: { 'k<U+0007>': undefined },
    });
  });
});

describe('printableJson', () => {
  it('means the same as JSON and holds nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), anyText, (value, text) => {
        const document = { value, text };
        const printed = printableJson(document);
        expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(document)));
        expect(printed.replaceAll('\n', '')).not.toMatch(dangerous);
      }),
    );
  });

  it('escapes by code unit', () => {
    expect(printableJson('\u009b\u{e0041}')).toBe('"\\u009b\\udb40\\udc41"');
  });
});
