import { setTimeout as sleep } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler } from 'hono';
import type { Entra } from '../entra.js';
import { createQuota } from './quota.js';
import { refusal } from './refusals.js';

/** What a request to Graph comes with: the connection, where it is to be broken, and whether a batch holds it. */
export interface GraphBindings {
  batched?: true;
  /** The answer as Node writes it. */
  outgoing?: { socket: { resetAndDestroy(): unknown } | null };
}
type Weather = MiddlewareHandler<{ Bindings: GraphBindings }>;

const slowMs = 2000;

/** What happens between a request and Graph without Graph's doing: too many requests, outages, broken connections. */
export function weather(entra: Entra): Weather {
  const quota = entra.manners.quota && createQuota(entra.manners.quota, entra.manners.now);
  return async (c, next) => {
    if (c.env.batched) return inBatch(entra, c, next, quota);
    if (entra.manners.latency > 0) await sleep(entra.manners.latency);
    if (entra.turn('slow-answers', 9, 3)) await sleep(slowMs);
    if (entra.turn('no-answer', 11, 1)) return new Promise<never>(() => undefined);
    if (entra.turn('throttled', 5, 6)) throw tooMany('1');
    if (entra.turn('throttled-without-retry-after', 7, 5)) throw tooMany();
    if (entra.turn('unavailable', 8, 4))
      throw refusal(503, 'ServiceUnavailable', 'The service is temporarily unavailable. Retry later.');
    if (/\/conditionalAccess\//.test(c.req.path) && entra.turn('throttled-conditional-access', 1, 2)) throw tooMany();
    if (entra.turn('connection-reset', 10, 3)) return broken(c);
    if (isWrite(c)) refuseBeyond(quota);
    await next();
    if (isChange(c) && entra.turn('connection-reset-applied', 10, 3)) c.res = broken(c);
    else if (entra.turn('gateway-timeout', 9, 3))
      c.res = refusal(504, 'UnknownError', 'The gateway did not receive a response in time.').getResponse();
    return undefined;
  };
}

async function inBatch(entra: Entra, c: Context, next: () => Promise<void>, quota: Quota): Promise<void> {
  if (!isWrite(c)) return next();
  refuseBeyond(quota);
  if (entra.turn('throttled-in-batches', 6, 24)) throw tooMany('1');
  await next();
  if (entra.turn('throttled-in-batches-applied', 7, 12)) c.res = tooMany('1').getResponse();
}

type Quota = ReturnType<typeof createQuota> | undefined;

function refuseBeyond(quota: Quota): void {
  const milliseconds = quota?.take();
  if (milliseconds) throw tooMany(String(Math.ceil(milliseconds / 1000)));
}

const tooMany = (retryAfter?: string) =>
  refusal(
    429,
    'TooManyRequests',
    'Too many requests. Retry later.',
    retryAfter === undefined ? {} : { 'Retry-After': retryAfter },
  );

const isChange = (c: Context) => c.req.method !== 'GET';

/** What counts against the quota; the members of a batch count one by one. */
const isWrite = (c: Context) => isChange(c) && !/\/(\$batch|directoryObjects\/getByIds)$/.test(c.req.path);

/** Breaks the connection instead of answering. */
function broken(c: Context<{ Bindings: GraphBindings }>): Response {
  c.env.outgoing?.socket?.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}
