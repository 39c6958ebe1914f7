import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { type Endpoints, publicEndpoints, toEndpoint, toPublic } from '../../../src/endpoints.js';
import { createHttp, type HttpResponse } from '../../../src/http.js';
import { type Directory, seedDirectory } from '../../../src/sandbox/entra/directory.js';
import { entraSystems } from '../../../src/sandbox/entra/index.js';
import { defaultManners, type Manners } from '../../../src/sandbox/entra/manners.js';
import { type Fault, historyAmong } from '../../../src/sandbox/faults.js';
import type { SandboxHost } from '../../../src/sandbox/host.js';
import type { Exchange } from '../../../src/trace.js';

export const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
/** An Entra that shows every change at once. */
export const immediate: Partial<Manners> = { unknownReads: 0, unlistedReads: 0, unpublishedReads: 0 };

export interface ServedEntra {
  directory: Directory;
  endpoints: Endpoints;
  exchanges: Exchange[];
  saves(): number;
  /** Public URL → the answer of the served sandbox. */
  request(
    method: string,
    url: string,
    init?: { headers?: Record<string, string>; body?: string },
  ): Promise<HttpResponse>;
  form(url: string, fields: Record<string, string>): Promise<HttpResponse>;
  /** A Graph call with a token of its own; `path` from the version on. */
  graph(method: string, path: string, body?: unknown): Promise<GraphAnswer>;
  /** The token of those calls; `claims` asks for another one, with them. */
  token(claims?: string): Promise<string>;
  close(): Promise<void>;
}

interface GraphAnswer {
  status: number;
  headers: Record<string, string>;
  body: GraphBody;
}

interface GraphBody {
  [name: string]: unknown;
  id: string;
  value: Record<string, unknown>[];
  error: { code: string; message: string };
}

const seeded = new Map<string, Promise<Directory>>();

/** A fresh tenant; each is seeded once for all tests of a file, as its key takes most of the time. */
async function freshDirectory(faults: readonly Fault[]): Promise<Directory> {
  const key = faults.join();
  const made = seeded.get(key) ?? seedDirectory({ accountSid, users: 25, faults });
  seeded.set(key, made);
  return structuredClone(await made);
}

/** Serves Entra over real HTTP below base paths, as the sandbox does. */
export async function serveEntra(manners: Partial<Manners> = {}, faults: readonly Fault[] = []): Promise<ServedEntra> {
  const directory = await freshDirectory(historyAmong(faults));
  let saves = 0;
  let endpoints: Endpoints = publicEndpoints;
  const host: SandboxHost = {
    dir: '',
    world: { version: 1, directory, account: {} as SandboxHost['world']['account'] },
    faults: new Set<string>(faults),
    breaks: new Set<string>(),
    save: () => void saves++,
    toLocal: url => toEndpoint(endpoints, url),
    toPublic: url => toPublic(endpoints, url),
  };
  const { login, graph } = entraSystems(host, { ...defaultManners, ...manners });
  const app = new Hono().route('/login', login).route('/graph', graph);
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  endpoints = { ...publicEndpoints, login: `${base}/login`, graph: `${base}/graph` };

  const exchanges: Exchange[] = [];
  const http = createHttp({ endpoints, trace: exchange => void exchanges.push(exchange) });
  const request: ServedEntra['request'] = (method, url, init = {}) => http({ method, url, ...init });
  const form: ServedEntra['form'] = (url, fields) =>
    request('POST', url, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
  let token: string | undefined;
  return {
    directory,
    endpoints,
    exchanges,
    saves: () => saves,
    request,
    form,
    async graph(method, path, body) {
      token ??= await accessToken(directory, form);
      const headers = {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      };
      const answer = await request(method, `https://graph.microsoft.com${path}`, {
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const { status, headers: answered, text } = answer;
      return { status, headers: answered, body: (text ? JSON.parse(text) : null) as GraphBody };
    },
    async token(claims) {
      token = await accessToken(directory, form, claims);
      return token;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

async function accessToken(directory: Directory, form: ServedEntra['form'], claims?: string): Promise<string> {
  const answer = await form(`https://login.microsoftonline.com/${directory.tenantId}/oauth2/v2.0/token`, {
    grant_type: 'client_credentials',
    client_id: directory.registration.clientId,
    client_secret: directory.registration.clientSecret,
    scope: 'https://graph.microsoft.com/.default',
    ...(claims && { claims }),
  });
  return (JSON.parse(answer.text) as { access_token: string }).access_token;
}
