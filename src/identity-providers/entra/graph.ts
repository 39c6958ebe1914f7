import { setTimeout as sleep } from 'node:timers/promises';
import { Client, GraphClientError, type Middleware, ResponseType } from '@microsoft/microsoft-graph-client';
import { type Endpoints, locate, publicEndpoints, toPublic } from '../../endpoints.js';
import { FlexSsoError, interrupted } from '../../errors.js';
import type { Http } from '../../http.js';
import { sendInBatches } from './batch.js';
import { GraphError, type GraphWriter, type Wait } from './client.js';
import { ownUrl } from './cloud.js';
import { missingPermission } from './permissions.js';
import { retryDelay } from './throttling.js';

export interface GraphOptions {
  http: Http;
  endpoints: Endpoints;
  /** A token that is valid now; asked for before every request. */
  accessToken(): Promise<string>;
  signal?: AbortSignal | undefined;
  wait?: Wait;
}

/** Microsoft Graph through Microsoft's own client, whose requests travel over `http`. */
export function createGraph(options: GraphOptions): GraphWriter {
  const { endpoints, signal } = options;
  const wait = options.wait ?? (milliseconds => abortableSleep(milliseconds, signal));
  const client = Client.initWithMiddleware({
    baseUrl: publicEndpoints.graph,
    middleware: carry(options),
  });

  async function once(method: string, path: string, body?: unknown): Promise<Answer> {
    const [version, relative] = path.startsWith('/beta/') ? ['beta', path.slice('/beta'.length)] : ['v1.0', path];
    const request = client.api(relative).responseType(ResponseType.RAW);
    // A next page names its version itself.
    if (!relative.startsWith('https:')) request.version(version);
    const response = (await sendBy(request, method, body).catch(unwrap)) as Response;
    const text = await response.text();
    return { status: response.status, headers: Object.fromEntries(response.headers), body: asJson(text) };
  }

  async function send(method: string, path: string, body?: unknown, creates = false): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const answer = await once(method, path, body);
      if (answer.status < 400) return answer;
      const delay = creates && answer.status !== 429 ? undefined : retryDelay(answer.status, answer.headers, attempt);
      if (delay === undefined) throw refusalOf({ method, path }, answer);
      await wait(delay);
    }
  }

  async function get<T>(path: string): Promise<T> {
    return (await send('GET', path)).body as T;
  }

  return {
    wait,
    get,
    urlOf: path => `${ownUrl(endpoints, 'graph')}/v1.0${path}`,
    async find<T>(path: string) {
      try {
        return await get<T>(path);
      } catch (error) {
        if (error instanceof GraphError && error.status === 404) return undefined;
        throw error;
      }
    },
    async list<T>(path: string) {
      const items: T[] = [];
      const seen = new Set<string>();
      for (let next: string | undefined = path; next !== undefined; ) {
        seen.add(next);
        const page: { value?: T[]; '@odata.nextLink'?: string } = await get(next);
        for (const item of page.value ?? []) items.push(item);
        next = page['@odata.nextLink'] && ownPage(endpoints, page['@odata.nextLink']);
        if (next && seen.has(next)) throw new GraphError(200, 'PagesInCircle', 'The next page is one that was read.');
      }
      return items;
    },
    async post<T>(path: string, body: unknown, { creates } = { creates: false }) {
      return (await send('POST', path, body, creates)).body as T;
    },
    async patch(path, body) {
      await send('PATCH', path, body);
    },
    async delete(path) {
      await send('DELETE', path);
    },
    batch: (requests, onProgress) =>
      sendInBatches(requests, {
        wait,
        send: async members => (await send('POST', '/$batch', { requests: members })).body,
        ...(onProgress && { onProgress }),
      }),
  };
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** The only link of the client's chain. Its own retries are left out: they cannot be stopped, and do not look into a `$batch`. */
function carry({ http, accessToken, signal }: GraphOptions): Middleware {
  return {
    async execute(context) {
      try {
        const { method = 'GET', headers, body } = context.options ?? {};
        const answer = await http({
          method,
          url: String(context.request),
          headers: { ...(headers as Record<string, string>), Authorization: `Bearer ${await accessToken()}` },
          ...(typeof body === 'string' && { body }),
          signal,
        });
        const empty = answer.status === 204 || answer.status === 304;
        context.response = new Response(empty ? null : answer.text, { status: answer.status, headers: answer.headers });
      } catch (cause) {
        // The client would put an error of its own in the place of any but this one.
        throw Object.assign(new GraphClientError(), { customError: cause });
      }
    },
  };
}

function unwrap(error: unknown): never {
  throw error instanceof GraphClientError && error.customError ? error.customError : error;
}

function sendBy(request: ReturnType<Client['api']>, method: string, body: unknown): Promise<unknown> {
  if (method === 'GET') return request.get();
  if (method === 'DELETE') return request.delete();
  return method === 'POST' ? request.post(body) : request.patch(body);
}

function refusalOf(request: { method: string; path: string }, answer: Answer): Error {
  const { code, message } = readRefusal(answer);
  const refusal = { status: answer.status, code, message };
  return (
    missingPermission(request, refusal) ?? new GraphError(answer.status, code, message, answer.headers['request-id'])
  );
}

/** Graph's own code and message in an answer, where it gave them. */
export function readRefusal({ status, body }: { status: number; body: unknown }): { code: string; message: string } {
  const error = (body as { error?: { code?: unknown; message?: unknown } } | undefined)?.error;
  return {
    code: typeof error?.code === 'string' ? error.code : 'unknown',
    message: typeof error?.message === 'string' && error.message ? error.message : `HTTP ${status} without a reason.`,
  };
}

/** The public form of a next page, which must be Graph's own: the token goes with it. */
function ownPage(endpoints: Endpoints, url: string): string {
  if (URL.canParse(url) && locate(endpoints, url)?.system === 'graph') return toPublic(endpoints, url);
  throw new FlexSsoError(
    'graph-next-page',
    'Microsoft Graph names a next page that is not its own, so it is not followed.',
    'Run again with `--trace FILE` and look at the last answer.',
  );
}

function asJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function abortableSleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw interrupted();
  }
}
