import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Endpoints, publicEndpoints } from '../../src/endpoints.js';
import { createFlex } from '../../src/flex/index.js';
import { createHttp } from '../../src/http.js';
import type { Exchange } from '../../src/trace.js';

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: unknown;
}

export const accountSid = `AC${'1'.repeat(32)}`;

/** Flex against a server that answers, below `/<system>`, whatever a test wants to see handled. */
export async function serveFlex(
  answer: (request: IncomingMessage, url: URL) => Answer,
  without: readonly string[] = [],
) {
  const server = createServer((request, response) => {
    const { status = 200, headers = {}, body = '' } = answer(request, new URL(request.url ?? '', 'http://localhost'));
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const systems = Object.keys(publicEndpoints).filter(system => !without.includes(system));
  const endpoints: Endpoints = Object.fromEntries(systems.map(system => [system, `${origin}/${system}`]));
  const exchanges: Exchange[] = [];
  const http = createHttp({ endpoints, trace: exchange => exchanges.push(exchange) });
  const credentials = { username: accountSid, password: 'secret-token' };
  return {
    origin,
    exchanges,
    flex: createFlex({ http, endpoints, accountSid, credentials }),
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Any port that was free just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}
