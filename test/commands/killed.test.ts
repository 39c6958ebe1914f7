import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Migration } from '../../src/migration/state.js';
import { hasContract, violations } from '../sandbox/entra/contract.js';
import { type Place, readTrace, run, stoppedAt } from '../support/cli.js';
import { census } from './census.js';
import { shownWorld, stateDirectory } from './sandbox.js';

/** Milliseconds for some dozens of processes, on a machine that has other things to do. */
const slow = 300_000;
const here = (state: string) => ['--sandbox', '--yes', '--json', '--state', state];

/** What is left behind by a command that was killed and resumed. */
async function killedAndResumed(state: string, args: readonly string[], place: Place) {
  const trace = path.join(state, 'trace.jsonl');
  const killed = await run([...args, ...here(state), '--trace', trace], stoppedAt(place, 'SIGKILL'));
  expect([...place, killed.code, killed.stdout]).toEqual([...place, null, '']);
  if (place[0] === 'before') await letTimePass(state);
  const { code, json } = await run(['resume', ...here(state), '--trace', trace]);
  const violated = hasContract ? await violations(await readTrace(trace)) : [];
  const { status, error } = json;
  return { place: place.join(' '), code, status, error, violated, ...census(await shownWorld(state)) };
}

/** Half a day later a resume need not wait for what was never sent: whatever was is to be seen by then. */
async function letTimePass(state: string): Promise<void> {
  const { accountSid } = await shownWorld(state);
  const file = path.join(state, 'sandbox', 'migrations', `${accountSid}.json`);
  const migration: Migration = JSON.parse(await readFile(file, 'utf8'));
  for (const entry of migration.journal)
    entry.intendedAt = new Date(Date.parse(entry.intendedAt) - 12 * 3_600_000).toISOString();
  await writeFile(file, JSON.stringify(migration));
}

async function migrated(setupType: string): Promise<string> {
  const state = await stateDirectory({});
  const { code } = await run(['migrate', '--setup-type', setupType, ...here(state)]);
  expect(code).toBe(0);
  return state;
}

async function copyOf(state: string): Promise<string> {
  const copy = await stateDirectory();
  await cp(state, copy, { recursive: true });
  return copy;
}

/** A write that came through unnoticed, one that never went out, and a click, in a process that is really killed; test/fire tries all. */
const places: readonly Place[] = [
  ['after', 3, 'graph'],
  ['before', 2, 'graph'],
  ['after', 2, 'console'],
];

test.each(['new', 'modify'])(
  'killed at any time and resumed, a migration (%s) finishes with everything there once',
  async setupType => {
    const uncut = census(await shownWorld(await migrated(setupType)));
    const args = ['migrate', '--setup-type', setupType];
    for (const place of places)
      expect(await killedAndResumed(await stateDirectory({}), args, place)).toEqual({
        ...ended(place),
        status: 'finished',
        ...uncut,
      });
  },
  slow,
);

test.each([
  ['new', ['after', 1, 'console']],
  ['modify', ['after', 2, 'graph']],
] as const)(
  'a revert (%s) that is killed is resumed to its end',
  async (setupType, place) => {
    const state = await migrated(setupType);
    const killed = await killedAndResumed(await copyOf(state), ['revert'], place);
    await run(['revert', ...here(state)]);
    expect(killed).toEqual({ ...ended(place), status: 'reverted', ...census(await shownWorld(state)) });
  },
  slow,
);

const ended = (place: Place) => ({ place: place.join(' '), code: 0, error: undefined, violated: [] });
