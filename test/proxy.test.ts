import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { run, temporaryDirectory } from './support/cli.js';

/** A proxy that takes note of where it is asked to connect to, and never does. */
async function refusingProxy(answer = '502 Bad Gateway'): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((_request, response) => response.writeHead(502).end());
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end(`HTTP/1.1 ${answer}\r\n\r\n`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://someone:canary-password@127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function migrate(more: readonly string[], env: Record<string, string>) {
  const { path, remove } = await temporaryDirectory();
  onTestFinished(remove);
  return run(['migrate', '--yes', '--setup-type', 'new', '--json', '--state', path, ...more], env);
}

const account = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: '0'.repeat(32),
  FLEX_SSO_GRAPH_TOKEN: 'nobody',
};

test('requests leave through the proxy that the environment names, and an error names it without its password', async () => {
  const proxy = await refusingProxy();
  const { code, stdout, stderr, json } = await migrate([], { ...account, HTTPS_PROXY: proxy.url });
  expect(code).toBe(1);
  expect(proxy.asked[0]).toMatch(/\.twilio\.com:443$/);
  expect(json.error).toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('through the proxy 127.0.0.1:'),
  });
  expect(stdout + stderr).not.toContain('canary-password');
});

test('a proxy that wants a password is said to', async () => {
  const proxy = await refusingProxy('407 Proxy Authentication Required');
  const { code, json } = await migrate([], { ...account, HTTPS_PROXY: proxy.url });
  expect(code).toBe(1);
  expect(json.error).toMatchObject({ code: 'unreachable', hint: expect.stringMatching(/password.*HTTPS_PROXY/) });
});

test('the sandbox on this machine is never asked through a proxy', async () => {
  const proxy = await refusingProxy();
  const { code, json } = await migrate(['--sandbox'], { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url });
  expect(json.status).toBe('finished');
  expect(code).toBe(0);
  expect(proxy.asked).toEqual([]);
});

test('a proxy that is none is an input error', async () => {
  const { code, json } = await migrate([], { ...account, HTTPS_PROXY: 'not an address' });
  expect(code).toBe(2);
  expect(json.error.message).toContain('HTTPS_PROXY');
});
