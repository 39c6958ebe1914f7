import { expect, test } from 'vitest';
import { waitingFor } from '../../src/migration/journal.js';
import { logins } from '../support/logins.js';
import { type Arena, openArena } from './arena.js';
import { walks } from './crashes.js';
import { announcesGap } from './gap.js';
import { emptyPlace, flagsOf, freshPlace, loadMigration, type Setup, setups } from './place.js';
import { restore, type Snapshot, snapshot } from './snapshot.js';
import { isAll, sampled, tally, type Wrong } from './tally.js';

/** A moment at which a run has ended or somebody has clicked, and nothing more may come for weeks. */
interface Stop {
  name: string;
  left: Snapshot;
  /** Everything that was said so far. */
  said: string;
}

const goingOn = ['resume', 'revert', 'migrate', 'validate'] as const;

test.each(sampled(Object.entries(setups), 2))(
  'somebody can log in at every stop of a migration (%s), and on day 31',
  async (name, setup) => {
    const wrong: Wrong[] = [];
    const state = await emptyPlace();
    const arena = await openArena(state, await freshPlace(setup));
    const stops = await everyStop(arena, name, setup);
    let tried = 0;
    for (const stop of stops) {
      tried++;
      await arena.close();
      restore(state, stop.left);
      const doors = await logins(state);
      if (doors.flex !== 'in' && !announcesGap(stop.said))
        wrong.push({ fault: 'locked out', where: stop.name, seen: doors });
    }
    const later = stops.flatMap(stop => goingOn.map(command => ({ stop, command })));
    for (const { stop, command } of sampled(later, 2)) {
      tried++;
      const where = `${stop.name}, 31 days later: ${command}`;
      await arena.close();
      restore(state, stop.left);
      await arena.days(31);
      const before = await logins(state);
      const told = await arena.tool(command, {}, { by: 'operator' });
      const after = await logins(state);
      const { code, error } = told;
      for (const seen of told.undisclosed) wrong.push({ fault: 'undisclosed', where, seen });
      if (error?.startsWith('not expected')) wrong.push({ fault: 'hung', where, seen: error });
      if (before.flex === 'in' && after.flex !== 'in' && !announcesGap(stop.said + told.said))
        wrong.push({ fault: 'locked out', where, seen: { code, error, before, after, said: told.said.slice(-500) } });
      if (command === 'revert' && code === 0 && after.legacy !== 'in')
        wrong.push({ fault: 'locked out', where, seen: { false: 'reverted', after } });
    }
    await arena.close();
    tally('stop × setup, and day 31', tried, wrong);
  },
  isAll ? 900_000 : 300_000,
);

/** Walks there, back and there again with nobody at hand; each pause is a stop, and each click of a person. */
async function everyStop(arena: Arena, name: string, setup: Setup): Promise<Stop[]> {
  const { state } = arena;
  const stops: Stop[] = [];
  let said = '';
  const stop = (at: string) => stops.push({ name: `${name}, ${at}`, left: snapshot(state), said });
  for (const [walk, command] of walks) {
    const flags = walk === 'forward' ? flagsOf(state, setup) : {};
    let told = await arena.tool(command, flags as Record<string, string>, { by: 'nobody' });
    said += told.said;
    while (told.code === 10) {
      const migration = await loadMigration(state);
      const entry = migration && waitingFor(migration, migration.direction).at(-1);
      if (!entry) throw new Error(`It waits for nothing: ${told.said}`);
      stop(`${walk}, before “${entry.change.title}”`);
      await (await arena.person()).perform({ id: entry.step, title: entry.change.title }, entry.change);
      stop(`${walk}, after “${entry.change.title}”`);
      told = await arena.tool('resume', {}, { by: 'nobody', done: entry.step });
      said += told.said;
    }
    expect(told, told.said).toMatchObject({ code: 0 });
    stop(`${walk}, at the end`);
  }
  return stops;
}
