import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  assertionXml,
  carriers,
  createSigner,
  modes,
  responseXml,
  serviceProvider,
  sign,
} from '../saml/signed-response.js';
import { temporaryDirectory } from '../support/cli.js';
import { inspectText } from './inspect-support.js';

const folder = await temporaryDirectory();
let response: string;
let form: string;
let base64: string;
beforeAll(async () => {
  response = sign(responseXml(), modes['both signed'] ?? [], await createSigner('IdP'));
  form = carriers.form?.(response) ?? '';
  base64 = Buffer.from(response).toString('base64');
});
afterAll(() => folder.remove());

describe('a response is recognised', () => {
  const acs = serviceProvider.acsUrl;
  test.each<[string, () => string | Buffer]>([
    ['in UTF-16 without its mark', () => Buffer.from(response, 'utf16le')],
    ['in UTF-16 without its mark, the other way round', () => Buffer.from(response, 'utf16le').swap16()],
    ['copied as cURL', () => `curl '${acs}' \\\n  -H 'accept: */*' \\\n  --data-raw '${form}' \\\n  --compressed`],
    [
      'copied as cURL for Windows',
      () => `curl ^"${acs}^" ^\n --data-raw ^"${form.replaceAll('%', '^%^').replaceAll('&', '^&')}^"`,
    ],
    ['copied as fetch', () => `fetch("${acs}", { "body": "${form}", "method": "POST" });`],
    ['in JSON', () => JSON.stringify({ a: 1, SAMLResponse: base64 })],
    [
      'in JSON with slashes and lines escaped',
      () => `{"SAMLResponse":"${base64.replaceAll('/', '\\/').replace(/.{76}/g, '$&\\r\\n')}"}`,
    ],
  ])('%s', async (_, text) => {
    const { json } = await inspectText(folder.path, text());
    expect([json.kind, json.findings?.[0]?.code]).toEqual(['response', 'certificate-unknown']);
  });
});

describe('what is none says what it looks like, and nothing of what it holds', () => {
  const canary = 'canary7f3a';
  test.each<[string, () => string | Buffer]>([
    ['an assertion without the response around it', () => assertionXml({ nameId: canary })],
    ['a web page', () => `<!DOCTYPE html><html><title>${canary}</title></html>`],
    ['XML that is neither', () => `<${canary}/>`],
    ['a JSON Web Token', () => `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ${canary}.c2ln`],
    ['JSON without', () => `{"${canary}":1,"SAMLResponse":""}`],
    ['WS-Federation', () => `wa=wsignin1.0&wresult=${canary}`],
    ['a command for cURL', () => `curl 'https://${canary}.example/'`],
    ['an address without', () => `https://${canary}.example/`],
    ['no text', () => Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 0xff])],
    ['cut off', () => Buffer.from(`${canary}`.repeat(30)).toString('base64')],
    ['plain text', () => canary],
  ])('%s', async (like, text) => {
    const { code, json, output } = await inspectText(folder.path, text());
    expect([code, json.error.code]).toEqual([2, 'inspect-unknown']);
    expect(json.error.message).toContain(like);
    expect(output).not.toContain(canary);
  });

  test('an empty one is said to be empty', async () => {
    for (const text of ['', ' \r\n', '\uFEFF'])
      expect((await inspectText(folder.path, text)).json.error.code).toBe('inspect-empty');
  });

  test('large and almost JSON: it is not waited for', async () => {
    const { json } = await inspectText(folder.path, `{"SAMLResponse":"${'\\u0041'.repeat(3_000_000)}`);
    expect(json.error.code).toBe('inspect-unknown');
  });
});
