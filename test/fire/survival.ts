import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Migration } from '../../src/migration/state.js';
import { statusOf } from '../../src/migration/status.js';
import { canonicalWorld } from '../../src/sandbox/world.js';
import { readWorld } from '../../src/sandbox/world-file.js';
import { steps } from '../../src/steps/index.js';
import { census } from '../commands/census.js';
import { logins } from '../support/logins.js';
import type { CrashState } from './crash-states.js';
import { isWrite, undisclosed } from './disclosure.js';
import { announcesGap } from './gap.js';
import { loadMigration, migrationsIn, type Setup, stateText, typed } from './place.js';
import { Hung, type Run, runHere } from './run-here.js';
import { restore } from './snapshot.js';
import type { Wrong } from './tally.js';

/** One walk of a journey: the command, and what it leads to if nothing cuts it off. */
export interface Leg {
  name: string;
  command: 'migrate' | 'revert';
  setup: Setup;
  /** What a whole run left. */
  uncut: { status: string | undefined; census: object };
}

/** What is there, without ids, keys and times. */
export const censusOf = (state: string): ReturnType<typeof census> => census(shown(state));

function shown(state: string) {
  const world = readWorld(path.join(state, 'sandbox'));
  return JSON.parse(JSON.stringify(world ? canonicalWorld(world) : {}));
}

export async function statusIn(state: string): Promise<string | undefined> {
  const migration = await loadMigration(state);
  return migration && statusOf(steps, migration);
}

/** Everything that a login depends on. */
function setting(state: string): string {
  const site = path.join(state, 'sandbox', 'appconfig.js');
  return JSON.stringify([shown(state), existsSync(site) && readFileSync(site, 'utf8')]);
}

/** What was tried before: a login where nothing has changed since, and a way on from the same state and world. */
export function createMemory() {
  const tried = new Map<string, ReturnType<typeof logins>>();
  const seen = new Set<string>();
  return {
    logins(state: string): ReturnType<typeof logins> {
      const key = setting(state);
      const known = tried.get(key) ?? logins(state);
      tried.set(key, known);
      return known;
    },
    /** Whether state file and world were never like this; what differs are copies under way, locks and tokens. */
    isNew(state: string): boolean {
      const before = seen.size;
      return seen.add(`${stateText(state)}${setting(state)}`).size > before;
    },
  };
}

/**
 * What is wrong with a state in which a kill left a walk: the state file loads, somebody gets in to Flex, and whoever goes on comes to
 * where the uncut walk came, with nothing twice and nothing missing; and then nothing is left to do.
 */
export async function survive(
  state: string,
  { left, at, said }: CrashState,
  leg: Leg,
  memory: ReturnType<typeof createMemory>,
): Promise<Wrong[]> {
  const wrong: Wrong[] = [];
  const where = `${leg.name}, killed ${at}`;
  const note = (fault: Wrong['fault'], seen: unknown) => wrong.push({ fault, where, seen });
  restore(state, left);
  const migration = await loadMigration(state).catch(error => note('corrupt', String(error)));
  if (typeof migration === 'number') return wrong;
  const doors = await memory.logins(state);
  if (doors.flex !== 'in' && !announcesGap(said)) note('locked out', doors);
  if (!memory.isNew(state)) return wrong;
  letTimePass(state);
  try {
    const first = await goOn(state, leg, migration, note);
    if (first.code !== 0) note('lost', { code: first.code, error: first.error, said: first.said.slice(-600) });
    const status = await statusIn(state);
    if (status !== leg.uncut.status) note('lost', { status, wanted: leg.uncut.status });
    compare(censusOf(state), leg.uncut.census, note);
    const end = await memory.logins(state);
    if (end.flex !== 'in') note('locked out', { ...end, at: 'the end' });
    const writes: string[] = [];
    const again = await runHere(typed(state, leg.command), {
      before: request => {
        if (isWrite(request)) writes.push(`${request.method} ${request.url.pathname}`);
      },
    });
    if (again.code !== 0 || writes.length > 0) note('duplicate', { code: again.code, error: again.error, writes });
  } catch (error) {
    if (!(error instanceof Hung)) throw error;
    note('hung', error.message);
  }
  return wrong;
}

/** As people do: `resume` if there is something to resume, else the same command again. */
async function goOn(
  state: string,
  { command, setup, uncut }: Leg,
  migration: Migration | undefined,
  note: (fault: Wrong['fault'], seen: unknown) => void,
): Promise<Run> {
  const isTurned = migration?.direction === (command === 'revert' ? 'back' : 'forward');
  const isUnderWay = isTurned && migration !== undefined && statusOf(steps, migration) !== uncut.status;
  const options = isUnderWay ? typed(state, 'resume') : typed(state, command, migration ? undefined : setup);
  return runHere(options, {
    before(request, say) {
      if (!isWrite(request)) return;
      const hidden = undisclosed(request, stateText(state), say());
      if (hidden) note('undisclosed', hidden);
    },
  });
}

/** Half a day later a resume need not wait for what was never sent: whatever was is to be seen by then. */
function letTimePass(state: string): void {
  const text = stateText(state);
  if (text === undefined) return;
  const migration: Migration = JSON.parse(text);
  for (const entry of migration.journal)
    entry.intendedAt = new Date(Date.parse(entry.intendedAt) - 12 * 3_600_000).toISOString();
  writeFileSync(path.join(migrationsIn(state), `${migration.accountSid}.json`), JSON.stringify(migration));
}

type Census = Readonly<Record<string, readonly string[]>>;

function compare(now: object, wanted: object, note: (fault: Wrong['fault'], seen: unknown) => void): void {
  for (const [what, entries] of Object.entries(wanted as Census)) {
    const there = (now as Census)[what] ?? [];
    const more = without(there, entries);
    const less = without(entries, there);
    if (more.length > 0) note('duplicate', { [what]: more });
    if (less.length > 0) note('lost', { [what]: less });
  }
}

/** What one list has more of than another, each entry as often as it is there. */
function without(all: readonly string[], some: readonly string[]): string[] {
  const left = [...some];
  return all.filter(entry => {
    const found = left.indexOf(entry);
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
}
