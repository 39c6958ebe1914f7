import type { Answer, GraphAnswer, GraphRequest, Wait } from './client.js';
import { keepPace, type Outcome } from './pace.js';
import { retryDelay } from './throttling.js';

interface BatchOptions {
  wait: Wait;
  /** Sends the members of one `$batch`; status 0 where no answer came that is worth waiting for. */
  send(members: readonly Record<string, unknown>[], tried: Tried): Promise<Answer>;
  /** Hears of every wait for a Graph that is busy, and of the status that it is for; 0 where no answer came. */
  onBusy?: ((milliseconds: number, status: number) => void) | undefined;
  onProgress?: ((done: number) => void) | undefined;
}

interface MemberAnswer {
  id?: string;
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** How often a request was tried, and how many milliseconds it has waited in between. */
export interface Tried {
  attempt: number;
  waited: number;
}

/** A request that waits for its answer. */
interface Open extends Tried {
  index: number;
}

/**
 * Sends requests in `$batch`es, at the pace that Graph bears. Members that were throttled go into a later batch, as does everything in a
 * batch that came to nothing.
 */
export async function sendInBatches(requests: readonly GraphRequest[], options: BatchOptions): Promise<GraphAnswer[]> {
  const answers = new Array<GraphAnswer>(requests.length);
  const open: Open[] = requests.map((_, index) => ({ index, attempt: 0, waited: 0 })).reverse();
  let done = 0;

  await keepPace({
    isOpen: () => open.length > 0,
    send: atMost => sendNext(open.splice(-atMost).reverse()),
    wait: options.wait,
  });
  return answers;

  async function sendNext(tried: readonly Open[]): Promise<Outcome> {
    const whole = await options.send(
      tried.map(({ index }) => memberOf(index)),
      { attempt: Math.max(...tried.map(one => one.attempt)), waited: Math.max(...tried.map(one => one.waited)) },
    );
    const answered = membersOf(whole);
    const doneBefore = done;
    let longest: { milliseconds: number; status: number } | undefined;
    for (const one of tried.toReversed()) {
      const { status = 0, headers = {}, body } = answered?.get(String(one.index)) ?? (answered ? {} : whole);
      // The token expired on the way and was renewed.
      const isRenewed = status === 401 && one.attempt === 0;
      const delay = retryDelay(status, headers, one);
      if (delay !== undefined && delay >= (longest?.milliseconds ?? 0)) longest = { milliseconds: delay, status };
      if (delay !== undefined || isRenewed)
        open.push({ ...one, attempt: one.attempt + 1, waited: one.waited + (delay ?? 0) });
      else {
        answers[one.index] = { status, body };
        done++;
      }
    }
    options.onProgress?.(done);
    if (!longest) return { done: done - doneBefore };
    options.onBusy?.(longest.milliseconds, longest.status);
    return { done: done - doneBefore, wait: longest.milliseconds };
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
