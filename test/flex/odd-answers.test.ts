import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { rolesOf } from '../../src/flex/workers.js';
import { type Answer, accountSid, serveFlex } from './served.js';

const name = `JQ${'0'.repeat(32)}`;
const page = 'https://flex.twilio.com/lavender-4711';
const request =
  '<AuthnRequest xmlns="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">urn:flex:x</Issuer></AuthnRequest>';
const atIdentityProvider = `https://idp.example/sso?idpid=C01&RelayState=r&SAMLRequest=${encodeURIComponent(deflateRawSync(request).toString('base64'))}`;
const redirect = (location: string): Answer => ({ status: 302, headers: { location } });
const refusal = (status: number, code: number, message: string): Answer => ({
  status,
  body: { code, message, more_info: '', status },
});

/** Runs something against a server that gives one answer to everything, or the next of several. */
async function against<T>(
  answers: Answer | ((url: URL) => Answer),
  use: (served: Awaited<ReturnType<typeof serveFlex>>) => Promise<T>,
  without: readonly string[] = [],
): Promise<T> {
  const served = await serveFlex((_, url) => (typeof answers === 'function' ? answers(url) : answers), without);
  try {
    return await use(served);
  } finally {
    await served.close();
  }
}

describe('connections', () => {
  const entry = {
    account_sid: accountSid,
    instance_sid: 'GO',
    connection_name: name,
    client_id: 'c',
    active: true,
    app_type: 'SinglePageApp',
  };
  const connection = { name, accountSid, clientId: 'c', active: true };

  test.each([
    ['a list', { config_list: [{ ...entry, app_type: 'MobileApp', connection_name: 'odd' }, entry] }, [connection]],
    ['a single object', { config_list: entry }, [connection]],
    ['an empty list', { config_list: [] }, []],
    ['no list', { config_list: null }, []],
  ])('%s', async (_, body, expected) => {
    expect(await against({ body }, ({ flex }) => flex.connections())).toEqual(expected);
  });

  test('404 for an account that has none', async () => {
    expect(await against(refusal(404, 20404, 'not found'), ({ flex }) => flex.connections())).toEqual([]);
  });

  test.each([
    ['foreign-answer', { body: '<html>Maintenance</html>' }],
    ['foreign-answer', { status: 404, body: '<html>Not found</html>' }],
    ['foreign-answer', { status: 404, body: {} }],
    ['foreign-answer', redirect('https://wifi.hotel.example/')],
    ['foreign-answer', { status: 511, body: '<html>Sign in</html>' }],
    ['garbled-answer', { body: [] }],
    ['garbled-answer', { body: {} }],
    ['garbled-answer', { headers: { 'content-type': 'application/json' }, body: '{"config_list": [' }],
    ['garbled-answer', { body: { config_list: [null] } }],
    ['garbled-answer', { body: { config_list: [{ ...entry, connection_name: '../x' }] } }],
    ['garbled-answer', { body: { config_list: [{ ...entry, active: 'yes' }] } }],
    ['unavailable', { status: 503, body: 'Service <b>unavailable</b>' }],
  ])('%s is reported', async (code, answer) => {
    await against(answer, ({ flex }) => expect(flex.connections()).rejects.toMatchObject({ code }));
  });
});

describe('configuration and Workers', () => {
  test('Workers of pages without end', { timeout: 120_000 }, async () => {
    let count = 0;
    const served = await serveFlex((_, { pathname }) => {
      const next_page_url = `${served.origin}${pathname}?PageToken=${count++}`;
      return { body: { meta: { next_page_url, key: 'workers' }, workers: [] } };
    });
    const reading = served.flex.workers(`WS${'0'.repeat(32)}`);
    await expect(reading).rejects.toMatchObject({
      code: 'garbled-answer',
      message: expect.stringMatching(/200 pages/),
    });
    await served.close();
  });

  test.each([
    ['twilio-credentials', 'permission', refusal(401, 20003, 'Authenticate')],
    ['twilio-permission', 'permission', refusal(403, 70051, 'Authorization failed')],
    ['twilio-permission', 'permission', refusal(400, 70051, 'Authorization failed')],
    ['twilio-refused', 'failure', refusal(404, 20404, 'The requested resource was not found')],
    ['unavailable', 'failure', { status: 502, body: '<html>Bad gateway</html>' }],
    ['unavailable', 'failure', refusal(503, 20503, 'Service unavailable')],
    ['foreign-answer', 'failure', { body: '<html>Captive portal</html>' }],
    ['foreign-answer', 'failure', { status: 403, body: '<html>Blocked by policy</html>' }],
    ['garbled-answer', 'failure', { body: null }],
    ['garbled-answer', 'failure', { body: { account_sid: accountSid, ui_version: 2 } }],
  ])('%s', async (code, ending, answer) => {
    await against(answer, async ({ flex, exchanges }) => {
      await expect(flex.configuration()).rejects.toMatchObject({ code, ending });
      expect(exchanges).toHaveLength(1);
    });
  });

  test('throttled reads are repeated', async () => {
    let asked = 0;
    const body = { meta: { next_page_url: null, key: 'workers' }, workers: [] };
    const answer = () => (++asked < 3 ? { status: 429, headers: { 'retry-after': '0' }, body: {} } : { body });
    expect(await against(answer, ({ flex }) => flex.workers('WS1'))).toEqual([]);
    expect(asked).toBe(3);
  });

  test('credentials never follow a page to another host', async () => {
    const body = { meta: { next_page_url: 'https://evil.example/v1/x', key: 'workers' }, workers: [] };
    await against({ body }, async ({ flex, exchanges }) => {
      await expect(flex.workers('WS1')).rejects.toMatchObject({ code: 'garbled-answer' });
      expect(exchanges).toHaveLength(1);
    });
  });

  test.each([
    ['{"roles":["agent"," wfo.full_access ",7,""]}', ['agent', 'wfo.full_access']],
    ['{"roles":"admin, agent"}', ['admin', 'agent']],
    ['{"roles":{"0":"agent"}}', []],
    ['{"__proto__":{"roles":["admin"]}}', []],
    ['[]', []],
    ['null', []],
    ['not JSON', []],
  ])('roles in %s', (attributes, roles) => {
    expect(rolesOf(attributes)).toEqual(roles);
  });
});

describe('probe', () => {
  const probe = (answers: Answer | ((url: URL) => Answer)) => against(answers, ({ flex }) => flex.probe(name, page));

  test('follows hops, also relative ones, and does not call the identity provider', async () => {
    const found = await probe(url => {
      if (url.pathname === '/flex-services/v1/Flex/Authorize')
        return redirect('https://login.flex.us1.twilio.com/authorize');
      return redirect(url.pathname === '/flex-login/authorize' ? '/flex-login/again' : atIdentityProvider);
    });
    const ssoUrl = 'https://idp.example/sso?idpid=C01';
    const hop = (url: string) => ({ method: 'GET', url, status: 302 });
    expect(found).toEqual({
      reached: 'identity-provider',
      hops: [
        hop('https://services.twilio.com/v1/Flex/Authorize'),
        hop('https://login.flex.us1.twilio.com/authorize'),
        hop('https://login.flex.us1.twilio.com/again'),
      ],
      ssoUrl,
      authnRequest: { id: '_1', issuer: 'urn:flex:x', binding: 'HTTP-Redirect' },
      signed: false,
    });
  });

  test('a form that posts itself', async () => {
    const saml = Buffer.from(request).toString('base64');
    const body = `<form method="post" action="https://idp.example/post"><input name="SAMLRequest" value="${saml}"></form>`;
    expect(await probe({ body })).toMatchObject({
      ssoUrl: 'https://idp.example/post',
      authnRequest: { binding: 'HTTP-POST' },
    });
  });

  test.each([
    [/more than 10 times/, redirect('https://services.twilio.com/v1/Flex/Authorize')],
    [
      /access_denied: Invalid SSO settings/,
      redirect(`${page}?error=access_denied&error_description=Invalid+SSO+settings`),
    ],
    [/without asking an identity provider/, redirect(`${page}?code=x`)],
    [/redirects to no URL/, redirect('https://[')],
    [/cannot be read/, redirect('https://idp.example/sso?SAMLRequest=bm90aGluZw')],
    [/Wrong profile/, refusal(400, 45009, 'Wrong profile')],
    [/Wrong profile/, refusal(500, 45009, 'Wrong profile')],
  ])('reports %s', async (message, answer) => {
    expect(await probe(answer)).toMatchObject({ reached: 'error', message: expect.stringMatching(message) });
  });

  test.each([
    ['foreign-answer', /leads to elsewhere\.example/, redirect('http://elsewhere.example/x')],
    ['foreign-answer', /leads to file:/, redirect('file:///etc/passwd')],
    [
      'foreign-answer',
      /leads to wifi/,
      redirect(`https://wifi.hotel.example/?error=login&from=${encodeURIComponent(page)}`),
    ],
    ['foreign-answer', /“Hotel WiFi” \(HTTP 200\)/, { body: '<html><title>Hotel\nWiFi</title>Welcome</html>' }],
    ['foreign-answer', /\(HTTP 200\)/, {}],
    ['foreign-answer', /HTTP 511/, { status: 511, body: '<html></html>' }],
    ['unavailable', /HTTP 503/, { status: 503, body: '<html>Bad gateway</html>' }],
  ])('%s %s is no word of Flex on the login', async (code, message, answer) => {
    await expect(probe(answer)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('probeLegacy', () => {
  const legacy = (answers: (url: URL) => Answer, without: string[] = []) =>
    against(answers, ({ flex }) => flex.probeLegacy(page), without);

  test('tries the older address after the current one', async () => {
    const asked: string[] = [];
    const found = await legacy(url => {
      asked.push(url.pathname);
      return url.pathname.startsWith('/iam/')
        ? refusal(404, 20404, 'gone')
        : { body: { location: atIdentityProvider } };
    });
    expect(asked).toEqual([
      `/iam/v1/Accounts/${accountSid}/authenticate`,
      `/iam-preview/Accounts/${accountSid}/authenticate`,
    ]);
    expect(found).toMatchObject({ reached: 'identity-provider', authnRequest: { issuer: 'urn:flex:x' } });
  });

  test('never calls an address that is not configured, and tells what the current one said', async () => {
    const gone = (url: URL) => refusal(404, 20404, url.pathname);
    expect(await legacy(gone, ['iam-preview'])).toMatchObject({
      reached: 'error',
      message: expect.stringContaining('/iam/v1'),
    });
    expect(await legacy(gone, ['iam', 'iam-preview'])).toMatchObject({ reached: 'error', status: 0 });
    expect(await legacy(gone)).toMatchObject({ code: 20404, message: expect.stringContaining('/iam/v1') });
  });

  test('trouble on the way to the current address is not what the older one says', async () => {
    const found = legacy(url =>
      url.pathname.startsWith('/iam/') ? { status: 502, body: '<html></html>' } : refusal(404, 20404, 'gone'),
    );
    await expect(found).rejects.toMatchObject({ code: 'unavailable' });
    const other = await legacy(url =>
      url.pathname.startsWith('/iam/') ? refusal(403, 70251, 'Invalid SSO settings') : { body: '<html>Hotel</html>' },
    );
    expect(other).toMatchObject({ reached: 'error', code: 70251 });
  });

  test.each([[{}], [[]], [null], ['<html>Hotel WiFi</html>']])('an answer of another form: %j', async body => {
    await expect(legacy(() => ({ body }))).rejects.toMatchObject({
      code: expect.stringMatching(/^(garbled|foreign)-answer$/),
    });
  });

  test.each([[{ location: 7 }], [{ location: 'x' }]])('an answer without a location: %j', async body => {
    expect(await legacy(() => ({ body }))).toMatchObject({
      reached: 'error',
      message: expect.stringContaining('location'),
    });
  });
});

describe('complete', () => {
  const token_info = {
    account_sid: accountSid,
    flex_instance_sid: 'GO1',
    flex_user_sid: 'FU1',
    worker_sid: 'WK1',
    identity: 'ann',
    name_id: 'ann@contoso.example',
    roles: ['agent'],
  };
  const complete = (answer: Answer) =>
    against(answer, async ({ flex, exchanges }) => {
      const pending = flex.begin(name, page);
      return { login: await flex.complete(pending, 'the-code'), pending, exchanges };
    });

  test('sends what the exchange needs and keeps no token', async () => {
    const { login, pending, exchanges } = await complete({
      body: { access_token: 'secret', refresh_token: 'secret', token_info },
    });
    expect(JSON.stringify(login)).not.toContain('secret');
    expect(login).toMatchObject({ workerSid: 'WK1', nameId: 'ann@contoso.example', roles: ['agent'] });
    expect(exchanges[0]?.request.body).toEqual({
      grant_type: 'AuthorizationCode',
      app_type: 'SinglePageApp',
      sso_profile_sid: name,
      code: 'the-code',
      code_verifier: pending.codeVerifier,
      nonce: pending.nonce,
    });
  });

  test.each([
    ['login-refused', /full_name is missing \(45050\)/, refusal(400, 45050, 'full_name is missing')],
    ['login-refused', /full_name is missing \(45050\)/, refusal(500, 45050, 'full_name is missing')],
    ['unavailable', /HTTP 500/, { status: 500, body: '' }],
    ['foreign-answer', /“Hotel WiFi”/, { body: '<html><title>Hotel WiFi</title></html>' }],
    ['foreign-answer', /HTTP 403/, { status: 403, body: '<html>Blocked</html>' }],
    ['garbled-answer', /token_info/, { body: {} }],
    ['garbled-answer', /a JSON object is due/, { body: [] }],
    ['login-incomplete', /token_info\.worker_sid/, { body: { token_info: { ...token_info, worker_sid: undefined } } }],
    ['login-incomplete', /token_info\.roles/, { body: { token_info: { ...token_info, roles: 'agent' } } }],
  ])('%s %s', async (code, message, answer) => {
    await expect(complete(answer)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
