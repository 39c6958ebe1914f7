import { Client, GraphClientError, type Middleware, ResponseType } from '@microsoft/microsoft-graph-client';
import { publicEndpoints } from '../../endpoints.js';
import type { Http } from '../../http.js';
import type { Answer } from './client.js';

/** One request with this token, carried by Microsoft's own client over `http`; whatever Graph answers is an answer. */
export type Exchange = (method: string, path: string, body: unknown, token: string) => Promise<Answer>;

export function createExchange({ http, signal }: { http: Http; signal?: AbortSignal | undefined }): Exchange {
  return async (method, path, body, token) => {
    const client = Client.initWithMiddleware({
      baseUrl: publicEndpoints.graph,
      middleware: carry(http, token, signal),
    });
    const [version, relative] = path.startsWith('/beta/') ? ['beta', path.slice('/beta'.length)] : ['v1.0', path];
    const request = client.api(relative).responseType(ResponseType.RAW);
    // A next page names its version itself.
    if (!relative.startsWith('https:')) request.version(version);
    const response = (await sendBy(request, method, body).catch(unwrap)) as Response;
    const text = await response.text();
    return { status: response.status, headers: Object.fromEntries(response.headers), body: asJson(text) };
  };
}

/** The only link of the client's chain. Its own retries are left out: they cannot be stopped, and do not look into a `$batch`. */
function carry(http: Http, token: string, signal: AbortSignal | undefined): Middleware {
  return {
    async execute(context) {
      try {
        const { method = 'GET', headers, body } = context.options ?? {};
        const answer = await http({
          method,
          url: String(context.request),
          headers: { ...(headers as Record<string, string>), Authorization: `Bearer ${token}` },
          ...(typeof body === 'string' && { body }),
          expects: 'json',
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

function asJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
