/** Counts writes in a sliding window of time. */
export function createQuota({ writes, milliseconds }: { writes: number; milliseconds: number }, now: () => number) {
  let taken: number[] = [];
  return {
    /** Takes one write; the milliseconds to wait where none is left. */
    take(): number | undefined {
      const at = now();
      const start = at - milliseconds;
      if (taken.length >= writes) taken = taken.filter(time => time > start);
      if (taken.length >= writes) return Math.max(1, (taken[0] ?? at) - start);
      taken.push(at);
      return undefined;
    },
  };
}
