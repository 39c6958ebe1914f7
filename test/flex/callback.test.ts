import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { awaitCallback } from '../../src/flex/callback.js';
import { callbackPage } from '../../src/flex/callback-page.js';
import { beginLogin } from '../../src/flex/login.js';
import { freePort } from './served.js';

const pending = beginLogin(`JQ${'0'.repeat(32)}`, 'http://localhost:3000');
const good = `?code=secret-code&state=${pending.state}`;
let abort: AbortController;
let port: number;
let waiting: Promise<{ code: string }>;

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
  await new Promise<void>(listening => {
    waiting = awaitCallback({ port, pending, signal: abort.signal, listening });
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

  test.each([`&state=${pending.state}`, ''])('hands on why Flex refused%s', async state => {
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
