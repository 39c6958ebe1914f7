import type { Endpoints, System } from './endpoints.js';
import { locate, toEndpoint } from './endpoints.js';
import { FlexSsoError } from './errors.js';
import { namedProxy, openFetch } from './proxy.js';
import type { Trace } from './trace.js';

export interface HttpRequest {
  method?: string;
  /** Public or configured; public URLs are carried to the configured endpoint. */
  url: string;
  headers?: Record<string, string>;
  body?: string;
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
 * retries and does not judge the status: the caller knows what each answer means. Throws `FlexSsoError`
 * ('unreachable') where no answer came, and `AbortError` where the run was stopped.
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>;

const timeoutMs = 60_000;
/** No answer that we ask for comes near it; a hostile or broken server must not fill the memory. */
const maxResponseBytes = 64 * 1024 * 1024;

export function createHttp(options: {
  endpoints: Endpoints;
  trace?: Trace | undefined;
  signal?: AbortSignal | undefined;
  /** Throws if nothing may be written any more. Called right before every request that is not a read. */
  beforeWrite?: (() => void) | undefined;
}): Http {
  const { endpoints, trace } = options;
  let opened: Promise<typeof fetch> | undefined;
  return async request => {
    const url = toEndpoint(endpoints, request.url);
    const at = locate(endpoints, url);
    const method = request.method ?? 'GET';
    const started = new Date();
    const stops = [AbortSignal.timeout(timeoutMs), options.signal, request.signal].filter(s => s !== undefined);
    opened ??= openFetch();
    const send = await opened;
    if (method !== 'GET' && method !== 'HEAD') options.beforeWrite?.();
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
      throw unreachable(at?.system, url, cause);
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

function unreachable(system: System | undefined, url: string, cause: unknown): FlexSsoError {
  const host = new URL(url).host;
  const proxy = namedProxy();
  const why = reason(cause) + (proxy ? `, asked through the proxy ${proxy}` : '');
  return new FlexSsoError(
    'unreachable',
    `${system ?? 'The server'} at ${host} did not answer: ${why}.`,
    'Check the network, the proxy (HTTPS_PROXY, NO_PROXY) or VPN, and run the same command again; nothing is lost.',
    { cause },
  );
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} seconds`;
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
