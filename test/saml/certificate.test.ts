import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCertificate, toPem } from '../../src/saml/certificate.js';
import { mutationsOf, refusesCleanly } from './mutations.js';

const google = readFileSync(new URL('../fixtures/metadata/google.xml', import.meta.url), 'utf8');
const [expired = '', valid = ''] = [...google.matchAll(/<ds:X509Certificate>([^<]*)</g)].map(match => match[1]);
const thumbprint = createHash('sha1').update(Buffer.from(valid, 'base64')).digest('hex').toUpperCase();

/** A certificate whose first date, of thirteen characters, is another text. */
function withDate(base64: string, date: string): string {
  const der = Buffer.from(base64, 'base64');
  der.write(date, der.indexOf(Buffer.from([0x17, 0x0d])) + 2, 'latin1');
  return der.toString('base64');
}

describe('readCertificate', () => {
  test('reads PEM as it is', () => {
    expect(readCertificate(toPem(valid))).toEqual({
      pem: toPem(valid),
      thumbprint,
      validFrom: '2020-01-01T00:00:00.000Z',
      validTo: '2120-01-01T00:00:00.000Z',
      subject: 'CN=Google',
      validity: 'valid',
    });
  });

  test.each([
    ['with Windows line ends', toPem(valid).replaceAll('\n', '\r\n')],
    ['without the final newline', toPem(valid).trim()],
    ['as bare Base64', valid],
    ['as bare Base64 on one line', valid.replace(/\s/g, '')],
    ['pasted on one line', toPem(valid).replaceAll('\n', ' ')],
    ['copied out of JSON', toPem(valid).replaceAll('\n', '\\n')],
    ['as a trusted certificate with text before it', `Bag Attributes\n${toPem(valid)}`],
    ['with a byte order mark', `\uFEFF${toPem(valid)}`],
  ])('reads it %s', (_, text) => {
    expect(readCertificate(text)).toMatchObject({ pem: toPem(valid), thumbprint });
  });

  test('takes the first of a chain and says so', () => {
    const read = readCertificate(toPem(valid) + toPem(expired));
    expect(read).toMatchObject({ thumbprint, note: expect.stringContaining('2 certificates were given') });
  });

  test('tells what is expired or not yet valid, and does not judge', () => {
    expect(readCertificate(expired).validity).toBe('expired');
    expect(readCertificate(valid, new Date('2019-01-01')).validity).toBe('not-yet-valid');
  });

  test.each([
    ['certificate-empty', ' \n'],
    ['certificate-garbled', 'no certificate'],
    ['certificate-garbled', withDate(valid, '20XX01000000Z')],
    ['certificate-garbled', withDate(valid, '201301000000Z')],
    ['certificate-garbled', toPem(valid.slice(0, 200))],
    ['certificate-garbled', toPem(Buffer.concat([Buffer.from(valid, 'base64'), Buffer.from('x')]).toString('base64'))],
    ['certificate-truncated', toPem(valid).split('-----END')[0]],
    ['certificate-truncated', toPem(valid) + toPem(expired).slice(0, 300)],
    ['certificate-private-key', `${toPem(valid)}-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----\n`],
    ['certificate-other', '-----BEGIN PUBLIC KEY-----\nMII=\n-----END PUBLIC KEY-----\n'],
    ['certificate-other', '-----BEGIN CERTIFICATE REQUEST-----\nMII=\n-----END CERTIFICATE REQUEST-----\n'],
    ['certificate-xml', google],
  ])('%s', (code, text = '') => {
    expect(() => readCertificate(text)).toThrow(expect.objectContaining({ code, ending: 'usage' }));
  });

  test('refuses a certificate whose date is no date', () => {
    const der = Buffer.from(valid, 'base64');
    const date = der.indexOf('21200101000000Z');
    der.write('>', date + 3);
    expect(() => readCertificate(der.toString('base64'))).toThrow(
      expect.objectContaining({ code: 'certificate-garbled', ending: 'usage' }),
    );
  });

  test('throws nothing but FlexSsoError, and what it reads it reads again', () => {
    const texts = [toPem(valid), valid, toPem(valid) + toPem(expired)];
    fc.assert(
      fc.property(mutationsOf(texts), text =>
        refusesCleanly(() => {
          const { note: _, ...read } = readCertificate(text);
          expect(readCertificate(read.pem)).toEqual(read);
        }),
      ),
      { numRuns: 500 },
    );
  });
});
