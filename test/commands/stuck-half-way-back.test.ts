import { cp } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { age } from '../support/age.js';
import { readTrace, run, stoppedAt } from '../support/cli.js';
import { isGraphWrite } from '../support/graph-writes.js';
import { logins } from '../support/logins.js';
import { finishedMigrations, runIn } from './finished.js';
import { stateDirectory } from './sandbox.js';

/** Where Entra refuses a second identifier, the legacy values take the place of the enhanced ones before Flex is switched. */
const refused = ['--sandbox-fault', 'second-identifier-refused'];
const finished = finishedMigrations({
  replaced: ['--setup-type', 'modify', ...refused],
  beside: ['--setup-type', 'modify'],
});
type Journey = Parameters<typeof finished>[0];
const faults = { replaced: refused, beside: [] } as const;

/** A way back that was cut off after so many writes to Entra. */
async function halfWay(journey: Journey, writes: number): Promise<string> {
  const state = await finished(journey);
  const killed = await runIn(state, 'revert', faults[journey], stoppedAt(['after', writes, 'graph'], 'SIGKILL'));
  expect(killed.code).toBeNull();
  return state;
}

async function copyOf(state: string): Promise<string> {
  const copy = await stateDirectory();
  await cp(state, copy, { recursive: true, filter: file => path.basename(file) !== 'world.owner' });
  return copy;
}

/** What `status` tells a person to do next. */
async function adviceOf(state: string): Promise<string> {
  const { stdout } = await run(['status', '--sandbox', '--state', state]);
  return stdout.slice(stdout.indexOf('Next')).replace(/\s+/g, ' ');
}

const slow = 180_000;
const ofWayBack = (name: string, result: string) =>
  expect.objectContaining({ name, result, hint: expect.stringContaining('`flex-sso migrate`') });

describe('a way back that was cut off when Entra had the legacy values alone', () => {
  test('in time: validate says that nobody can log in, and both ways that it names lead out', {
    timeout: slow,
  }, async () => {
    const state = await halfWay('replaced', 2);
    expect((await logins(state)).flex).not.toBe('in');
    const { code, json } = await runIn(state, 'validate', refused);
    expect(json.checks['validate-connection']).toContainEqual(ofWayBack('switch-awaited', 'failed'));
    expect(JSON.stringify(json.checks)).not.toContain('does not have the legacy values any more');
    expect(json.findings).toEqual([]);
    expect(code).toBe(5);
    const other = await copyOf(state);
    expect(await runIn(state, 'revert', refused)).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(await logins(state)).toMatchObject({ legacy: 'in', flex: 'in' });
    expect(await runIn(other, 'migrate', refused)).toMatchObject({ code: 0, json: { status: 'finished' } });
    expect(await logins(other)).toMatchObject({ enhanced: 'in', flex: 'in' });
  });

  test('on day 31: no command leads to the closed way, and migrate lets agents in again', {
    timeout: slow,
  }, async () => {
    const state = await halfWay('replaced', 2);
    await age(state, 31);
    expect((await logins(state)).flex).not.toBe('in');
    expect(await adviceOf(state)).toMatch(/^Next - Run `flex-sso migrate\b.* instead: it does the rest\. $/);
    const validated = await runIn(state, 'validate', refused);
    expect(validated.json.checks['validate-connection']).toContainEqual(ofWayBack('way-back-closed', 'failed'));
    expect(validated.code).toBe(5);
    const trace = path.join(state, 'trace.jsonl');
    for (const words of ['revert', 'resume', 'revert --dry-run']) {
      const { code, json } = await runIn(state, words, [...refused, '--trace', trace]);
      expect(json.error, words).toMatchObject({
        code: 'way-back-closed',
        message: expect.stringContaining('So nobody can log in.'),
        hint: expect.stringMatching(/^Run `flex-sso migrate`: it puts the enhanced values back\./),
      });
      expect(code).toBe(5);
    }
    expect((await readTrace(trace)).filter(isGraphWrite)).toEqual([]);
    expect(await runIn(state, 'migrate', refused)).toMatchObject({ code: 0, json: { status: 'finished', changed: 2 } });
    expect(await logins(state)).toMatchObject({ enhanced: 'in', flex: 'in' });
    expect(await runIn(state, 'validate', refused)).toMatchObject({ code: 0, json: { findings: [] } });
  });
});

describe('a way back that was cut off when Entra had both connections’ values', () => {
  test('on day 31: the enhanced connection is checked, and migrate ends what was begun', {
    timeout: slow,
  }, async () => {
    const state = await halfWay('beside', 2);
    await age(state, 31);
    const validated = await runIn(state, 'validate');
    expect(validated.json.checks['validate-connection']).toEqual([
      ofWayBack('way-back-closed', 'unknown'),
      expect.objectContaining({ name: 'enhanced-login', result: 'passed' }),
      expect.objectContaining({ name: 'application', result: 'passed' }),
    ]);
    expect(validated.code).toBe(0);
    const { code, json } = await runIn(state, 'revert');
    expect(json.error).toMatchObject({
      code: 'way-back-closed',
      hint: expect.stringMatching(/^Run `flex-sso migrate`/),
    });
    expect(json.error.hint).not.toContain('denied');
    expect(code).toBe(5);
    expect(await runIn(state, 'migrate')).toMatchObject({ code: 0, json: { status: 'finished', changed: 2 } });
    expect(await logins(state)).toMatchObject({ enhanced: 'in', flex: 'in' });
    expect((await runIn(state, 'revert')).json.error.hint).toMatch(/^Stay on the enhanced connection/);
  });

  test('after the switch: validate checks the legacy login at any time, and revert does the rest', {
    timeout: slow,
  }, async () => {
    const state = await halfWay('beside', 3);
    await age(state, 31);
    const { code, json } = await runIn(state, 'validate');
    expect(json.checks['validate-connection']).toEqual([
      expect.objectContaining({ name: 'legacy-login', result: 'passed' }),
    ]);
    expect(code).toBe(0);
    expect(await runIn(state, 'revert')).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(await logins(state)).toMatchObject({ legacy: 'in', flex: 'in' });
  });
});
