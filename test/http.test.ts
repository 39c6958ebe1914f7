import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createHttp } from '../src/http.js';
import { retryDelay } from '../src/identity-providers/entra/throttling.js';

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
    message: `Microsoft Graph at ${host} did not answer: no answer came within 0.5 seconds.`,
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
