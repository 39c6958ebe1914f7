import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Probe } from '../../src/flex/client.js';
import { type Answer, serveFlex } from './served.js';

const name = `JQ${'0'.repeat(32)}`;
const page = 'https://flex.twilio.com/lavender-4711';
const ssoUrl = 'https://login.microsoftonline.com/tenant/saml2';
const microsofts = '<meta name="PageID" content="ConvergedSignIn" />';
const portal = '<html><head><title>Hotel WiFi</title></head><body><form><input name="room"></form></body></html>';
const request =
  '<AuthnRequest xmlns="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">urn:flex:x</Issuer></AuthnRequest>';
const deflated = encodeURIComponent(deflateRawSync(request).toString('base64'));

/** A login whose request goes to Entra, and what Entra's login page then answers to whatever is sent to it. */
async function asked(
  answer: (url: URL, request: IncomingMessage) => Answer,
  start: Answer = { status: 302, headers: { location: `${ssoUrl}?SAMLRequest=${deflated}&RelayState=r` } },
): Promise<Extract<Probe, { reached: 'identity-provider' }>> {
  const served = await serveFlex((incoming, url) =>
    url.pathname.startsWith('/login/') ? answer(url, incoming) : start,
  );
  try {
    const probe = await served.flex.probe(name, page, { askLoginPage: true });
    if (probe.reached !== 'identity-provider') throw new Error(probe.message);
    return probe;
  } finally {
    await served.close();
  }
}

test('a page that asks for a password refuses nothing', async () => {
  const { loginPage, hops } = await asked(() => ({ body: microsofts }));
  expect(loginPage).toEqual({ status: 200, hops: [{ method: 'GET', url: ssoUrl, status: 200 }] });
  expect(hops?.map(({ url }) => url)).toEqual(['https://services.twilio.com/v1/Flex/Authorize', ssoUrl]);
});

test.each([
  ['in HTML', '<p>AADSTS700016: Application with identifier &#39;urn:flex:x&#39; was not found.</p>'],
  [
    'in the script of its page',
    String.raw`<script>$Config={"strServiceExceptionMessage":"AADSTS700016: Application with identifier \u0027urn:flex:x\u0027 was not found.","iErrorCode":1}</script>`,
  ],
])('an AADSTS error is read %s, also from a page that comes with 200', async (_, body) => {
  const { loginPage } = await asked(() => ({ body }));
  expect(loginPage?.refusal).toBe("AADSTS700016: Application with identifier 'urn:flex:x' was not found.");
});

test.each<[string, Answer]>([
  ['a page', { body: portal }],
  ['a page with HTTP 403', { status: 403, body: portal }],
  ['a page with the address that was asked for', { body: `${portal}<input name="to" value="${ssoUrl}">` }],
  ['a text', { headers: { 'content-type': 'text/plain' }, body: 'Please sign in to the Wi-Fi' }],
  ['JSON with HTTP 404', { status: 404, body: { error: 'not found', message: 'Not found' } }],
  ['a redirect to a portal', { status: 302, headers: { location: 'https://wifi.hotel.example/login' } }],
  ['a redirect without https', { status: 302, headers: { location: 'http://wifi.hotel.example/login' } }],
  ['HTTP 511', { status: 511, body: portal }],
])('what somebody else answers in place of Microsoft is no word on the login: %s', async (_, answer) => {
  await expect(asked(() => answer)).rejects.toMatchObject({
    code: 'foreign-answer',
    message: expect.stringContaining('The sign-in service of Microsoft'),
    hint: expect.stringContaining('Wi-Fi'),
  });
});

test('Microsoft sends people on to the login page of their company', async () => {
  const headers = { location: 'https://adfs.example.invalid/ls', 'x-ms-ests-server': '2.1' };
  const { hops } = await asked(() => ({ status: 302, headers }));
  expect(hops?.at(-1)).toMatchObject({ url: 'https://adfs.example.invalid/ls', status: 0 });
});

test('a signed request arrives with its signature', async () => {
  const seen: string[] = [];
  const location = `${ssoUrl}?SAMLRequest=${deflated}&RelayState=r&SigAlg=a&Signature=b`;
  const { signed } = await asked(
    url => {
      seen.push(url.search);
      return { body: microsofts };
    },
    { status: 302, headers: { location } },
  );
  expect(signed).toBe(true);
  expect(seen).toEqual([new URL(location).search]);
});

test('a request in a form is posted', async () => {
  const posted: Promise<string>[] = [];
  const message = Buffer.from(request).toString('base64');
  const form = `<form method="post" action="${ssoUrl}"><input name="SAMLRequest" value="${message}"></form>`;
  const { loginPage } = await asked(
    (_, incoming) => {
      if (incoming.method === 'POST') posted.push(text(incoming));
      return { body: microsofts };
    },
    { body: form },
  );
  expect(loginPage?.hops).toEqual([{ method: 'POST', url: ssoUrl, status: 200 }]);
  expect(new URLSearchParams(await posted[0]).get('SAMLRequest')).toBe(message);
});

test('pages that lead in a circle end', async () => {
  const { loginPage } = await asked(url => ({ status: 302, headers: { location: url.pathname } }));
  expect(loginPage?.hops.length).toBe(5);
  // Nothing is said of a page that was never reached.
  expect(loginPage).toMatchObject({ unclear: expect.stringContaining('redirects') });
});

test('a page that does not answer leaves the request and what it was told', async () => {
  const { loginPage, authnRequest, hops } = await asked((_, incoming) => {
    incoming.socket.destroy();
    return {};
  });
  expect(authnRequest.issuer).toBe('urn:flex:x');
  expect(loginPage).toMatchObject({ status: 0, unclear: 'it did not answer' });
  expect(hops?.at(-1)).toEqual({ method: 'GET', url: ssoUrl, status: 0 });
});

test('a redirect from the root is meant from the root of the system, though a gateway serves it below a path', async () => {
  const { loginPage } = await asked(url =>
    url.pathname === '/login/tenant/kmsi'
      ? { headers: { 'x-ms-request-id': '1' }, body: '<form><input name="passwd"></form>' }
      : { status: 302, headers: { location: '/tenant/kmsi?hop=1' } },
  );
  const visited = loginPage?.hops.map(hop => hop.url);
  expect(visited).toEqual([ssoUrl, 'https://login.microsoftonline.com/tenant/kmsi']);
  expect(loginPage).toMatchObject({ status: 200 });
});

test('so is one of Flex on the way to the identity provider, and one that names the path of the gateway too', async () => {
  const redirect = (location: string) => ({ status: 302, headers: { location } });
  const served = await serveFlex((_, { pathname }) => {
    if (pathname === '/flex-services/v1/Flex/Authorize') return redirect('/v1/Flex/Again');
    if (pathname === '/flex-services/v1/Flex/Again') return redirect('/flex-services/v1/Flex/Last');
    return redirect(`${ssoUrl}?SAMLRequest=${deflated}`);
  });
  try {
    const { hops = [], reached } = await served.flex.probe(name, page);
    expect(reached).toBe('identity-provider');
    const flex = 'https://services.twilio.com/v1/Flex';
    expect(hops.map(({ url }) => url)).toEqual([`${flex}/Authorize`, `${flex}/Again`, `${flex}/Last`]);
  } finally {
    await served.close();
  }
});
