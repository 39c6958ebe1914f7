import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type ResponseReading, readResponse } from '../../src/saml/response.js';
import { mutationsOf } from './mutations.js';
import { createSigner, modes, responseXml, type Signer, sign } from './signed-response.js';

let own: Signer;
const originals: Record<string, string> = {};
beforeAll(async () => {
  own = await createSigner('IdP');
  for (const [mode, elements] of Object.entries(modes)) originals[mode] = sign(responseXml(), elements, own);
});

const read = (xml: string) => readResponse(xml, { certificates: [own.certificate] });
/** What is believed of a response: everything that a signature covers. */
const believed = (reading: ResponseReading) =>
  reading.level === 'verified'
    ? {
        assertion: reading.assertion,
        ...(reading.signatures.some(({ of }) => of === 'Response') && { envelope: reading.envelope }),
      }
    : undefined;

test.each(Object.keys(modes))('no mutation changes what is believed, %s', mode => {
  const original = believed(read(originals[mode] as string));
  expect(original).toBeTruthy();
  fc.assert(
    fc.property(mutationsOf([originals[mode] as string]), xml => {
      const now = believed(read(xml));
      // A change outside what is signed, or one that canonicalisation takes away, says nothing else.
      if (now) expect(original).toMatchObject(now);
    }),
    { numRuns: 300 },
  );
});

test.each(Object.keys(modes))('no changed character of the signed text is accepted, %s', mode => {
  const xml = originals[mode] as string;
  const start = xml.indexOf('<Subject>');
  const places = Array.from({ length: xml.indexOf('</Assertion>') - start }, (_, index) => start + index).filter(at =>
    /[A-Za-z0-9]/.test(xml.charAt(at)),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.constantFrom('a', 'Z', '7'), (at, character) => {
      fc.pre(xml.charAt(at) !== character);
      expect(read(xml.slice(0, at) + character + xml.slice(at + 1)).level).not.toBe('verified');
    }),
    { numRuns: 300 },
  );
});
