import type { Answer, GraphAnswer, GraphRequest, Wait } from './client.js';
import { createPace } from './pace.js';
import { retryDelay } from './throttling.js';

/** Graph takes no more in one `$batch`. */
const size = 20;

interface BatchOptions {
  wait: Wait;
  /** Sends the members of one `$batch`; status 0 where no answer came that is worth waiting for. */
  send(members: readonly Record<string, unknown>[], attempt: number): Promise<Answer>;
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
 * Sends requests twenty at a time, several twenties at once: fewer, and later, where Graph asks for it. Members that were throttled go
 * into a later batch, as does everything in a batch that came to nothing.
 */
export async function sendInBatches(requests: readonly GraphRequest[], options: BatchOptions): Promise<GraphAnswer[]> {
  const pace = createPace(options.wait);
  const answers = new Array<GraphAnswer>(requests.length);
  const open: Open[] = requests.map((_, index) => ({ index, attempt: 0 })).reverse();
  let done = 0;

  await pace.keepBusy(() => (open.length === 0 ? undefined : sendNext(open.splice(-size).reverse())));
  return answers;

  async function sendNext(tried: readonly Open[]): Promise<void> {
    const attempt = Math.max(...tried.map(one => one.attempt));
    const whole = await options.send(
      tried.map(({ index }) => memberOf(index)),
      attempt,
    );
    const answered = membersOf(whole);
    let longest: number | undefined;
    for (const one of tried.toReversed()) {
      const { status = 0, headers = {}, body } = answered?.get(String(one.index)) ?? (answered ? {} : whole);
      // The token expired on the way and was renewed.
      const delay = status === 401 && one.attempt === 0 ? 0 : retryDelay(status, headers, one.attempt);
      if (delay === undefined) {
        answers[one.index] = { status, body };
        done++;
      } else {
        open.push({ ...one, attempt: one.attempt + 1 });
        longest = Math.max(longest ?? 0, delay);
      }
    }
    options.onProgress?.(done);
    if (longest === undefined) pace.speedUp();
    else pace.slowDown(longest);
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
