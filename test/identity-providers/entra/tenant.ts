import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { type Endpoints, publicEndpoints, toEndpoint, toPublic } from '../../../src/endpoints.js';
import { createHttp, type Http } from '../../../src/http.js';
import type { GraphWriter } from '../../../src/identity-providers/entra/client.js';
import { createGraph } from '../../../src/identity-providers/entra/graph.js';
import { createSignIn } from '../../../src/identity-providers/entra/sign-in.js';
import { type Directory, seedDirectory } from '../../../src/sandbox/entra/directory.js';
import { entraSystems } from '../../../src/sandbox/entra/index.js';
import { defaultManners, type Manners } from '../../../src/sandbox/entra/manners.js';
import type { Fault } from '../../../src/sandbox/faults.js';
import type { SandboxHost } from '../../../src/sandbox/host.js';
import type { Exchange } from '../../../src/trace.js';
import { isBatchOfReads } from '../../support/graph-writes.js';

export const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;

/** What stands between the tool and Entra: answers in its place, before the request or after it was carried out. */
interface Interception {
  before?(request: Intercepted): Response | undefined;
  after?(request: Intercepted, answer: Response): Response | undefined;
}

interface Intercepted {
  method: string;
  path: string;
  /** Whether it may change something: a `$batch` of reads does not. */
  isWrite: boolean;
  count: number;
}

export interface Tenant {
  directory: Directory;
  endpoints: Endpoints;
  http: Http;
  exchanges: Exchange[];
  /** Milliseconds that would have been waited. */
  waits: number[];
  graph: GraphWriter;
  intercept(interception: Interception): void;
  close(): Promise<void>;
}

/** A tenant over real HTTP, in which waiting takes no time. */
export async function openTenant(
  options: { users?: number; manners?: Partial<Manners>; faults?: readonly Fault[] } = {},
): Promise<Tenant> {
  const directory = await seedDirectory({ accountSid, users: options.users ?? 12 });
  let endpoints: Endpoints = publicEndpoints;
  const host: SandboxHost = {
    dir: '',
    world: { version: 1, directory, account: {} as SandboxHost['world']['account'] },
    faults: new Set<string>(options.faults),
    breaks: new Set<string>(),
    save: () => undefined,
    toLocal: url => toEndpoint(endpoints, url),
    toPublic: url => toPublic(endpoints, url),
  };
  const systems = entraSystems(host, { ...defaultManners, ...options.manners });
  let interception: Interception = {};
  let count = 0;
  const app = new Hono();
  app.use('/graph/*', async (c, next) => {
    const url = new URL(c.req.url);
    const { method } = c.req;
    const path = decodeURIComponent(url.pathname + url.search).slice(6);
    const isRead = method === 'GET' || (path.endsWith('/$batch') && isBatchOfReads(await c.req.raw.clone().text()));
    const request = { method, path, isWrite: !isRead, count: count++ };
    const answered = interception.before?.(request);
    if (answered) return answered;
    await next();
    const changed = interception.after?.(request, c.res);
    if (changed) c.res = changed;
    return undefined;
  });
  app.route('/login', systems.login).route('/graph', systems.graph);
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  endpoints = { ...publicEndpoints, login: `${base}/login`, graph: `${base}/graph` };

  const exchanges: Exchange[] = [];
  const http = createHttp({
    endpoints,
    trace: exchange => void exchanges.push(exchange),
  });
  const waits: number[] = [];
  const { clientId, clientSecret } = directory.registration;
  const accessToken = createSignIn({
    http,
    endpoints,
    environment: { AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: clientSecret },
    tenantId: directory.tenantId,
    visit: async () => undefined,
    interactive: false,
  });
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  return {
    directory,
    endpoints,
    http,
    exchanges,
    waits,
    graph: createGraph({ http, endpoints, accessToken, wait }),
    intercept(next) {
      interception = next;
      count = 0;
    },
    close: () => new Promise(resolve => void server.close(() => resolve())),
  };
}

/** An answer of Graph's in the place of the real one. */
export const graphAnswer = (status: number, code: string, message: string, headers: Record<string, string> = {}) =>
  Response.json({ error: { code, message } }, { status, headers });
