import { expect, test } from 'vitest';
import { waitingFor } from '../../src/migration/journal.js';
import { logins } from '../support/logins.js';
import { type Arena, openArena } from './arena.js';
import { emptyPlace, flagsOf, freshPlace, loadMigration, setups } from './place.js';

/** What random sequences and stops have found, each as short as it gets. */

async function asAsked({ state, person }: Arena): Promise<void> {
  const migration = await loadMigration(state);
  const entry = migration && waitingFor(migration, migration.direction).at(-1);
  if (!entry) throw new Error('It waits for nobody.');
  await (await person()).perform({ id: entry.step, title: entry.change.title }, entry.change);
}

test('values that Console was told of in a pause are not taken away while logins go by them', async () => {
  const setup = setups['modify with overlap'] ?? { setupType: 'modify' };
  const arena = await openArena(await emptyPlace(), await freshPlace(setup));
  const flags = flagsOf(arena.state, setup) as Record<string, string>;
  expect(await arena.tool('migrate', flags, { by: 'nobody' })).toMatchObject({ code: 10 });
  await asAsked(arena);
  expect(await arena.tool('resume', {}, { by: 'nobody', done: 'start-setup' })).toMatchObject({ code: 10 });
  // Somebody confirms in Console, and tells nobody.
  await asAsked(arena);
  const told = await arena.tool('revert', {}, { by: 'operator' });
  const { legacy, flex } = await logins(arena.state);
  await arena.close();
  expect({ legacy, flex, code: told.code }).toEqual({ legacy: 'in', flex: 'in', code: 0 });
});
