import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectedOf } from '../../src/diagnosis/expected.js';
import { diagnoseResponse } from '../../src/diagnosis/response.js';
import { type Content, createSigner, person, responseXml, type Signer, sign } from '../saml/signed-response.js';

let signer: Signer;
beforeAll(async () => {
  signer = await createSigner('IdP');
});

const diagnose = (xml: string) =>
  diagnoseResponse(
    sign(xml, ['Assertion', 'Response'], signer),
    expectedOf(undefined, { certificates: [signer.certificate] }),
  );
const found = (xml: string) => diagnose(xml).findings.map(({ code }) => code);
const written = (name: string, value: string, content: Content = {}) =>
  responseXml(content).replaceAll(new RegExp(`(\\s${name}=")[^"]*`, 'g'), `$1${value}`);

describe('a time', () => {
  const times = ['IssueInstant', 'NotBefore', 'NotOnOrAfter', 'AuthnInstant', 'SessionNotOnOrAfter'];
  test.each(times.flatMap(name => ['yesterday', '', '2026-02-30', '1767225600', 'now'].map(value => [name, value])))(
    '%s="%s" cannot be read, and is named',
    (name = '', value = '') => {
      const { verdict, findings } = diagnose(written(name, value));
      expect(verdict).toBe('problems');
      expect(findings).toMatchObject([{ code: 'time-unreadable', severity: 'error' }]);
      expect(findings[0]?.evidence).toContain(`${name}`);
      expect(findings[0]?.evidence).toContain(`is "${value}"`);
    },
  );

  test('is read in every form that SAML allows', () => {
    const later = new Date(Date.now() + 24 * 60 * 60_000).toISOString();
    const forms = [later, later.replace('Z', ''), later.replace('Z', '4567Z'), later.replace(/\.\d+Z/, '+00:00')];
    for (const form of forms) expect(found(written('NotOnOrAfter', form))).toEqual([]);
    // Without a zone it is UTC, wherever this computer stands.
    const hours = (count: number) => new Date(Date.now() + count * 60 * 60_000).toISOString().replace('Z', '');
    expect(found(written('NotOnOrAfter', hours(-0.5)))).toEqual(['message-expired']);
    expect(found(written('NotBefore', hours(0.5)))).toEqual(['clock-ahead']);
  });

  test('is unreadable, or it is a date and a time', () => {
    const date = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-01-01'), noInvalidDate: true });
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0123456789-:TZ.+ ') }),
      date.map(time => time.toISOString()),
    );
    fc.assert(
      fc.property(text, value => {
        const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value.trim());
        expect(found(written('NotBefore', value)).includes('time-unreadable')).toBe(!isTime);
      }),
      { numRuns: 30 },
    );
  });
});

test.each([
  ['a space before it', ` ${person}`, '1 characters before it, 0 after'],
  ['a line break after it', `${person}\n`, '0 characters before it, 1 after'],
])('a NameID with %s is shown so that it is seen', (_, nameId, evidence) => {
  const { findings, identity } = diagnose(responseXml({ nameId }));
  expect(findings).toMatchObject([
    { code: 'name-id-spaces', severity: 'warning', evidence: expect.stringContaining(evidence) },
  ]);
  expect(identity?.nameId).toBe(nameId);
});

test.each(['email', 'full_name', 'roles'])('the attribute %s, sent twice', name => {
  const xml = responseXml().replace(new RegExp(`<Attribute Name="${name}">.*?</Attribute>`), '$&$&');
  const { verdict, findings } = diagnose(xml);
  expect(verdict).toBe('problems');
  expect(findings).toMatchObject([{ code: 'attribute-repeated', severity: 'warning', attributes: [name] }]);
});
