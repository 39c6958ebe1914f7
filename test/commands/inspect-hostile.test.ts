import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  assertionXml,
  carriers,
  createSigner,
  modes,
  person,
  responseXml,
  type Signer,
  sign,
} from '../saml/signed-response.js';
import { forged, forgeries, wrap, wrappings } from '../saml/wrapping.js';
import { temporaryDirectory } from '../support/cli.js';
import { inspectText } from './inspect-support.js';

const folder = await temporaryDirectory();
const originals: Record<string, string> = {};
let [own, attacker]: Signer[] = [];
let certificate: string;

beforeAll(async () => {
  [own, attacker] = await Promise.all([createSigner('IdP'), createSigner('Attacker')]);
  certificate = path.join(folder.path, 'certificate.pem');
  await writeFile(certificate, own?.certificate.pem ?? '');
  for (const [mode, elements] of Object.entries(modes)) originals[mode] = sign(responseXml(), elements, own as Signer);
});
afterAll(() => folder.remove());

/** Each is ten times the one before: a billion of the first in the end. */
const entities = [...'bcdefghij']
  .map((name, at) => `<!ENTITY ${name} "${`&${'abcdefghi'[at]};`.repeat(10)}">`)
  .join('');

/** Rejected for this reason, with no identity and nothing forged anywhere in the output, however it is asked for. */
async function isRejected(text: string, reason: string) {
  for (const json of [true, false]) {
    const options = { flags: { certificate }, showPersonal: true, json };
    const { code, output, json: document } = await inspectText(folder.path, text, options);
    expect(code).toBe(5);
    for (const forgery of forgeries) expect(output).not.toContain(forgery);
    expect(output).toContain(reason);
    if (json)
      expect([document.verdict, document.findings[0].code, document.identity]).toEqual(['rejected', reason, undefined]);
  }
}

describe.each(Object.keys(carriers))('as %s', carrier => {
  const carry = (xml: string) => carriers[carrier]?.(xml) ?? '';

  test.each(wrappings.flatMap(variant => Object.keys(modes).map(mode => [variant, mode] as const)))(
    '%s, %s',
    async (variant, mode) => {
      for (const xml of wrap(variant, originals[mode] ?? '')) {
        expect(xml).toContain(forged);
        await isRejected(carry(xml), 'message-forged');
      }
    },
  );

  test.each(Object.keys(modes))('stripped, altered or signed by somebody else, %s', async mode => {
    const original = originals[mode] ?? '';
    const content = original.replaceAll(person, forged).replace('>agent<', '>forged-admin<');
    await isRejected(carry(content), 'message-altered');
    await isRejected(carry(content.replace(/<Signature [\s\S]*?<\/Signature>/g, '')), 'signature-missing');
    const attributes = { email: [forged], full_name: ['Mallory'], roles: ['admin'] };
    const theirs = sign(responseXml({ nameId: forged, attributes }), modes[mode] ?? [], attacker as Signer);
    await isRejected(carry(theirs), 'certificate-wrong');
  });

  test.each(Object.keys(modes))('two assertions, each signed by the identity provider, %s', async mode => {
    const second = sign(assertionXml({ nameId: forged }, '_second'), ['Assertion'], own as Signer);
    const original = originals[mode] ?? '';
    for (const [tag, inner] of [
      ['<Assertion', `${second}<Assertion`],
      ['</samlp:Response>', `${second}</samlp:Response>`],
    ] as const)
      await isRejected(carry(original.replace(tag, inner)), 'message-forged');
  });

  test.each(Object.keys(modes))('unsafe as XML, %s', async mode => {
    const original = originals[mode] ?? '';
    const unsafe = [
      original.replace(person, `${person}<!---->.forged.example`),
      `<!DOCTYPE x [<!ENTITY e "${forged}">]>${original.replace(person, '&e;')}`,
      `<!DOCTYPE x [<!ENTITY a "${forged}">${entities}]>${original.replace(person, '&j;')}`,
      original.replace(person, `${'<a>'.repeat(20_000)}${forged}${'</a>'.repeat(20_000)}`),
      `${'<a>'.repeat(20_000)}${original}${'</a>'.repeat(20_000)}`,
      original.replace('<Subject>', `<Subject ID="_assertion" x="${forged}">`),
      original.replace('<NameID ', `<NameID Format="${forged}" `),
      original.replace('<Subject>', `<Subject __proto__="${forged}">`),
      original.replace('Name="email"', 'Name="__proto__"').replace(`>${person}</Attr`, `>${forged}</Attr`),
      original.replace(person, `${forged}${'a'.repeat(2_000_000)}`),
    ];
    for (const xml of unsafe) await isRejected(carry(xml), 'message-unsafe');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

test.each([
  ['base64', `${'PHNhbWxw'.repeat(6_500_000)}`],
  ['a form', `SAMLResponse=${'PHNhbWxw'.repeat(6_500_000)}`],
  ['a HAR', `{"log":{"entries":[${'{"request":{}},'.repeat(3_500_000)}{}]}}`],
])('50 MB as %s are not even read', async (_, text) => {
  expect(text.length).toBeGreaterThan(50_000_000);
  await isRejected(text, 'message-unsafe');
});

test('50 MB is not even read', async () => {
  const xml = originals['both signed']?.replace(person, forged.repeat(2_400_000)) ?? '';
  expect(xml.length).toBeGreaterThan(50_000_000);
  await isRejected(xml, 'message-unsafe');
});
