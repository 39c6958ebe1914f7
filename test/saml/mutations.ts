import fc from 'fast-check';
import { expect } from 'vitest';
import { FlexSsoError } from '../../src/errors.js';

/** A text with pieces cut out, doubled, replaced by markup or noise, or moved. */
export function mutationsOf(texts: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(
      '',
      '<',
      '>',
      '"',
      '&',
      '&lt;',
      '&x;',
      ']]>',
      '<![CDATA[',
      '<!--',
      '<?x?>',
      '<!DOCTYPE a>',
      '\0',
      '</',
      '/>',
    ),
    fc.constantFrom(
      '__proto__',
      'constructor',
      ' xmlns=""',
      'use="encryption"',
      '-----BEGIN CERTIFICATE-----',
      '\uFFFD',
    ),
    fc.string({ maxLength: 8, unit: 'binary' }),
  );
  const edit = fc.record({ at: fc.nat(), length: fc.oneof(fc.nat(3), fc.nat(400)), piece });
  return fc.tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 })).map(([text, edits]) =>
    edits.reduce((mutated, { at, length, piece }) => {
      const start = at % (mutated.length + 1);
      return mutated.slice(0, start) + piece + mutated.slice(start + length);
    }, text),
  );
}

/** Whatever is read, the only thing that may be thrown is an error that a person can use. */
export function refusesCleanly(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(FlexSsoError);
    const { message, hint } = error as FlexSsoError;
    expect(message.length).toBeLessThan(1500);
    expect(hint).not.toBe('');
  }
}
