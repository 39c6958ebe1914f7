import type { Answer, GraphAnswer, GraphRequest, Wait } from './client.js';
import { keepPace, type Outcome } from './pace.js';
import { retryDelay } from './throttling.js';

interface BatchOptions {
  wait: Wait;
  /** Sends the members of one `$batch`; status 0 where no answer came that is worth waiting for. */
  send(members: readonly Record<string, unknown>[], attempt: number): Promise<Answer>;
  /** Hears of every wait for a Graph that is busy. Milliseconds. */
  onBusy?: ((milliseconds: number) => void) | undefined;
  onProgress?: ((done: number) => void) | undefined;
}

interface MemberAnswer {
  id?: string;
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A request that waits for its answer, and how often it was tried. */
interface Open {
  index: number;
  attempt: number;
}

/**
 * Sends requests in `$batch`es, at the pace that Graph bears. Members that were throttled go into a later batch, as does everything in a
 * batch that came to nothing.
 */
export async function sendInBatches(requests: readonly GraphRequest[], options: BatchOptions): Promise<GraphAnswer[]> {
  const answers = new Array<GraphAnswer>(requests.length);
  const open: Open[] = requests.map((_, index) => ({ index, attempt: 0 })).reverse();
  let done = 0;

  await keepPace({
    isOpen: () => open.length > 0,
    send: atMost => sendNext(open.splice(-atMost).reverse()),
    wait: options.wait,
  });
  return answers;

  async function sendNext(tried: readonly Open[]): Promise<Outcome> {
    const attempt = Math.max(...tried.map(one => one.attempt));
    const whole = await options.send(
      tried.map(({ index }) => memberOf(index)),
      attempt,
    );
    const answered = membersOf(whole);
    const doneBefore = done;
    const waits: number[] = [];
    for (const one of tried.toReversed()) {
      const { status = 0, headers = {}, body } = answered?.get(String(one.index)) ?? (answered ? {} : whole);
      // The token expired on the way and was renewed.
      const isRenewed = status === 401 && one.attempt === 0;
      const delay = retryDelay(status, headers, one.attempt);
      if (delay !== undefined) waits.push(delay);
      if (delay !== undefined || isRenewed) open.push({ ...one, attempt: one.attempt + 1 });
      else {
        answers[one.index] = { status, body };
        done++;
      }
    }
    options.onProgress?.(done);
    if (waits.length === 0) return { done: done - doneBefore };
    const wait = Math.max(...waits);
    options.onBusy?.(wait);
    return { done: done - doneBefore, wait };
  }

  function memberOf(index: number): Record<string, unknown> {
    const { method, path, body } = requests[index] as GraphRequest;
    const content = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body };
    return { id: String(index), method, url: path, ...content };
  }
}

/** The answers of the members; `undefined` where the batch as a whole was refused. */
function membersOf({ status, body }: Answer): Map<string, MemberAnswer> | undefined {
  if (status < 200 || status >= 300) return undefined;
  const { responses = [] } = (body ?? {}) as { responses?: MemberAnswer[] };
  return new Map(responses.map(member => [String(member.id), member]));
}
