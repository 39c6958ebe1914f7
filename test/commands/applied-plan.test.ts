import path from 'node:path';
import { expect, test } from 'vitest';
import type { Change } from '../../src/migration/state.js';
import { age } from '../support/age.js';
import { readTrace, run } from '../support/cli.js';
import { isGraphWrite } from '../support/graph-writes.js';
import { filesOf, shownWorld, stateDirectory } from './sandbox.js';

type Planned = { step: { id: string; title: string }; changes: Change[] };

/** What a document says of the changes by flex-sso, step by step. */
const byTool = (steps: Planned[]) =>
  steps.flatMap(({ step, changes }) =>
    changes
      .filter(({ action }) => action !== 'manual')
      .map(({ action, resource, title }) => `${step.title}: ${action} ${resource}, ${title}`),
  );

test.each(['new', 'modify'])(
  'revert --dry-run (%s) shows the way back as it is then taken, and writes nothing',
  async setupType => {
    const state = await stateDirectory({});
    const here = ['--sandbox', '--yes', '--json', '--state', state];
    expect(await run(['migrate', '--setup-type', setupType, ...here])).toMatchObject({ code: 0 });
    const [world, files] = [await shownWorld(state), await filesOf(state)];
    const trace = path.join(state, 'trace.jsonl');
    const shown = await run(['revert', '--dry-run', '--sandbox', '--json', '--state', state, '--trace', trace]);
    expect(shown).toMatchObject({
      code: 0,
      stderr: '',
      json: { command: 'revert', dryRun: true, direction: 'back' },
    });
    const writes = (await readTrace(trace)).filter(isGraphWrite);
    expect(writes).toEqual([]);
    expect(await shownWorld(state)).toEqual(world);
    const { 'trace.jsonl': _, ...after } = await filesOf(state);
    expect(after).toEqual(files);

    const drawn = await run(['revert', '--dry-run', '--sandbox', '--state', state]);
    expect(drawn.code).toBe(0);
    for (const { step, changes } of shown.json.steps as Planned[])
      for (const { title } of [step, ...changes]) expect(drawn.stdout.replace(/\s+/g, ' ')).toContain(title);

    const reverted = await run(['revert', ...here]);
    expect(reverted).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(byTool(reverted.json.applied)).toEqual(byTool(shown.json.steps));
    const nothing = await run(['revert', '--dry-run', ...here]);
    expect(nothing).toMatchObject({ code: 0 });
    expect((nothing.json.steps as Planned[]).flatMap(({ changes }) => changes)).toEqual([]);
  },
);

test.each([
  ['legacy-login-broken', ['--sandbox-break', 'legacy-application-deleted'], 0],
  ['way-back-closed', [], 31],
] as const)('revert --dry-run shows no way back that would not begin: %s', async (code, flags, days) => {
  const state = await stateDirectory({});
  expect(await run(['migrate', '--setup-type', 'new', '--sandbox', '--yes', '--json', '--state', state])).toMatchObject(
    {
      code: 0,
    },
  );
  await age(state, days);
  const shown = await run(['revert', '--dry-run', '--sandbox', '--json', '--state', state, ...flags]);
  expect(shown).toMatchObject({ code: 5, json: { command: 'revert', error: { code } } });
});

test('--json holds the plan that this run applied, change by change, with who did it and when', async () => {
  const state = await stateDirectory({});
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  const planned = await run(['plan', '--setup-type', 'new', ...here]);
  const begun = new Date().toISOString();
  const { json } = await run(['migrate', '--setup-type', 'new', ...here]);
  const ended = new Date().toISOString();
  const applied = json.applied as (Planned & { changes: Record<string, string>[] })[];
  const changes = applied.flatMap(one => one.changes);
  expect(changes).toHaveLength(json.changed);
  expect(byTool(applied)).toEqual(byTool(planned.json.steps));
  for (const change of changes) {
    expect(change).toMatchObject({ by: change.action === 'manual' ? 'person' : 'tool', title: expect.any(String) });
    for (const value of ['resource', 'key', 'before', 'after']) expect(change).toHaveProperty(value);
    const times = [begun, change.intendedAt, change.appliedAt, ended];
    expect(times).toEqual(times.toSorted());
  }
  const again = await run(['migrate', ...here]);
  expect(again).toMatchObject({ code: 0, json: { changed: 0, applied: [] } });
});
