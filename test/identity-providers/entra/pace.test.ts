import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepPace } from '../../../src/identity-providers/entra/pace.js';
import { retryDelay } from '../../../src/identity-providers/entra/throttling.js';
import { createQuota } from '../../../src/sandbox/entra/graph/quota.js';

// Minutes pass in no time.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());
const wait = (milliseconds: number) => new Promise<void>(resolve => void setTimeout(resolve, milliseconds));

interface Tenant {
  writes: number;
  windowMs: number;
  /** How long a batch takes. */
  batchMs: number;
  saysHowLong: boolean;
}

/** Sends so many writes to a tenant with a quota; what that took, in milliseconds, and how many were refused. */
async function sendAll(count: number, { writes, windowMs, batchMs, saysHowLong }: Tenant) {
  const quota = createQuota({ writes, milliseconds: windowMs }, () => performance.now());
  const open: number[] = Array.from({ length: count }, () => 0);
  const seen = { refused: 0, batches: 0, atOnce: 0, mostAtOnce: 0, tookMs: 0 };
  const started = performance.now();
  const paced = keepPace({
    isOpen: () => open.length > 0,
    async send(atMost) {
      const attempts = open.splice(-atMost);
      seen.batches++;
      seen.mostAtOnce = Math.max(seen.mostAtOnce, ++seen.atOnce);
      await wait(batchMs);
      seen.atOnce--;
      const delays = attempts.flatMap(attempt => {
        const left = quota.take();
        if (left === undefined) return [];
        open.push(attempt + 1);
        const headers = saysHowLong ? { 'retry-after': String(Math.ceil(left / 1000)) } : undefined;
        return retryDelay(429, headers ?? {}, { attempt, waited: 0 }) ?? [];
      });
      seen.refused += delays.length;
      const done = attempts.length - delays.length;
      return delays.length > 0 ? { done, wait: Math.max(...delays) } : { done };
    },
    wait,
  });
  void paced.then(() => {
    seen.tookMs = performance.now() - started;
  });
  await Promise.all([paced, vi.runAllTimersAsync()]);
  return seen;
}

describe.each([
  ['the published quota', 10_000, { writes: 3000, windowMs: 150_000, batchMs: 1000 }],
  ['a tenth of it', 1007, { writes: 300, windowMs: 15_000, batchMs: 60 }],
  ['a tenth of it, for ten thousand', 10_000, { writes: 300, windowMs: 15_000, batchMs: 60 }],
] as const)('under %s', (_, count, tenant) => {
  it.each([true, false])('few writes are refused, and hardly any time is lost (Retry-After: %s)', async saysHowLong => {
    const { refused, tookMs } = await sendAll(count, { ...tenant, saysHowLong });
    const leastMs = Math.floor((count - 1) / tenant.writes) * tenant.windowMs;
    expect(refused / count).toBeLessThan(0.1);
    expect(tookMs / leastMs).toBeLessThan(1.3);
  });
});

describe('where nothing is refused', () => {
  it('every batch is whole, and some are on their way at once', async () => {
    const seen = await sendAll(10_000, { writes: 20_000, windowMs: 1000, batchMs: 50, saysHowLong: true });
    expect(seen).toMatchObject({ refused: 0, batches: 500, mostAtOnce: 8 });
    expect(seen.tookMs).toBeLessThan((500 * 50) / 6);
  });
});

describe('a refusal', () => {
  it('is waited for by everybody; then one request goes ahead, alone, until one is taken', async () => {
    const sizes: number[] = [];
    const waits: number[] = [];
    let open = 60;
    const paced = keepPace({
      isOpen: () => open > 0,
      async send(atMost) {
        const size = Math.min(atMost, open);
        const isRefused = [1, 3, 4].includes(sizes.push(size) - 1);
        open -= size;
        await wait(10);
        if (!isRefused) return { done: size };
        open += size;
        return { done: 0, wait: 5000 };
      },
      async wait(milliseconds) {
        waits.push(milliseconds);
        await wait(milliseconds);
      },
    });
    await Promise.all([paced, vi.runAllTimersAsync()]);
    expect(sizes).toEqual([20, 20, 20, 1, 1, 1, 4, 15]);
    expect(waits.filter(milliseconds => milliseconds === 5000)).toHaveLength(3);
  });

  it('of a run that is stopped ends it at once, and leaves nothing on its way', async () => {
    let running = 0;
    const paced = keepPace({
      isOpen: () => true,
      async send() {
        running++;
        await wait(10);
        running--;
        return { done: 0, wait: 60_000 };
      },
      wait: () => Promise.reject(new Error('stopped')),
    });
    await Promise.all([expect(paced).rejects.toThrow('stopped'), vi.runAllTimersAsync()]);
    expect(running).toBe(0);
  });
});
