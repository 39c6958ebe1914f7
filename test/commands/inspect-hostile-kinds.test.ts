import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSigner, har, issuer, modes, person, responseXml, type Signer, sign } from '../saml/signed-response.js';
import { forged, forgeries, wrap, wrappings } from '../saml/wrapping.js';
import { temporaryDirectory } from '../support/cli.js';
import { type Inspected, inspectText } from './inspect-support.js';

const folder = await temporaryDirectory();
let [own, attacker]: Signer[] = [];
beforeAll(async () => {
  [own, attacker] = await Promise.all([createSigner('IdP'), createSigner('Attacker')]);
});
afterAll(() => folder.remove());

const inspected = (text: string, options = {}) => inspectText(folder.path, text, options);
const signed = (elements: readonly ('Response' | 'Assertion')[], content = {}, signer = own) =>
  sign(responseXml(content), elements, signer as Signer);
const shape = ({ code, json }: Inspected) => [code, json.kind, json.verdict, json.findings[0].code, json.identity];

/** However it is asked for, nothing forged is shown, and no way out is named that leads nowhere. */
async function isSilent(text: string, reason: string) {
  for (const json of [true, false]) {
    const { output } = await inspected(text, { json, showPersonal: true });
    for (const forgery of forgeries) expect(output).not.toContain(forgery);
    expect(output).toContain(reason);
    expect(output).not.toContain('--trace');
  }
}

describe.each(Object.entries(modes))('where no certificate is known, %s', (_, elements) => {
  test('what nobody verified is never said to be right', async () => {
    for (const signer of [own, attacker]) {
      const result = await inspected(signed(elements, {}, signer));
      // Flex demands both signatures, so one of them is a problem of its own.
      const [code, verdict] = elements.length === 2 ? [0, 'unverified'] : [5, 'problems'];
      expect(result).toMatchObject({ code, json: { verdict } });
      expect(result.json.identity).toBeUndefined();
      const unknown = result.json.findings.find(({ code }: { code: string }) => code === 'certificate-unknown');
      expect(unknown).toMatchObject({ severity: 'warning', fix: expect.stringContaining('--certificate') });
    }
  });

  test('altered, stripped and wrapped ones are rejected all the same', async () => {
    const xml = signed(elements);
    const altered = xml.replaceAll(person, forged);
    const rejected: readonly [string, string][] = [
      [altered, 'message-altered'],
      [altered.replace(/<Signature [\s\S]*?<\/Signature>/g, ''), 'signature-missing'],
      [xml.replace('<Subject>', '<Subject ID="_assertion">'), 'message-unsafe'],
      ...wrappings.flatMap(variant => wrap(variant, xml).map((text): [string, string] => [text, 'message-forged'])),
    ];
    for (const [text, reason] of rejected) {
      expect(shape(await inspected(text))).toEqual([5, 'response', 'rejected', reason, undefined]);
      await isSilent(text, reason);
    }
  });

  test('so is what does not fit the certificate that it shows itself', async () => {
    const shown = { shown: own?.certificate as Signer['certificate'] };
    const text = sign(responseXml({ nameId: forged }), elements, attacker as Signer, shown);
    expect(shape(await inspected(text))).toEqual([5, 'response', 'rejected', 'message-altered', undefined]);
  });
});

const request = (inside = '', attributes = '') =>
  `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"${attributes}><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">urn:flex:x</saml:Issuer>${inside}</samlp:AuthnRequest>`;
const many = (count: number, write: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => write(at)).join('');
const url = (xml: string) =>
  `https://idp.example/sso?${new URLSearchParams({ SAMLRequest: deflateRawSync(xml).toString('base64') })}`;
const form = (xml: string) => String(new URLSearchParams({ SAMLRequest: Buffer.from(xml).toString('base64') }));
const metadata = readFileSync(new URL('../fixtures/metadata/adfs.xml', import.meta.url), 'utf8').replace(/^\uFEFF/, '');
const inMetadata = (inside: string) => metadata.replace('<IDPSSODescriptor', `${inside}<IDPSSODescriptor`);
const response = () => signed(['Assertion', 'Response']);
const levels = (count: number) => `${'<a>'.repeat(count)}${'</a>'.repeat(count)}`;
const withoutProlog = (xml: string) => xml.replace(/^<\?.*?\?>\s*/, '');

describe('is rejected with its reason', () => {
  const hostile: readonly [name: string, kind: string, reason: RegExp, text: () => string][] = [
    ['a document type in a request', 'authn-request', /document type/, () => `<!DOCTYPE x>${request()}`],
    ['a document type in a redirected one', 'authn-request', /document type/, () => url(`<!DOCTYPE x>${request()}`)],
    ['a document type in metadata', 'metadata', /document type/, () => `<!DOCTYPE x>${withoutProlog(metadata)}`],
    ['a document type in a response', 'response', /document type/, () => `<!DOCTYPE x>${response()}`],
    ['a comment', 'response', /holds a comment/, () => response().replace(person, `${person}<!-- -->`)],
    ['a processing instruction', 'response', /processing instruction/, () => response().replace(person, '<?x?>')],
    ['one before its first tag', 'response', /processing instruction before/, () => `<?x y?>${response()}`],
    ['100 levels in a request', 'authn-request', /deeply/, () => request(levels(100))],
    ['20,000 levels in a request', 'authn-request', /deeply/, () => form(request(levels(20_000)))],
    ['100 levels in metadata', 'metadata', /deeply/, () => inMetadata(levels(100))],
    ['20,000 levels in metadata', 'metadata', /deeply/, () => inMetadata(levels(20_000))],
    [
      '100 levels in a response',
      'response',
      /deeply/,
      () => response().replace('<Subject>', `${levels(100)}<Subject>`),
    ],
    [
      '200,000 attributes of a request',
      'authn-request',
      /too many/,
      () =>
        request(
          '',
          many(200_000, at => ` a${at}=""`),
        ),
    ],
    ['a request that inflates to a megabyte', 'authn-request', /larger/, () => url(request(' '.repeat(1_000_000)))],
    ['a request that inflates to ten', 'authn-request', /more than/, () => url(request(' '.repeat(10_000_000)))],
    [
      'a response that inflates to ten',
      'unknown',
      /more than/,
      () => deflateRawSync(' '.repeat(1e7)).toString('base64'),
    ],
    [
      '200,000 attributes in metadata',
      'metadata',
      /too many/,
      () => inMetadata(`<a ${many(200_000, at => ` a${at}=""`)}/>`),
    ],
    ['a million elements in metadata', 'metadata', /too many/, () => inMetadata('<a/>'.repeat(300_000))],
    [
      '100,000 prefixes in metadata',
      'metadata',
      /too many/,
      () => inMetadata(`<a ${many(100_000, at => ` xmlns:a${at}="x"`)}/>`),
    ],
    [
      'a request without a sender',
      'authn-request',
      /no Issuer/,
      () => request().replace(/<saml:Issuer.*<\/saml:Issuer>/, ''),
    ],
    ['a request that is cut off', 'authn-request', /well-formed/, () => request().slice(0, -20)],
    [
      'comments before a broken request',
      'authn-request',
      /well-formed/,
      () => `${'<!---->'.repeat(200)}<p:AuthnRequest/>`,
    ],
  ];
  test.each(hostile)('%s', async (_, kind, reason, text) => {
    const { code, json } = await inspected(text());
    expect([code, json.kind, json.verdict]).toEqual([5, kind, 'rejected']);
    expect(json.findings[0].evidence).toMatch(reason);
    if (json.findings[0].code === 'message-unsafe') expect(json.findings[0].message).toMatch(reason);
    await isSilent(text(), json.findings[0].code);
  });
});

describe('is answered without being read to its end', () => {
  test.each([
    ['an address of a million parameters', `https://x/?${'SAMLRequest=a&'.repeat(500_000)}`],
    ['a form of a million parameters', 'SAMLRequest=a&'.repeat(1_000_000)],
  ])('%s', async (_, text) => {
    const { code, json } = await inspected(text);
    expect([code, json.error.hint.includes('--trace')]).toEqual([2, false]);
  });

  test('a recording of forty responses of thousands of values', async () => {
    const values = Array.from({ length: 2000 }, (_, at) => `group ${at}`);
    const large = signed(['Assertion', 'Response'], { attributes: { email: ['a'], groups: values } });
    const entries = Array.from(
      { length: 40 },
      (_, at) => JSON.parse(har(large.replace(issuer, `${issuer}${at}`))).log.entries,
    );
    const { json } = await inspected(JSON.stringify({ log: { entries: entries.flat() } }));
    expect(json.verdict).toBe('rejected');
    expect(json.messages.length).toBeLessThan(5);
    expect(json.findings).toContainEqual(expect.objectContaining({ code: 'recording-too-large', severity: 'warning' }));
  });

  test('a recording of ten thousand requests, of which the last ones count', async () => {
    const [start] = JSON.parse(har(response())).log.entries;
    const entries = many(
      10_000,
      at =>
        `${JSON.stringify({ ...start, request: { url: url(request('', ` b="${at}"`).replace('_1', `_${at}`)) } })},`,
    );
    const last = JSON.parse(har(response())).log.entries.at(-1);
    const { json } = await inspected(`{"log":{"entries":[${entries}${JSON.stringify(last)}]}}`);
    expect(json.kind).toBe('response');
    expect(json.messages.length).toBeLessThanOrEqual(51);
  });
});

test('real ones of the largest size are read', async () => {
  const claim = (at: number) =>
    `<auth:ClaimType xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706" Uri="http://claims/${at}" Optional="true"><auth:DisplayName>${at}</auth:DisplayName></auth:ClaimType>`;
  const large = inMetadata(`<Extensions>${many(1000, claim)}</Extensions>`);
  expect(large.length).toBeGreaterThan(180_000);
  expect((await inspected(large)).json).toMatchObject({ kind: 'metadata', verdict: 'ok' });
  const groups = Array.from({ length: 2000 }, (_, at) => `group ${at}`);
  const text = signed(['Assertion', 'Response'], {
    attributes: { email: ['a'], full_name: ['b'], roles: ['agent'], groups },
  });
  const { json } = await inspected(text);
  expect(json.findings.map(({ code }: { code: string }) => code)).toEqual(['certificate-unknown']);
});
