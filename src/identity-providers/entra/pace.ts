import type { Wait } from './client.js';

/** How many requests may be on their way at once, and whether any may start now. */
export interface Pace {
  /** Starts `task` again and again until it returns nothing to do; resolves when all are done, throws what the first one threw. */
  keepBusy(task: () => Promise<void> | undefined): Promise<void>;
  /** Somebody was told to wait: nobody starts before that time is over, and one at a time for a while. Milliseconds. */
  slowDown(milliseconds: number): void;
  /** All went well. */
  speedUp(): void;
}

const atFirst = 4;
const atMost = 8;

export function createPace(wait: Wait): Pace {
  let limit = atFirst;
  let pause = Promise.resolve();

  /** A pause may grow while it is waited for. */
  async function untilAllowed(): Promise<void> {
    for (let seen: Promise<void> | undefined; seen !== pause; ) {
      seen = pause;
      await seen;
    }
  }

  return {
    slowDown(milliseconds) {
      // One goes ahead to see; what was on its way together would be refused together.
      limit = 1;
      pause = Promise.all([pause, wait(milliseconds)]).then(() => undefined);
      // Whoever wants to start next hears of it; perhaps nobody does.
      pause.catch(() => undefined);
    },
    speedUp() {
      limit = Math.min(atMost, limit + 1 / limit);
    },
    async keepBusy(task) {
      const running = new Set<Promise<void>>();
      try {
        for (;;) {
          await untilAllowed();
          while (running.size < Math.floor(limit)) {
            const started = task();
            if (!started) break;
            const tracked = started.finally(() => running.delete(tracked));
            running.add(tracked);
          }
          if (running.size === 0) return;
          await Promise.race(running);
        }
      } finally {
        // Nothing is left on its way when this is over.
        await Promise.allSettled(running);
      }
    },
  };
}
