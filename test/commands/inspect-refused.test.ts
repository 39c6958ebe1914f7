import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSigner, har, modes, responseXml, serviceProvider, sign } from '../saml/signed-response.js';
import { temporaryDirectory } from '../support/cli.js';
import { inspectText } from './inspect-support.js';

// A good response says nothing for a login that was refused behind it, and a bad one is not hidden by a good one before it.
const folder = await temporaryDirectory();
const certificate = `${folder.path}/idp.pem`;
let response: string;
let unsigned: string;
beforeAll(async () => {
  const signer = await createSigner('IdP');
  await writeFile(certificate, signer.certificate.pem);
  response = sign(responseXml(), modes['both signed'] ?? [], signer);
  unsigned = responseXml();
});
afterAll(() => folder.remove());

const inspected = async (text: string) => {
  const { code, json } = await inspectText(folder.path, text, { flags: { certificate } });
  const open = (json.findings ?? []).filter(({ severity }: { severity: string }) => severity !== 'info');
  return {
    exit: code,
    messages: json.messages?.length ?? 1,
    open,
    codes: open.map((finding: { code: string }) => finding.code),
  };
};
const base64 = (text: string) => Buffer.from(text).toString('base64');
const entry = (url: string, status: number, content: object = {}, body?: string) => ({
  startedDateTime: new Date().toISOString(),
  request: { method: body ? 'POST' : 'GET', url, ...(body && { postData: { text: body } }) },
  response: { status, redirectURL: '', content },
});
const html = (text: string) => ({ mimeType: 'text/html', text: `<html><h1>Error</h1><p>${text}</p></html>` });
const json = (value: object) => ({ mimeType: 'application/json', text: JSON.stringify(value) });
const recording = (...entries: object[]) => JSON.stringify({ log: { entries } });
const answered = (status: number, content?: object) =>
  entry(serviceProvider.acsUrl, status, content, String(new URLSearchParams({ SAMLResponse: base64(response) })));
const tokens = 'https://services.twilio.com/v1/Flex/OAuth/Tokens';
const [idp, sso] = ['https://login.acme.example', 'https://login.acme.example/sso?SAMLRequest=x'];

describe('a recording that ends in a refusal is not fine', () => {
  test.each<[string, () => object[], string]>([
    ['at the ACS of Flex', () => [answered(400, html('invalid_request: Audience is invalid.'))], 'audience-mismatch'],
    [
      'at the ACS of Flex, in Base64',
      () => [answered(403, { mimeType: 'text/html', encoding: 'base64', text: base64('<p>Missing RelayState</p>') })],
      'in-response-to-missing',
    ],
    ['at the ACS of Flex, without a page', () => [answered(500)], 'refusal-unknown'],
    [
      'at the tokens of Flex',
      () => [answered(302), entry(tokens, 400, json({ code: 45050, message: 'full_name is missing' }))],
      'attribute-missing',
    ],
    [
      'at the tokens of Flex, its code as text',
      () => [answered(302), entry(tokens, 400, json({ code: '45050', message: 'full_name is missing' }))],
      'attribute-missing',
    ],
    ['at the tokens of Flex, without a code', () => [answered(302), entry(tokens, 401)], 'refusal-unknown'],
    [
      'at Okta',
      () => [
        entry('https://a.okta.com/sso/saml?SAMLRequest=x', 403, html('User is not assigned to this application.')),
      ],
      'user-not-assigned',
    ],
    [
      'at Google',
      () => [entry('https://accounts.google.com/o/saml2/idp?SAMLRequest=x', 403, html('app_not_configured_for_user'))],
      'entity-id-unknown',
    ],
    [
      'at AD FS',
      () => [entry('https://sts.acme.example/adfs/ls?SAMLRequest=x', 500, html('MSIS7012'))],
      'refusal-unknown',
    ],
    [
      'on a later page of the same site',
      () => [entry(sso, 200), entry(`${idp}/password`, 403, html('Blocked.'))],
      'refusal-unknown',
    ],
    [
      'as Entra puts it into the data of a page',
      () => [entry(sso, 200, { mimeType: 'text/html', text: '<script>$Config={"iErrorCode":50126}</script>' })],
      'wrong-password',
    ],
    [
      'with the words that it began with',
      () => [entry(sso, 200, html('AADSTS50105: x')), answered(302), entry(sso, 200, html('AADSTS50105: x'))],
      'user-not-assigned',
    ],
    [
      'with two numbers on one page',
      () => [entry(sso, 200, html('AADSTS50076: x</p><p>AADSTS50105: y'))],
      'user-not-assigned',
    ],
  ])('%s', async (_, entries, code) => {
    const { exit, codes } = await inspected(recording(...entries()));
    expect([exit, codes]).toEqual([5, expect.arrayContaining([code])]);
  });

  test('says at which address, and whose words they are', async () => {
    const { open } = await inspected(
      recording(entry('https://sts.acme.example/adfs/ls?SAMLRequest=x', 500, html('MSIS7012'))),
    );
    expect(open.at(-1)).toMatchObject({
      evidence: 'An error of AD FS, at https://sts.acme.example/adfs/ls: "HTTP 500: Error MSIS7012".',
      certainty: 'likely',
      product: 'AD FS',
    });
  });
});

describe('a recording of a login that worked is fine', () => {
  const good = () => JSON.parse(har(response)).log.entries as object[];
  test.each<[string, () => object[]]>([
    [
      'though a password was wrong at first',
      () => [entry(sso, 200), entry(`${idp}/password`, 403, html('Wrong.')), ...good()],
    ],
    ['though the site wants a ticket first', () => [entry(sso, 401, html('Negotiate')), entry(sso, 200), ...good()]],
    [
      'though Flex was asked twice',
      () => [...good(), entry(tokens, 400, json({ code: 45002, message: 'No' })), entry(tokens, 200)],
    ],
    [
      'though a picture is missing',
      () => [entry(sso, 200), ...good(), entry(`${idp}/favicon.ico`, 404, html('Not found'))],
    ],
    ['though other calls fail', () => [...good(), entry('https://events.example/x', 403, html('Forbidden'))]],
    [
      'though a login to something else fails',
      () => [
        ...good(),
        entry(
          'https://other.example/acs',
          403,
          html('Denied'),
          `SAMLResponse=${encodeURIComponent(base64(response.replaceAll(/Destination="[^"]*"|Recipient="[^"]*"|<Audience>[^<]*/g, found => found.replace(/https[^"]*|urn[^<]*/, 'https://other.example/acs'))))}`,
        ),
      ],
    ],
  ])('%s', async (_, entries) => {
    const { exit, codes } = await inspected(recording(...entries()));
    expect([exit, codes]).toEqual([0, []]);
  });
});

describe('all of a text is read, and the worst decides', () => {
  const bad = ['signature-missing'];
  test.each<[string, () => string, string[]]>([
    ['two documents', () => `${response}\n${unsigned}`, bad],
    ['two documents with words between', () => `${response}\n-- and then --\n${unsigned}`, bad],
    [
      'a document in a log behind a form',
      () => `SAMLResponse=${encodeURIComponent(base64(response))}\ngot ${unsigned}\n`,
      bad,
    ],
    ['Base64 behind a document in a log', () => `got ${response}\nthen [${base64(unsigned)}]\n`, bad],
    ['two lines of Base64', () => `${base64(response).replace(/=+$/, '')}\n${base64(unsigned)}`, bad],
    ['two recordings', () => `${har(response)}\n${har(unsigned)}`, bad],
    ['words behind a document', () => `${response}\n\nSorry.\nAADSTS50105: No role.`, ['user-not-assigned']],
    [
      'words between two documents',
      () => `${response}\nAADSTS50105: x\n${response.replace('_response', '_again')}`,
      ['message-forged'],
    ],
    [
      'an error behind a form',
      () => `SAMLResponse=${encodeURIComponent(base64(response))}\nERROR invalid_request: Audience is invalid\n`,
      ['audience-mismatch'],
    ],
  ])('%s', async (_, text, codes) => {
    const { exit, ...seen } = await inspected(text());
    expect([exit, seen.codes]).toEqual([5, expect.arrayContaining(codes)]);
    expect(seen.messages).toBeGreaterThan(1);
  });

  test('an error before a good response was overcome', async () => {
    const { exit, codes } = await inspected(
      `ERROR AADSTS50126: Wrong.\nSAMLResponse=${encodeURIComponent(base64(response))}\n`,
    );
    expect([exit, codes]).toEqual([0, []]);
  });

  test('what a tool shows of a message is no second one', async () => {
    const laidOut = response.replaceAll('><', '>\n  <');
    const { exit, messages } = await inspected(`SAMLResponse=${encodeURIComponent(base64(response))}\n\n${laidOut}\n`);
    expect([exit, messages]).toEqual([0, 1]);
  });

  test('an element behind a document makes it a broken one', async () => {
    for (const more of [
      '<Assertion/>',
      '<!-- x --><x/>',
      `words ${response.slice(response.indexOf('<Assertion'), -18)}`,
    ])
      expect((await inspected(response + more)).exit).toBe(5);
  });
});
