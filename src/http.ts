import type { Endpoints } from './endpoints.js';
import { locate, toEndpoint } from './endpoints.js';
import { noAnswer, serverAt } from './network-trouble.js';
import { demandOwnAnswer, type Expected } from './own-answer.js';
import { openFetch } from './proxy.js';
import type { Trace } from './trace.js';

export interface HttpRequest {
  method?: string;
  /** Public or configured; public URLs are carried to the configured endpoint. */
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** What the system answers with; anything else comes from elsewhere, and is thrown. Left out: whatever comes is the answer. */
  expects?: Expected;
  signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  text: string;
}

/**
 * Carries one request to where its system is served and records the exchange. It never follows a redirect, never
 * retries and does not judge what the system says: the caller knows what each answer means. Throws network trouble
 * (network-trouble.ts) if no answer came or if it is not the system's own, and `AbortError` where the run was stopped.
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>;

/** Milliseconds until somebody is told of the wait, and until it is given up. */
const patience = { slow: 8_000, longest: 60_000 };
/** No answer that we ask for comes near it; a hostile or broken server must not fill the memory. */
const maxResponseBytes = 64 * 1024 * 1024;

export function createHttp(options: {
  endpoints: Endpoints;
  trace?: Trace | undefined;
  signal?: AbortSignal | undefined;
  /** Throws if nothing may be written any more. Called right before every request that is not a read. */
  beforeWrite?: (() => void) | undefined;
  /** Hears of every request that is not answered soon: `words` begin a sentence that ends with the wait, in milliseconds. */
  onSlow?: ((words: string, milliseconds: number) => void) | undefined;
  patience?: { slow: number; longest: number };
}): Http {
  const { endpoints, trace, onSlow } = options;
  const { slow, longest } = options.patience ?? patience;
  let opened: Promise<typeof fetch> | undefined;
  return async request => {
    const url = toEndpoint(endpoints, request.url);
    const at = locate(endpoints, url);
    const server = serverAt(endpoints, url);
    const method = request.method ?? 'GET';
    const started = new Date();
    const stops = [AbortSignal.timeout(longest), options.signal, request.signal].filter(s => s !== undefined);
    opened ??= openFetch();
    const send = await opened;
    if (method !== 'GET' && method !== 'HEAD') options.beforeWrite?.();
    const late = setTimeout(
      () => onSlow?.(`${server.words} has not answered for ${slow / 1000} seconds`, longest - slow),
      slow,
    );
    let response: HttpResponse;
    try {
      const answer = await send(url, {
        method,
        headers: request.headers ?? {},
        body: request.body ?? null,
        redirect: 'manual',
        signal: AbortSignal.any(stops),
      });
      response = { status: answer.status, headers: Object.fromEntries(answer.headers), text: await readText(answer) };
    } catch (cause) {
      if (options.signal?.aborted || request.signal?.aborted) throw cause;
      throw noAnswer(server, cause, longest);
    } finally {
      clearTimeout(late);
    }
    trace?.({
      at: started.toISOString(),
      system: at?.system ?? 'other',
      method,
      path: at?.path ?? url,
      request: { headers: lowerCased(request.headers ?? {}), body: asJson(request.headers, request.body ?? null) },
      response: {
        status: response.status,
        headers: response.headers,
        body: asJson(response.headers, response.text || null),
      },
      ms: Date.now() - started.getTime(),
    });
    demandOwnAnswer(response, { expects: request.expects, server, endpoints });
    return response;
  };
}

async function readText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > maxResponseBytes) throw new Error(`the answer is larger than ${maxResponseBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function asJson(headers: Record<string, string> = {}, body: string | null): unknown {
  if (body === null || !/json/.test(lowerCased(headers)['content-type'] ?? '')) return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
