import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openArena } from './arena.js';
import { happenings, type Past, type Real } from './commands.js';
import { emptyPlace, freshPlace, type Setup, setups, typed } from './place.js';
import { runHere } from './run-here.js';
import { restore, type Snapshot, snapshot } from './snapshot.js';
import { isAll, sampled, sampleSize, seed, tally, type Wrong } from './tally.js';

/** Where a sequence begins: before anything was done, when all of it is done, and after the way back. */
async function begin(state: string, name: string, setup: Setup) {
  const beginnings: { name: string; setup: Setup; left: Snapshot }[] = [];
  const keep = (how: string) => beginnings.push({ name: `${name}, ${how}`, setup, left: snapshot(state) });
  restore(state, await freshPlace(setup));
  keep('not begun');
  expect(await runHere(typed(state, 'migrate', setup))).toMatchObject({ code: 0 });
  keep('finished');
  expect(await runHere(typed(state, 'revert'))).toMatchObject({ code: 0 });
  keep('reverted');
  return beginnings;
}

test(
  'whatever happens in whichever order, the tool loses nothing and locks nobody out',
  async () => {
    const state = await emptyPlace();
    const beginnings = [];
    for (const [name, setup] of sampled(Object.entries(setups), 2))
      beginnings.push(...(await begin(state, name, setup)));
    let shortest: Wrong[] = [];
    let tried = 0;
    const property = fc.asyncProperty(
      fc.constantFrom(...beginnings),
      fc.commands(happenings, { maxCommands: isAll ? 16 : 8, size: 'max' }),
      async ({ name, setup, left }, commands) => {
        const arena = await openArena(state, left);
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
