import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Signal, signals, stopWaiting, waitingPlaces } from '../fire/signals.js';
import { inPairs, temporaryDirectory } from '../support/cli.js';

const names = Object.keys(signals) as Signal[];
const all = Object.entries(waitingPlaces).flatMap(([place, how]) => names.map(signal => ({ place, how, signal })));
/** Every place once and every signal more than once; all of them take minutes. */
const tried = process.env.FLEX_SSO_FULL
  ? all
  : Object.entries(waitingPlaces).map(([place, how], n) => ({ place, how, signal: names[n % names.length] as Signal }));

test.skipIf(process.platform === 'win32')(
  'one signal ends a run wherever it waits, and leaves the terminal as it was',
  async () => {
    await inPairs(tried, async ({ place, how, signal }) => {
      const directory = await temporaryDirectory();
      const { code, said, ...left } = await stopWaiting(how, signal, directory.path);
      expect({ place, signal, code: signals[signal].find(known => known === code) ?? `${code}: ${said}` }).toEqual({
        place,
        signal,
        code,
      });
      const isOpen = signal !== 'close';
      expect({ place, signal, ...left }).toEqual({ place, signal, ...(isOpen && { echoes: true, cursor: true }) });
      if (isOpen) expect(said).toContain('Stopped.');
      const locks = (await readdir(directory.path, { recursive: true })).filter(name =>
        /\.(lock|owner|new)$/.test(name),
      );
      expect({ place, signal, locks }).toEqual({ place, signal, locks: [] });
      await directory.remove();
    });
  },
  600_000,
);
