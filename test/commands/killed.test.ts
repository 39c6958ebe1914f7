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

/** What is left behind by a command that was killed and resumed; undefined where it had ended before that place. */
async function killedAndResumed(state: string, args: readonly string[], place: Place) {
  const trace = path.join(state, 'trace.jsonl');
  const killed = await run([...args, ...here(state), '--trace', trace], stoppedAt(place, 'SIGKILL'));
  if (killed.code === 0) return undefined;
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

type Result = Awaited<ReturnType<typeof killedAndResumed>>;

/** Tries a place and those `stride` after it, two at a time, until a run ends before it is reached. */
async function sweep([moment, first, what]: Place, stride: number, attempt: (place: Place) => Promise<Result>) {
  const results: NonNullable<Result>[] = [];
  let next = first;
  let isOver = false;
  const lane = async () => {
    while (!isOver) {
      const place: Place = [moment, next, what];
      next += stride;
      const result = await attempt(place);
      if (result) results.push(result);
      else isOver = true;
    }
  };
  await Promise.all([lane(), lane()]);
  return results;
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

/** Some writes that came through unnoticed, and some that never went out, in a process that is really killed; test/fire tries all. */
const places: readonly [Place, number][] = [
  [['after', 1, 'graph'], 4],
  [['after', 2, 'console'], 2],
  [['before', 2, 'graph'], 9],
];

test.each(['new', 'modify'])(
  'killed at any time and resumed, a migration (%s) finishes with everything there once',
  async setupType => {
    const uncut = census(await shownWorld(await migrated(setupType)));
    const results = [];
    for (const [place, stride] of places)
      results.push(
        ...(await sweep(place, stride, async at =>
          killedAndResumed(await stateDirectory({}), ['migrate', '--setup-type', setupType], at),
        )),
      );
    expect(results.length).toBeGreaterThan(setupType === 'new' ? 6 : 2);
    for (const { place, ...left } of results)
      expect({ place, ...left }).toEqual({
        place,
        code: 0,
        status: 'finished',
        error: undefined,
        violated: [],
        ...uncut,
      });
  },
  slow,
);

test.each(['new', 'modify'])(
  'a revert (%s) that is killed is resumed to its end',
  async setupType => {
    const state = await migrated(setupType);
    const results = await sweep(['after', 1, setupType === 'new' ? 'console' : 'graph'], 1, async place =>
      killedAndResumed(await copyOf(state), ['revert'], place),
    );
    await run(['revert', ...here(state)]);
    const reverted = census(await shownWorld(state));
    expect(results.length).toBeGreaterThan(0);
    for (const { place, ...left } of results)
      expect({ place, ...left }).toEqual({
        place,
        code: 0,
        status: 'reverted',
        error: undefined,
        violated: [],
        ...reverted,
      });
  },
  slow,
);
