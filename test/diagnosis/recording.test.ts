import { deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCapture } from '../../src/diagnosis/capture.js';
import { type Expected, expectedOf } from '../../src/diagnosis/expected.js';
import { diagnoseRecording } from '../../src/diagnosis/message.js';
import {
  type Content,
  createSigner,
  modes,
  requestId,
  responseXml,
  type Signer,
  serviceProvider,
  sign,
} from '../saml/signed-response.js';

let [own, other]: Signer[] = [];
beforeAll(async () => {
  [own, other] = await Promise.all([createSigner('IdP'), createSigner('Another')]);
});

const ssoUrl = 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/saml2';
const base64 = (xml: string) => Buffer.from(xml).toString('base64');
const entry = (url: string, text?: string, page?: string) => ({
  startedDateTime: new Date().toISOString(),
  request: { url, ...(text !== undefined && { postData: { mimeType: 'application/x-www-form-urlencoded', text } }) },
  response: { redirectURL: '', content: page === undefined ? {} : { text: page } },
});
const request = (name: string, issuer: string, id = requestId) =>
  entry(
    `${ssoUrl}?${new URLSearchParams({
      SAMLRequest: deflateRawSync(
        `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${id}" Version="2.0"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer></samlp:${name}>`,
      ).toString('base64'),
    })}`,
  );
const posted = (xml: string, to = serviceProvider.acsUrl) =>
  entry(to, String(new URLSearchParams({ SAMLResponse: base64(xml), RelayState: 'x' })));
const response = (content: Content = {}, signer = own) =>
  sign(responseXml(content), modes['both signed'] ?? [], signer as Signer);
const logoutResponse =
  '<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_lr" Version="2.0"/>';

const acs = 'https://other.example/acs';
const elsewhere: Content = {
  audience: 'https://other.example/sp',
  recipient: acs,
  destination: acs,
  inResponseTo: '_9',
};
const login = () => [request('AuthnRequest', serviceProvider.entityId), posted(response())];

const diagnose = (entries: readonly object[], more: Partial<Expected> = {}) => {
  const { messages } = readCapture(JSON.stringify({ log: { entries } }));
  const certificates = own ? [own.certificate] : [];
  return diagnoseRecording(messages, { ...expectedOf(undefined, { certificates }), ...more });
};
const kept = (entries: readonly object[], more?: Partial<Expected>) =>
  diagnose(entries, more).map(({ kind, verdict, aside }) => `${kind}: ${aside ? 'aside' : verdict}`);
const flexLogin = ['authn-request: ok', 'response: ok'];

describe('a recording that holds more than one login', () => {
  test('a logout after it is named and set aside', () => {
    const entries = [...login(), request('LogoutRequest', serviceProvider.entityId, '_lo'), posted(logoutResponse)];
    expect(kept(entries)).toEqual([...flexLogin, 'logout: aside', 'logout: aside']);
    expect(diagnose(entries).at(-2)).toMatchObject({
      findings: [{ code: 'message-aside', severity: 'info', evidence: `A LogoutRequest, sent to ${ssoUrl}.` }],
    });
  });

  test.each([{}, { serviceProvider }])('a login to another application before it, with %j known', more => {
    const theirs = posted(response(elsewhere, other), acs);
    expect(kept([theirs, ...login()], more)).toEqual(['response: aside', ...flexLogin]);
  });

  test('a hop from one identity provider to the next within it', () => {
    const [asked, answered] = login();
    const federation = 'urn:federation:MicrosoftOnline';
    const back = 'https://login.microsoftonline.com/login.srf';
    const hop: Content = { audience: federation, recipient: back, destination: back, inResponseTo: '_hop' };
    const entries = [asked, request('AuthnRequest', federation, '_hop'), posted(response(hop, other), back), answered];
    expect(kept(entries as object[])).toEqual([
      'authn-request: ok',
      'authn-request: aside',
      'response: aside',
      'response: ok',
    ]);
  });

  test('none to Flex: that is said', () => {
    const [only] = diagnose([posted(response(elsewhere), acs)]);
    expect(only).toMatchObject({
      verdict: 'problems',
      aside: true,
      findings: [{ code: 'message-aside', severity: 'warning' }],
    });
    expect(only?.identity).toBeUndefined();
  });

  // What it claims of itself is not what makes it harmless.
  const page = (xml: string) =>
    entry(ssoUrl, undefined, `<form action="${acs}"><input name="SAMLResponse" value="${base64(xml)}"></form>`);
  test.each<[string, () => object]>([
    ['that was sent to Flex, whomever it names', () => posted(response(elsewhere, other))],
    ['that names Flex, wherever it was sent', () => posted(response({}, other), acs)],
    ['that answers a request of Flex', () => posted(response({ ...elsewhere, inResponseTo: requestId }, other), acs)],
    ['that names nobody that can be read', () => page('<samlp:Response')],
    [
      'that holds a response in a logout',
      () => posted(logoutResponse.replace('/>', `>${response()}</samlp:LogoutResponse>`)),
    ],
  ])('a forged response is no stranger: one %s', (_, forged) => {
    for (const entries of [
      [...login(), forged()],
      [login()[0] as object, forged(), login()[1] as object],
    ])
      expect(kept(entries)).toContain('response: rejected');
  });
});
