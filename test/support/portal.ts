import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';
import { type Endpoints, publicEndpoints, type System } from '../../src/endpoints.js';

/** What comes in the place of a system's answer. `own` is the answer that the system itself would give. */
export type Disturbance = (response: ServerResponse, own: { status: number; text: string }) => void;

interface PortalOptions {
  systems: readonly System[];
  disturb: Disturbance;
  /** From which request to one of these systems on, counted from 1. */
  from?: number;
  /** Only these requests are counted and disturbed. */
  only?: (request: IncomingMessage) => boolean;
}

/**
 * Stands between the command and a sandbox, as the Wi-Fi of a hotel or a proxy does: passes every request on, but answers itself from
 * some request on. Lives as long as the test.
 */
export async function openPortal(
  sandbox: Endpoints,
  { systems, disturb, from = 1, only = () => true }: PortalOptions,
): Promise<{ endpoints: Endpoints; disturbed(): number }> {
  const { origin: behind } = new URL(sandbox.graph ?? '');
  let [asked, disturbed] = [0, 0];
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const isMeant = systems.some(system => url.startsWith(`/${system}/`)) && only(incoming);
    const isDisturbed = isMeant && ++asked >= from;
    const here = `http://${headers.host}`;
    const passedOn = send(
      new URL(url, behind),
      { method, headers: { ...headers, host: new URL(behind).host } },
      async answer => {
        // Whatever the sandbox says of its own address is to lead here.
        const text = Buffer.concat(await answer.toArray())
          .toString('utf8')
          .replaceAll(behind, here);
        const status = answer.statusCode ?? 502;
        if (isDisturbed) {
          disturbed++;
          disturb(outgoing, { status, text });
          return;
        }
        const { location, 'transfer-encoding': _, ...kept } = answer.headers;
        const moved = location && { location: location.replaceAll(behind, here) };
        const isEmpty = status === 204 || status === 304;
        outgoing.writeHead(status, {
          ...kept,
          ...moved,
          ...(!isEmpty && { 'content-length': Buffer.byteLength(text) }),
        });
        outgoing.end(isEmpty ? undefined : text);
      },
    );
    incoming.pipe(passedOn);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const moved = Object.keys(publicEndpoints).map(system => [system, `${here}/${system}`]);
  return { endpoints: { ...sandbox, ...Object.fromEntries(moved) }, disturbed: () => disturbed };
}

/** A server at https://localhost with a certificate of its own making, which is to be trusted only by whoever is told so. */
export async function selfSigned({
  host = 'localhost',
  days = 365,
} = {}): Promise<{ url: string; certificate: string }> {
  const notAfterDate = new Date(Date.now() + days * 24 * 60 * 60 * 1000);
  const notBeforeDate = new Date(notAfterDate.getTime() - 366 * 24 * 60 * 60 * 1000);
  const { private: key, cert } = await generate([{ name: 'commonName', value: host }], { notBeforeDate, notAfterDate });
  const server = createTlsServer({ key, cert }, (_, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, certificate: cert };
}

/** The address of a server that cuts every connection as soon as something is asked. */
export async function cutting(): Promise<string> {
  const server = createTcpServer(socket => {
    socket.on('error', () => {}).once('data', () => socket.resetAndDestroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
