import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { type Endpoints, isLoopback, publicEndpoints, type System, toEndpoint, toPublic } from '../endpoints.js';
import { FlexSsoError } from '../errors.js';
import { noBreak } from './breaks.js';
import { breakWorld, stillBroken, undoBreaks } from './broken.js';
import { freeCallbackPort } from './callback.js';
import { entraSystems } from './entra/index.js';
import { appConfigIn, breakAppConfig, keepAppConfig } from './flex/app-config.js';
import { siteUrl } from './flex/connections.js';
import { siteSystem } from './flex/hosted.js';
import { flexSystems } from './flex/index.js';
import type { SandboxHost, World } from './host.js';
import { indexPage } from './index-page.js';
import { misconfigure } from './misconfigure.js';
import { holdWorld, type WorldOptions } from './world.js';

export interface SandboxOptions extends WorldOptions {
  /** Where its world is kept. */
  dir: string;
  /** 0 or absent: any free one. */
  port?: number;
  /** Misconfigurations and failures, by name. */
  breaks?: readonly string[];
}

export interface Sandbox {
  /** Every system, all on one loopback port. */
  readonly endpoints: Endpoints;
  /** The environment variables that let flex-sso in. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly world: World;
  /** What earlier runs broke in its settings, by name: what still is broken, or with `noBreak` what is undone now. */
  readonly brokenBefore: readonly string[];
  /** A free port that logins return to. */
  callbackPort(): Promise<string>;
  close(): Promise<void>;
}

const hostname = '127.0.0.1';

/** Serves Entra and Twilio here until closed. Throws `FlexSsoError` where port or world cannot be used. */
export async function startSandbox({
  dir,
  port = 0,
  faults = [],
  breaks = [],
  ...options
}: SandboxOptions): Promise<Sandbox> {
  const { world, save, close } = await holdWorld(dir, { ...options, faults });
  const app = new Hono();
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  // Longer than a busy machine lets a client wait: one that sends on a connection that is just closed sees it cut.
  server.keepAliveTimeout = 60_000;
  const listening = await new Promise<AddressInfo>((resolve, reject) => {
    server.once('error', cause => void close().then(() => reject(cannotListen(port, cause))));
    server.listen(port, hostname, () => resolve(server.address() as AddressInfo));
  });
  const origin = `http://${hostname}:${listening.port}`;
  const systems = Object.keys(publicEndpoints) as System[];
  const { cloud } = world.directory;
  const endpoints: Endpoints = {
    ...Object.fromEntries(systems.map(system => [system, `${origin}/${system}`])),
    ...(cloud && { cloud }),
  };

  let changed = false;
  const host: SandboxHost = {
    dir,
    world,
    faults: new Set(faults),
    breaks: new Set(breaks.filter(name => name !== noBreak)),
    save: () => {
      changed = true;
    },
    toLocal: url => (isAtSite(world, url) ? `${origin}/site/${new URL(url).search}` : toEndpoint(endpoints, url)),
    toPublic: url => (URL.canParse(url) ? toPublic(endpoints, url) : url),
  };

  // A page elsewhere whose name is bound to this address must not read or change anything.
  app.use(async (c, next) => {
    const name = /^(.+?)(:\d+)?$/.exec(c.req.header('host') ?? '')?.[1] ?? '';
    return isLoopback(name) ? next() : c.text('Only for this machine.', 421);
  });
  // Nor may one elsewhere send a form of its own, as a browser would with the cookies of a login here.
  app.use(async (c, next) =>
    isSentFromElsewhere(c.req.raw, listening.port) ? c.text('Only from a page of this sandbox.', 403) : next(),
  );
  // However often an answer changes the world, it is written once, and before the answer goes out.
  app.use(async (_, next) => {
    await next();
    if (changed) save();
    changed = false;
  });
  app.get('/', c => c.html(indexPage(host)));
  const brokenBefore = [...new Set(stillBroken(host).map(({ name }) => name))];
  try {
    keepAppConfig(dir, world.account);
    if (breaks.includes(noBreak)) undoBreaks(host);
    await misconfigure(host);
    for (const name of host.breaks) await breakWorld(host, name, () => breakAppConfig(dir, world.account, name));
    save();
    changed = false;
  } catch (error) {
    server.close();
    await close();
    throw error;
  }
  for (const [system, served] of Object.entries({ ...entraSystems(host), ...flexSystems(host) }))
    app.mount(`/${system}`, served.fetch);
  if (world.account.hosting === 'self-hosted') app.mount('/site', siteSystem(host, appConfigIn(dir)).fetch);

  return {
    endpoints,
    credentials: {
      TWILIO_ACCOUNT_SID: world.account.accountSid,
      TWILIO_AUTH_TOKEN: world.account.authToken,
      AZURE_TENANT_ID: world.directory.tenantId,
      AZURE_CLIENT_ID: world.directory.registration.clientId,
      AZURE_CLIENT_SECRET: world.directory.registration.clientSecret,
    },
    world,
    brokenBefore,
    callbackPort: () => freeCallbackPort(world.account, save),
    close: () =>
      new Promise(resolve => {
        // Its only error is that it is closed already.
        server.close(() => resolve(close()));
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

/** By what browsers say of a request that may change something; other clients say nothing. */
function isSentFromElsewhere({ method, headers }: Request, port: number): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const origin = headers.get('origin');
  if (origin === null) return !['same-origin', 'none', null].includes(headers.get('sec-fetch-site'));
  const sender = URL.canParse(origin) ? new URL(origin) : undefined;
  return !(sender?.protocol === 'http:' && isLoopback(sender.hostname) && sender.port === String(port));
}

const isAtSite = ({ account }: World, url: string) =>
  account.hosting === 'self-hosted' && new URL(url).origin === new URL(siteUrl(account)).origin;

function cannotListen(port: number, cause: Error): FlexSsoError {
  const inUse = 'code' in cause && cause.code === 'EADDRINUSE';
  return new FlexSsoError(
    'sandbox-port',
    `The sandbox cannot be served on port ${port}: ${inUse ? 'something else uses it' : cause.message}.`,
    'Name another port, or none: then any free one is taken.',
    { cause },
  );
}
