import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { publicEndpoints, type System } from '../src/endpoints.js';
import { createHttp } from '../src/http.js';
import { retryDelay } from '../src/identity-providers/entra/throttling.js';
import type { Expected } from '../src/own-answer.js';

test('a system that does not answer is named long before it is given up', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const told: [string, number][] = [];
  const http = createHttp({
    endpoints: { graph: `http://${host}` },
    onSlow: (...what) => void told.push(what),
    patience: { slow: 100, longest: 500 },
  });
  await expect(http({ url: 'https://graph.microsoft.com/v1.0/me' })).rejects.toMatchObject({
    code: 'unreachable',
    message: `Microsoft Graph at ${host} did not answer: no complete answer came within 0.5 seconds.`,
  });
  expect(told).toEqual([[`Microsoft Graph at ${host} has not answered for 0.1 seconds`, 400]]);
});

test.each([
  [429, 10 * 60_000],
  [503, 2 * 60_000],
])('all waits for one request that is answered HTTP %i have a limit', (status, limit) => {
  const headers = { 'retry-after': '60' };
  expect(retryDelay(status, headers, { attempt: 1, waited: limit - 60_000 })).toBe(60_000);
  expect(retryDelay(status, headers, { attempt: 1, waited: limit - 59_999 })).toBeUndefined();
});

/** The host of a server that lives as long as the test. */
async function hostOf(server: Server | TcpServer): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  ['headers', 'HTTP/1.1 200 OK\r\n', 'x: y\r\n'],
  ['a body', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{', ' '],
])('an answer that comes in drips, %s without end, is given up in time', async (_what, start, drip) => {
  const open = new Set<Socket>();
  const host = await hostOf(
    createTcpServer(socket => {
      open.add(socket.on('error', () => {}));
      socket.once('data', () => {
        socket.write(start);
        const dripping = setInterval(() => socket.write(drip), 20);
        socket.once('close', () => clearInterval(dripping));
      });
    }),
  );
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
  });
  for (const [system, name, path] of [
    ['graph', 'Microsoft Graph', '/v1.0/me'],
    ['login', 'The sign-in service of Microsoft', '/common/oauth2/v2.0/token'],
    ['flex-api', 'Twilio Flex', '/v1/Configuration'],
    ['flex-login', 'The login service of Twilio Flex', '/authorize'],
  ] as const) {
    const endpoints = { [system]: `http://${host}` };
    const http = createHttp({ endpoints, patience: { slow: 5000, longest: 200 } });
    await expect(http({ url: `${publicEndpoints[system]}${path}`, expects: 'json' })).rejects.toMatchObject({
      code: 'unreachable',
      message: `${name} at ${host} did not answer: no complete answer came within 0.2 seconds.`,
    });
  }
});

const notice = 'Hotel WiFi: please sign in at wifi.hotel.example first';
const page = '<title>Hotel WiFi</title><p>Please sign in</p>';
const json = 'application/json';

test.each<[what: string, type: string, body: string, system: System, expects: Expected, code: string]>([
  ['a notice as text', 'text/plain', notice, 'graph', 'json', 'foreign-answer'],
  ['a notice as text, in place of a token', 'text/plain', notice, 'login', { json: ['issuer'] }, 'foreign-answer'],
  ['a notice as text, in place of metadata', 'text/plain', notice, 'login', 'document', 'foreign-answer'],
  ['a notice under the name of JSON', json, notice, 'flex-api', 'json', 'foreign-answer'],
  [
    'a page under the name of JSON',
    json,
    `\uFEFF<!-- portal -->\n<html>${page}</html>`,
    'graph',
    'json',
    'foreign-answer',
  ],
  ['a page without a head', json, page, 'taskrouter', 'json', 'foreign-answer'],
  [
    'a page under the name of XML',
    'application/xml',
    `<!-- portal --><html>${page}`,
    'login',
    'document',
    'foreign-answer',
  ],
  ['a script', 'text/javascript', 'location = "http://wifi.hotel.example"', 'flex-services', 'json', 'foreign-answer'],
  ['JSON that is cut off', json, '{"value": [{"id', 'graph', 'json', 'garbled-answer'],
  ['JSON that is cut off, as text', 'text/plain', '[{"id": 1}, {', 'graph', 'json', 'garbled-answer'],
  ['nothing', json, '', 'graph', 'json', 'garbled-answer'],
  ['another shape', json, 'null', 'graph', 'json', 'garbled-answer'],
])('%s is told as what it is', async (_what, type, body, system, expects, code) => {
  const host = await hostOf(createServer((_, response) => response.writeHead(200, { 'content-type': type }).end(body)));
  const http = createHttp({ endpoints: { [system]: `http://${host}` } });
  const asked = http({ url: `${publicEndpoints[system]}/x`, expects });
  await expect(asked).rejects.toMatchObject({
    code,
    hint: expect.stringMatching(
      code === 'foreign-answer' ? /browser: a Wi-Fi or hotel network.*proxy/ : /same command again/,
    ),
  });
  if (code === 'foreign-answer') await expect(asked).rejects.toThrow(/: a (web page|text)/);
});

test('an answer that is its own passes, whatever type it names', async () => {
  const host = await hostOf(
    createServer((_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(' {"id": "1"}')),
  );
  const http = createHttp({ endpoints: { graph: `http://${host}` } });
  expect(await http({ url: 'https://graph.microsoft.com/v1.0/me', expects: 'json' })).toMatchObject({ status: 200 });
});
