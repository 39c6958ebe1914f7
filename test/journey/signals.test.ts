import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Signal, signals, stopWaiting, waitingPlaces } from '../fire/signals.js';
import { temporaryDirectory } from '../support/cli.js';

const names = Object.keys(signals) as Signal[];
const all = Object.entries(waitingPlaces).flatMap(([place, how]) => names.map(signal => ({ place, how, signal })));
/** Every place once and every signal more than once; all of them take minutes. */
const tried = process.env.FLEX_SSO_FULL
  ? all
  : Object.entries(waitingPlaces).map(([place, how], n) => ({ place, how, signal: names[n % names.length] as Signal }));

// Side by side: each waits for a process and a terminal more than it computes.
test.skipIf(process.platform === 'win32').concurrent.each(tried.map(one => [one.signal, one.place, one.how] as const))(
  '%s ends a run at %s at once, and leaves the terminal as it was',
  { timeout: 150_000 },
  async (signal, place, how) => {
    const directory = await temporaryDirectory();
    const { code, said, ...left } = await stopWaiting(how, signal, directory.path);
    const known: readonly number[] = signals[signal];
    expect(known, said).toContain(code);
    const isOpen = signal !== 'close';
    expect({ place, ...left }).toEqual({ place, ...(isOpen && { echoes: true, cursor: true }) });
    if (isOpen) expect(said).toContain('Stopped.');
    const locks = (await readdir(directory.path, { recursive: true })).filter(name => /\.(lock|owner|new)$/.test(name));
    expect(locks).toEqual([]);
    await directory.remove();
  },
);
