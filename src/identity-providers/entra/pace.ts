import type { Wait } from './client.js';

/** What became of one batch. */
export interface Outcome {
  /** How many of its requests are done with. */
  done: number;
  /** Milliseconds that Graph wants the others to wait; absent where it refused none. */
  wait?: number;
}

/**
 * So many batches at once, and one more after every twenty that were taken. Graph takes about a second for a batch, and 3,000 writes in
 * 150 seconds: more would only run into its quota sooner, and all of them at once.
 */
const atOnce = { first: 3, most: 8, after: 20 };
/** Graph takes no more requests in one. */
const wholeBatch = 20;
/** After a refusal batches of 1, 4, 16, 20 are tried. */
const firstTry = 1;
const nextTry = 4;
/** While nothing is refused, the rate doubles in this time. */
const doublingMs = 60_000;

export interface Work {
  /** Whether a request waits to be sent. */
  isOpen(): boolean;
  /** Sends some of those that wait, `atMost` so many. */
  send(atMost: number): Promise<Outcome>;
  wait: Wait;
}

/**
 * Sends batches as fast as Graph bears it, until no request is open and all are answered:
 *
 * 1. Until one is refused, some whole batches are on their way at once, and slowly more.
 * 2. After a refusal nothing starts before Graph's wait is over. Then one request goes ahead to see; where it is taken, larger and larger
 *    batches, one at a time. A refusal begins this anew.
 * 3. Once a whole batch may follow, the rate is known that was borne: what was done since the last time that it came to this, divided by
 *    how long that took, waits included. Batches start at that rate, which grows slowly up to the next refusal.
 *
 * So nobody has to know the quota, nor who else is using it up. Throws what the first `send` threw, once nothing is on its way any more.
 */
export async function keepPace({ isOpen, send, wait }: Work): Promise<void> {
  const running = new Set<Promise<void>>();
  let size = wholeBatch;
  let batchesAtOnce = atOnce.first;
  /** Requests a millisecond. */
  let rate = Number.POSITIVE_INFINITY;
  let done = 0;
  let doneSince = performance.now();
  let pause: Promise<unknown> | undefined;

  try {
    while (isOpen() || running.size > 0) {
      if (!isOpen() || running.size >= (size < wholeBatch ? 1 : Math.floor(batchesAtOnce))) await Promise.race(running);
      else if (pause) await over(pause);
      else start();
    }
  } finally {
    await Promise.allSettled(running);
  }

  function start(): void {
    const tried = size;
    const heeded: Promise<void> = send(tried)
      .then(outcome => heed(outcome, tried))
      .finally(() => running.delete(heeded));
    running.add(heeded);
    if (rate === Number.POSITIVE_INFINITY) return;
    const apart = tried / rate;
    hold(apart);
    rate *= 2 ** (apart / doublingMs);
  }

  function heed(outcome: Outcome, tried: number): void {
    done += outcome.done;
    if (outcome.wait !== undefined) {
      size = firstTry;
      batchesAtOnce = atOnce.first;
      hold(outcome.wait);
    } else if (tried < wholeBatch) {
      size = Math.min(tried * nextTry, wholeBatch);
      if (size === wholeBatch) measure();
    } else batchesAtOnce = Math.min(batchesAtOnce + 1 / atOnce.after, atOnce.most);
  }

  function measure(): void {
    rate = done / Math.max(1, performance.now() - doneSince);
    done = 0;
    doneSince = performance.now();
  }

  /** Nothing starts for so many milliseconds. */
  function hold(milliseconds: number): void {
    pause = Promise.all([pause, wait(milliseconds)]);
    // Whoever wants to start next hears of a run that was stopped meanwhile; perhaps nobody does.
    pause.catch(() => undefined);
  }

  /** A pause may grow while it is waited for. */
  async function over(awaited: Promise<unknown>): Promise<void> {
    await awaited;
    if (pause === awaited) pause = undefined;
  }
}
