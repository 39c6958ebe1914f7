import { expect, test } from 'vitest';
import { type Place, run, stoppedAt } from '../support/cli.js';
import { recordCrashes } from './crash-states.js';
import { flagsOf, freshPlace, loadMigration, placeWith, type Setup, setups, typed } from './place.js';
import { restore } from './snapshot.js';
import { censusOf } from './survival.js';
import { isAll, sampled, tally } from './tally.js';

const setup: Setup = setups['modify with overlap'] ?? { setupType: 'modify' };
const moments = (['before', 'after'] as const).flatMap(moment => [1, 2].map(nth => [moment, nth, 'graph'] as const));
const places: readonly Place[] = [...moments, ['after', 3, 'console'], ['before', 40, 'exchange']];

test(
  'a process that is killed leaves a state that was looked at without killing one',
  async () => {
    const fresh = await freshPlace(setup);
    const state = await placeWith(fresh);
    const { crashes } = await recordCrashes(typed(state, 'migrate', setup));
    const looked = [];
    for (const { left } of crashes) {
      restore(state, left);
      looked.push(await shapeOf(state));
    }
    const { setupType, overlap = 'yes' } = flagsOf(state, setup);
    const tried = sampled(places, 2);
    for (const place of tried) {
      restore(state, fresh);
      const flags = ['--setup-type', setupType ?? '', '--overlap', overlap];
      const killed = await run(
        ['migrate', ...flags, '--sandbox', '--yes', '--json', '--state', state],
        stoppedAt(place, 'SIGKILL'),
      );
      expect([place, killed.code]).toEqual([place, null]);
      expect(looked).toContainEqual(await shapeOf(state));
    }
    tally('real SIGKILL', tried.length, []);
  },
  isAll ? 300_000 : 120_000,
);

/** State and world without ids, keys and times. */
async function shapeOf(state: string): Promise<object> {
  const migration = await loadMigration(state);
  const journal = migration?.journal.map(({ step, change, status }) => [step, change.resource, status]);
  return { journal, completed: migration?.completed, world: censusOf(state) };
}
