import { expect, test } from 'vitest';
import type { Change } from '../../src/migration/state.js';
import { readTrace, run } from '../support/cli.js';
import { isGraphWrite } from '../support/graph-writes.js';
import { filesOf, servedSandbox, shownWorld, stateDirectory } from './sandbox.js';

test.each(['new', 'modify'])(
  'plan (%s) shows everything before Console was touched, and writes nothing',
  async setupType => {
    const sandbox = await servedSandbox();
    const [before, files] = [await shownWorld(sandbox.state), await filesOf(sandbox.state)];
    const trace = `${sandbox.state}/trace.jsonl`;
    const planned = await sandbox.run(['plan', '--setup-type', setupType, '--trace', trace]);
    expect(planned).toMatchObject({ code: 0, stderr: '', json: { command: 'plan' } });
    const steps = planned.json.steps as { step: { id: string }; changes: Change[] }[];
    const inEntra = steps.find(({ step }) => step.id === 'update-identity-provider')?.changes ?? [];
    const resources = inEntra.map(({ resource }) => resource);
    if (setupType === 'modify')
      expect(resources).toEqual(expect.arrayContaining(['identifierUris', 'web', 'flexConsole']));
    else
      expect(resources).toEqual(
        expect.arrayContaining([
          'application',
          'appRoles',
          'tokenSigningCertificate',
          'claimsMappingPolicy',
          'appRoleAssignments',
        ]),
      );
    const order = ['discover', 'select-setup-type', 'start-setup', 'update-identity-provider'];
    const data = setupType === 'new' ? ['enter-identity-provider-data'] : [];
    expect(steps.map(({ step }) => step.id)).toEqual([...order, ...data, 'validate-connection', 'finish']);

    const byHand = steps.filter(({ changes }) => changes.some(({ action }) => action === 'manual'));
    const confirmed = setupType === 'new' ? data : ['update-identity-provider'];
    expect(byHand.map(({ step }) => step.id)).toEqual(['start-setup', ...confirmed, 'validate-connection', 'finish']);

    const writes = (await readTrace(trace)).filter(isGraphWrite);
    expect(writes).toEqual([]);
    expect(await shownWorld(sandbox.state)).toEqual(before);
    const after = Object.keys(await filesOf(sandbox.state));
    expect(after.sort()).toEqual([...Object.keys(files), 'trace.jsonl'].sort());

    const text = await run(['plan', '--setup-type', setupType, ...sandbox.place], sandbox.environment);
    expect(text.code).toBe(0);
    for (const shown of ['Start the setup', 'Update your identity provider', 'Finish', 'urn:flex:JQ'])
      expect(text.stdout).toContain(shown);
    // What there is to say of a step is part of its plan, below its heading.
    const [, below = ''] = text.stdout.replace(/\s+/g, ' ').split('Update your identity provider');
    const { notes } = planned.json.steps.find(
      ({ step }: { step: { id: string } }) => step.id === 'update-identity-provider',
    );
    expect(notes.length).toBeGreaterThan(0);
    for (const note of notes) expect(below.slice(0, below.indexOf('Plan:'))).toContain(note);
    for (const note of notes) expect(text.stderr.replace(/\s+/g, ' ')).not.toContain(note);
  },
);

test('what is planned is what is applied: the plan of a paused migration names the changes that the run then makes', async () => {
  const state = await stateDirectory({});
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  const planned = await run(['plan', '--setup-type', 'new', ...here]);
  const wanted = planned.json.steps
    .flatMap(({ changes }: { changes: Change[] }) => changes)
    .filter(({ action }: Change) => action !== 'manual');
  await run(['migrate', '--setup-type', 'new', ...here]);
  const { accountSid } = await shownWorld(state);
  const migration = JSON.parse((await filesOf(state))[`sandbox/migrations/${accountSid}.json`] ?? '');
  const made = migration.journal
    .filter(({ by }: { by: string }) => by === 'tool')
    .map(({ change }: { change: Change }) => change);
  const names = (changes: Change[]) => changes.map(({ action, resource, title }) => `${action} ${resource}: ${title}`);
  expect(names(made)).toEqual(names(wanted));

  const nothingLeft = await run(['plan', ...here]);
  expect(nothingLeft.json.steps.flatMap(({ changes }: { changes: Change[] }) => changes)).toEqual([]);
});

test('without the answer that everything depends on, the plan says which one it is', async () => {
  const state = await stateDirectory({});
  const refused = await run(['plan', '--sandbox', '--state', state, '--json']);
  expect(refused).toMatchObject({ code: 2, json: { error: { code: 'input-missing' } } });
  expect(refused.json.error.message).toContain('--setup-type');
});
