import fc from 'fast-check';
import { test } from 'vitest';
import { openArena } from './arena.js';
import { happenings, type Past, type Real } from './commands.js';
import { emptyPlace, freshPlace, setups } from './place.js';
import { isAll, sampleSize, seed, tally, type Wrong } from './tally.js';

test(
  'whatever happens in whichever order, the tool loses nothing and locks nobody out',
  async () => {
    const beginnings = [];
    for (const [name, setup] of Object.entries(setups))
      beginnings.push({ name, setup, fresh: await freshPlace(setup) });
    const state = await emptyPlace();
    let shortest: Wrong[] = [];
    let tried = 0;
    const property = fc.asyncProperty(
      fc.constantFrom(...beginnings),
      fc.commands(happenings, { maxCommands: isAll ? 16 : 8, size: 'max' }),
      async ({ name, setup, fresh }, commands) => {
        const arena = await openArena(state, fresh);
        const past: Past = { setup, said: '', open: true, meddled: false, forgotten: false, wrong: [], done: [name] };
        try {
          await fc.asyncModelRun(() => ({ model: past, real: { arena } satisfies Real }), commands);
        } catch (error) {
          // The last that fails is the shortest.
          shortest =
            past.wrong.length > 0 ? past.wrong : [{ fault: 'lost', where: past.done.join('; '), seen: String(error) }];
          throw error;
        } finally {
          tried += past.done.length - 1;
          await arena.close();
        }
      },
    );
    await fc.check(property, { seed, numRuns: sampleSize(3, 60) });
    tally('random sequences', tried, shortest);
  },
  isAll ? 1_200_000 : 300_000,
);
