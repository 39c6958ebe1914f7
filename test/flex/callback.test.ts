import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { awaitCallback, demandFreePort } from '../../src/flex/callback.js';
import { callbackPage } from '../../src/flex/callback-page.js';
import { beginLogin } from '../../src/flex/login.js';
import { freePort } from './served.js';

const pending = beginLogin(`JQ${'0'.repeat(32)}`, 'http://localhost:3000');
const good = `?code=secret-code&state=${pending.state}`;
const hasIpv6 = Object.values(networkInterfaces()).some(all => all?.some(({ address }) => address === '::1'));
let abort: AbortController;
let port: number;
let waiting: Promise<{ code: string }>;
let strangers: number;

async function ask(path: string, options: { method?: string; host?: string } = {}) {
  const { method = 'GET', host = `localhost:${port}` } = options;
  const sent = request({ host: '127.0.0.1', port, path, method, headers: { host } }).end();
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}

beforeEach(async () => {
  abort = new AbortController();
  port = await freePort();
  strangers = 0;
  await new Promise<void>(listening => {
    waiting = awaitCallback({ port, pending, signal: abort.signal, listening, onStranger: () => void strangers++ });
  });
});
afterEach(async () => {
  abort.abort();
  await waiting.catch(() => undefined);
});

describe('awaitCallback', () => {
  test.each(['/', '/callback'])('takes the code at %s and lets go of the port', async path => {
    const { status, headers, text } = await ask(`${path}${good}`);
    expect(await waiting).toEqual({ code: 'secret-code' });
    expect(status).toBe(200);
    expect(text).toContain('You can close this window');
    expect(text).not.toContain('secret-code');
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    await expect(ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test.each([
    [400, `/?code=x&state=wrong`, {}],
    [400, '/?code=x', {}],
    [400, `/?state=${pending.state}`, {}],
    [400, '/?error=access_denied&state=wrong', {}],
    [400, '/?error=access_denied&error_description=Call+1-555', {}],
    [400, `/?error=access_denied&state=&state=${pending.state}`, {}],
    [400, '/', {}],
    [404, '/favicon.ico', {}],
    [405, `/${good}`, { method: 'POST' }],
    [405, `/${good}`, { method: 'HEAD' }],
    [403, `/${good}`, { host: 'evil.example' }],
    [403, `/${good}`, { host: '127.0.0.1' }],
  ])('answers %i to %s and waits on', async (status, path, options) => {
    expect(await ask(path, options)).toMatchObject({ status });
    expect(await ask(`/${good}`)).toMatchObject({ status: 200 });
    expect(await waiting).toEqual({ code: 'secret-code' });
  });

  test('a stranger’s words are noted and not repeated', async () => {
    const { text } = await ask('/?error=access_denied&error_description=Call+1-555');
    expect(text).not.toMatch(/1-555|access_denied|Flex refused/);
    await ask('/favicon.ico');
    expect(strangers).toBe(1);
  });

  test('hands on why Flex refused', async () => {
    const state = `&state=${pending.state}`;
    const denied = expect(waiting).rejects.toMatchObject({
      code: 'login-denied',
      ending: 'verification',
      message: expect.stringContaining('access_denied: Audience is invalid <script>'),
    });
    const { text } = await ask(`/?error=access_denied&error_description=Audience+is+invalid+%3Cscript%3E${state}`);
    expect(text).toContain('Audience is invalid &#60;script&#62;');
    expect(text).not.toContain('<script>');
    await denied;
  });

  test('a port that is taken', async () => {
    const second = awaitCallback({ port, pending, signal: abort.signal });
    await expect(second).rejects.toMatchObject({
      code: 'callback-port-taken',
      ending: 'usage',
      hint: expect.stringContaining('--callback-port'),
    });
  });

  test.skipIf(!hasIpv6)('a port that another program has on ::1 only', async () => {
    const squatter = createServer().listen(0, '::1');
    await once(squatter, 'listening');
    const taken = { port: (squatter.address() as AddressInfo).port, pending, signal: abort.signal };
    let shown = false;
    const listening = () => {
      shown = true;
    };
    await expect(awaitCallback({ ...taken, listening })).rejects.toMatchObject({ code: 'callback-port-taken' });
    await expect(demandFreePort(taken.port)).rejects.toMatchObject({ code: 'callback-port-taken' });
    expect(shown).toBe(false);
    squatter.close();
  });

  test.skipIf(!hasIpv6)('a browser that takes ::1 for localhost comes back as well', async () => {
    const sent = request({ host: '::1', port, path: `/${good}`, headers: { host: `localhost:${port}` } }).end();
    await once(sent, 'response').then(([response]) => response.resume());
    expect(await waiting).toEqual({ code: 'secret-code' });
  });

  test('ends with the reason of the signal, and with what the login page throws', async () => {
    const reason = new Error('stopped');
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(awaitCallback({ port, pending, signal: abort.signal })).rejects.toBe(reason);
    const listening = () => Promise.reject(reason);
    const signal = new AbortController().signal;
    await expect(awaitCallback({ port, pending, signal, listening })).rejects.toBe(reason);
    await expect(ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

test('the page loads nothing and allows its own style alone', async () => {
  const page = callbackPage('Title', 'Text', true);
  expect(page).not.toMatch(/https?:|src=|<script|<link|url\(/);
  expect(page).toContain('prefers-color-scheme: dark');
  const { headers } = await ask('/x');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='/);
});
