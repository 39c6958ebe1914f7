import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** Any port that was free just now. */
export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Stands before one system for the length of the test: `meanwhile` runs before each request, which is passed on unless it answered. */
export async function interpose(
  baseUrl: string,
  meanwhile: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
) {
  const server = createServer(async (incoming, outgoing) => {
    await meanwhile(incoming, outgoing);
    if (outgoing.writableEnded) return;
    const { method, headers, url = '' } = incoming;
    const passedOn = send(new URL(url, baseUrl), { method: method ?? 'GET', headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    // The system is closed at the end of a test, in the middle of a request too.
    passedOn.on('error', () => outgoing.destroy());
    incoming.pipe(passedOn);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  const { origin } = new URL(baseUrl);
  return baseUrl.replace(origin, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
