import fc from 'fast-check';

/** Controls, C1 included, bidi and other format characters, separators, lone surrogates: nothing of it may reach a terminal. */
export const dangerous = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** What is left of a drawing once newlines and our own colours are taken away. */
export const withoutOwnCodes = (text: string): string =>
  text.replaceAll('\n', '').replace(/\u001b\[(?:1|2|22|3[1-6]|39)m/g, '');

const attack = fc.constantFrom(
  '\u001b[2J',
  '\u001b]0;title\u0007',
  '\u001b]8;;https://evil.example\u001b\\',
  '\u009b31m',
  '\u001b[31m',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\u{e0041}',
  '\ud83d',
  '\n✓ Everything is fine',
  '\r',
  '\u2028',
  '\b\b\b',
  'A'.repeat(300),
  'https://example.com/a',
  'Ann',
);

/** Text as nobody should trust it: any code units, mixed with known attacks. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(attack, fc.string({ unit: 'binary' }), fc.string()), { maxLength: 6 })
  .map(parts => parts.join(''));

export const hostileName = `Ann\u001b[2J\u001b[31m\u202eevil\n✓ Everything is fine\u200b${'x'.repeat(10_000)}`;
