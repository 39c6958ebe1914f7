import { setTimeout as sleep } from 'node:timers/promises';
import { type Endpoints, locate, publicEndpoints, toPublic } from '../../endpoints.js';
import { FlexSsoError, interrupted } from '../../errors.js';
import type { Http } from '../../http.js';
import { garbledAnswer, serverAt } from '../../network-trouble.js';
import { sendInBatches, type Tried } from './batch.js';
import {
  type Answer,
  type GraphAnswer,
  GraphError,
  type GraphRequest,
  type GraphWriter,
  type Refused,
  type Wait,
} from './client.js';
import { ownUrl } from './cloud.js';
import { createExchange } from './exchange.js';
import { demandNewPage } from './pages.js';
import { missingPermission } from './permissions.js';
import { isPassing, reconnectDelay, retryDelay } from './throttling.js';

export interface GraphOptions {
  http: Http;
  endpoints: Endpoints;
  /** A token that is good for all of these requests; asked for before every request. `refused` is one to be renewed. */
  accessToken(requests: readonly GraphRequest[], refused?: Refused): Promise<string>;
  /** Hears of every wait for a Graph that is busy, and of the status that it is for; 0 where no answer came. */
  onBusy?: ((milliseconds: number, status: number) => void) | undefined;
  signal?: AbortSignal | undefined;
  wait?: Wait;
}

/** So many are read as quickly one by one, and a trace says of each what it is. */
const usuallyFew = 3;

/** Microsoft Graph: waits where it is busy, signs in anew where a token has expired, follows pages, and packs `$batch`es. */
export function createGraph(options: GraphOptions): GraphWriter {
  const { endpoints, signal } = options;
  const wait = options.wait ?? (milliseconds => abortableSleep(milliseconds, signal));
  const exchange = createExchange(options);
  const server = serverAt(endpoints, publicEndpoints.graph);

  /** One request, and a second one with a new token where Graph refuses the first one's. */
  async function authorized(request: GraphRequest, members: readonly GraphRequest[] = [request]): Promise<Answer> {
    const { method, path, body } = request;
    const token = await options.accessToken(members);
    const answer = await exchange(method, path, body, token);
    if (answer.status !== 401 && !hasRefusedMember(answer)) return answer;
    const renewed = await options.accessToken(members, { token, claims: claimsChallenge(answer) });
    // Members that were not refused have been carried out; the others go into another batch.
    return renewed === token || answer.status !== 401 ? answer : exchange(method, path, body, renewed);
  }

  /** The last answer to a request, whatever its status. */
  async function settle(request: GraphRequest, creates = false): Promise<Answer> {
    let waited = 0;
    const hold = async (delay: number, status: number) => {
      options.onBusy?.(delay, status);
      await wait(delay);
      waited += delay;
    };
    for (let attempt = 0; ; attempt++) {
      const answer = await authorized(request).catch(async error => {
        const delay = creates ? undefined : reconnectDelay(error, attempt);
        if (delay === undefined) throw error;
        await hold(delay, 0);
        return undefined;
      });
      if (!answer) continue;
      if (answer.status < 400) return demandOwnShape(request, answer);
      // What an attempt without an answer has deleted is gone.
      if (request.method === 'DELETE' && answer.status === 404 && attempt > 0) return { ...answer, status: 204 };
      const delay =
        creates && answer.status !== 429 ? undefined : retryDelay(answer.status, answer.headers, { attempt, waited });
      if (delay === undefined) return inWords(answer, { attempt, waited });
      await hold(delay, answer.status);
    }
  }

  /** Trouble that did not pass, with who has it and how often it was asked; every other answer as it is. */
  function inWords<T extends GraphAnswer>(answer: T, { attempt, waited }: Tried): T {
    if (!isPassing(answer.status)) return answer;
    const { code, message: said } = readRefusal(answer);
    const often = attempt > 0 ? ` to ${attempt + 1} requests in ${Math.round(waited / 1000)} seconds` : '';
    const message = `${server.words} ${answer.status ? `answers HTTP ${answer.status}` : 'does not answer'}${often}. ${said}`;
    return { ...answer, body: { error: { code, message } } };
  }

  /** Throws where an object or a list of Graph is due, and something came that is neither. */
  function demandOwnShape<T extends GraphAnswer>({ method, path }: GraphRequest, answer: T): T {
    if (method !== 'GET' || answer.status < 200 || answer.status >= 300 || isOwnShape(path, answer.body)) return answer;
    throw garbledAnswer(server, `what came for ${path.split('?')[0]} is none of its objects or lists`);
  }

  async function send(request: GraphRequest, creates = false): Promise<Answer> {
    const answer = await settle(request, creates);
    if (answer.status >= 400) throw refusalOf(request, answer);
    return answer;
  }

  /** One `$batch`. What the batch as a whole is refused for is thrown; where it came to nothing, the answer's status is 0. */
  async function sendBatch(
    members: readonly Record<string, unknown>[],
    requests: readonly GraphRequest[],
    tried: Tried,
  ) {
    const request = { method: 'POST', path: '/$batch', body: { requests: members } } as const;
    const answer = await authorized(request, requests).catch(error => {
      if (reconnectDelay(error, tried.attempt) === undefined) throw error;
      return { status: 0, headers: {}, body: undefined };
    });
    const isFinal = answer.status >= 400 && retryDelay(answer.status, answer.headers, tried) === undefined;
    if (isFinal) throw refusalOf(request, inWords(answer, tried));
    const { responses } = (answer.body ?? {}) as { responses?: unknown };
    if (answer.status >= 200 && answer.status < 300 && !Array.isArray(responses))
      throw garbledAnswer(server, 'what came for a batch of requests holds no list of answers');
    return answer;
  }

  async function get<T>(path: string): Promise<T> {
    return (await send({ method: 'GET', path })).body as T;
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
        if (!Array.isArray(page.value)) throw garbledAnswer(server, `what came for ${path.split('?')[0]} is no list`);
        for (const item of page.value) items.push(item);
        next = page['@odata.nextLink'] && ownPage(endpoints, page['@odata.nextLink']);
        if (next) demandNewPage(next, seen, seen.size);
      }
      return items;
    },
    async post<T>(path: string, body: unknown, { creates } = { creates: false }) {
      return (await send({ method: 'POST', path, body }, creates)).body as T;
    },
    async patch(path, body) {
      await send({ method: 'PATCH', path, body });
    },
    async delete(path) {
      await send({ method: 'DELETE', path });
    },
    async readTogether(paths, few = usuallyFew) {
      const requests = paths.map(path => ({ method: 'GET', path }) as const);
      if (requests.length <= few) return Promise.all(requests.map(request => settle(request)));
      return this.batch(requests);
    },
    async batch(requests, onProgress) {
      const kinds = oneOfEachKind(requests);
      const answers = await sendInBatches(requests, {
        wait,
        send: (members, tried) => sendBatch(members, kinds, tried),
        onBusy: options.onBusy,
        onProgress,
      });
      return answers.map((answer, index) =>
        inWords(demandOwnShape(requests[index] as GraphRequest, answer), { attempt: 0, waited: 0 }),
      );
    },
  };
}

function refusalOf(request: GraphRequest, answer: Answer): Error {
  const { code, message } = readRefusal(answer);
  const refusal = { status: answer.status, code, message };
  return (
    missingPermission(request, refusal) ?? new GraphError(answer.status, code, message, answer.headers['request-id'])
  );
}

/** What a new token must fulfil, where Graph says so: its policies may change while a token is valid. */
function claimsChallenge({ headers }: Answer): string | undefined {
  const encoded = /\bclaims="([^"]+)"/.exec(headers['www-authenticate'] ?? '')?.[1];
  return encoded && Buffer.from(encoded, 'base64').toString();
}

/** Whether a token expired while the members of a `$batch` were carried out. */
function hasRefusedMember({ body }: Answer): boolean {
  const { responses } = (body ?? {}) as { responses?: { status?: number }[] };
  return Array.isArray(responses) && responses.some(({ status }) => status === 401);
}

/** Whether a body is an object or a list of Graph: it says what it is, or holds what was asked for. */
function isOwnShape(path: string, body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  if ('value' in body) return Array.isArray(body.value);
  const selected = /[?&]\$select=([^&]*)/.exec(path)?.[1]?.split(',') ?? [];
  return ['@odata.context', 'id', 'claims', ...selected].some(name => name in body);
}

/** Requests that differ in more than the objects they speak of. */
function oneOfEachKind(requests: readonly GraphRequest[]): GraphRequest[] {
  const kindOf = ({ method, path }: GraphRequest) => {
    const [, root = '', , property = ''] = path.split(/[/?]/);
    return `${method} ${root} ${property}`;
  };
  return [...new Map(requests.map(request => [kindOf(request), request])).values()];
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

async function abortableSleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw interrupted();
  }
}
