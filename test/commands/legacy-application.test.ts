import { expect, test } from 'vitest';
import { run } from '../support/cli.js';
import { readWorld, stateDirectory } from './sandbox.js';

const sandbox = (state: string) => ['--sandbox', '--state', state];
const find = (state: string, name: string) => {
  const { applications, deletedApplications } = readWorld(state).directory;
  return [...applications, ...deletedApplications].find(({ displayName }) => displayName === name)?.appId ?? '';
};

test.each(['new', 'modify'])(
  'a deleted legacy application beside one with another form is a choice, never a guess (%s)',
  async setupType => {
    const state = await stateDirectory({ faults: ['legacy-deleted', 'legacy-two'] });
    const [pilot, deleted] = [find(state, 'Twilio Flex (pilot)'), find(state, 'Twilio Flex')];
    const before = readWorld(state).directory;
    const stopped = await run(['migrate', ...sandbox(state), '--setup-type', setupType, '--yes', '--json']);
    expect(stopped).toMatchObject({ code: 2, json: { error: { code: 'input-missing' } } });
    const { message, hint } = stopped.json.error;
    expect(message).toMatch(/identifier that Flex sends.*“Twilio Flex”, which was deleted.*restore it first/);
    expect(hint).toMatch(
      new RegExp(`--legacy-application ${pilot} \\(“Twilio Flex \\(pilot\\)”: identifier https://prev`),
    );
    expect(hint).toMatch(
      new RegExp(`--legacy-application ${deleted} \\(“Twilio Flex”, which is deleted.*DELETED since 20`),
    );
    expect(hint.includes('--legacy-application none')).toBe(setupType === 'new');
    const after = readWorld(state).directory;
    expect([after.applications, after.deletedApplications]).toEqual([before.applications, before.deletedApplications]);

    const named = ['resume', ...sandbox(state), '--yes', '--json', '--legacy-application', deleted];
    expect(await run(named)).toMatchObject({
      code: 2,
      json: { error: { code: 'legacy-application-deleted', hint: expect.stringContaining('Restore it') } },
    });
  },
);

test('the plan says what it depends on, why, and every value with its facts', async () => {
  const state = await stateDirectory({ faults: ['legacy-deleted'] });
  const planned = ['plan', ...sandbox(state), '--setup-type', 'new', '--no-input'];
  const { stdout } = await run(planned);
  const text = stdout.replace(/\s+/g, ' ');
  expect(text).toContain('This and what follows depends on --legacy-application. No application of this Entra tenant');
  expect(text).toMatch(/--legacy-application [0-9a-f-]{36} “Twilio Flex”, which is deleted .* created 2021-03-02/);
  expect(text).toContain('--legacy-application none None of them: nobody is carried over');
  const { json } = await run([...planned, '--json']);
  expect(json.steps.at(-1)).toMatchObject({
    unanswered: 'legacyApplication',
    flag: '--legacy-application',
    why: expect.stringContaining('deleted'),
    choices: [{ value: find(state, 'Twilio Flex'), facts: expect.any(Array) }, { value: 'none' }],
  });
});

test('without any, the way on without one is named', async () => {
  const state = await stateDirectory({ faults: ['legacy-none'] });
  const stopped = await run(['migrate', ...sandbox(state), '--setup-type', 'new', '--yes', '--json']);
  expect(stopped).toMatchObject({ code: 2 });
  expect(stopped.json.error.hint).toContain('--legacy-application none (None: nobody is carried over');
  expect(stopped.json.error.hint).toContain('--legacy-application <appId> (Another application');
});

test('plan and result name the application that is modified, or carried over from', async () => {
  const state = await stateDirectory({});
  const appId = find(state, 'Twilio Flex');
  const { stdout } = await run(['plan', ...sandbox(state), '--setup-type', 'new', '--no-input']);
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    `carried over from the application “Twilio Flex” (application id ${appId}): it has the identifier that Flex sends`,
  );
  const { json } = await run(['plan', ...sandbox(state), '--setup-type', 'modify', '--no-input', '--json']);
  expect(json.legacyApplication).toMatchObject({ appId, displayName: 'Twilio Flex' });
  const modified = await run(['migrate', ...sandbox(state), '--setup-type', 'modify', '--yes', '--json']);
  expect(modified).toMatchObject({ code: 0, json: { legacyApplication: { appId } } });
  expect(modified.json.notes).toContainEqual(
    expect.stringContaining(`What is modified is the application “Twilio Flex”`),
  );
});

test('a half-made application that is completed is named, with why and what stays in it; no note is made twice', async () => {
  const state = await stateDirectory({ faults: ['half-made-application'] });
  const ended = await run(['migrate', ...sandbox(state), '--setup-type', 'new', '--yes', '--json']);
  expect(ended.code).toBe(0);
  const { notes, application } = ended.json;
  expect(notes).toContainEqual(
    expect.stringMatching(
      new RegExp(
        `“flex-sso [0-9a-f-]{36}” \\(application id ${application.appId}\\) is there already.*it has the Entity ID.*` +
          'What else is in it stays: reply URL https://login\\.example/callback\\.',
      ),
    ),
  );
  expect(notes.filter((note: string) => note.startsWith('Conditional Access names'))).toHaveLength(1);
  expect(new Set(notes).size).toBe(notes.length);
});

test('an Entity ID that is taken leads a modification to another application, not to another name', async () => {
  const state = await stateDirectory({ faults: ['identifier-taken'] });
  const stopped = await run(['migrate', ...sandbox(state), '--setup-type', 'modify', '--yes', '--json']);
  expect(stopped.json.error).toMatchObject({ code: 'entity-id-taken' });
  expect(stopped.json.error.hint).toContain(`--legacy-application ${find(state, 'Flex login trial')}`);
  expect(stopped.json.error.hint).not.toContain('--application-name');
});
