import { expect, test } from 'vitest';
import { run } from '../support/cli.js';
import { filesOf, stateDirectory } from './sandbox.js';

test.each([
  ['--name-id', 'mail'],
  ['--default-role', 'agent'],
  ['--notification-emails', 'it@harborline.example'],
  ['--certificate-years', '1'],
  ['--application-name', 'Flex'],
])('%s asks for what a modified application does not get: refused before anything is done', async (flag, value) => {
  const state = await stateDirectory({});
  const before = await filesOf(state);
  const refused = await run([
    'migrate',
    '--sandbox',
    '--state',
    state,
    '--setup-type',
    'modify',
    flag,
    value,
    '--yes',
    '--json',
  ]);
  expect(refused).toMatchObject({ code: 2, json: { error: { code: 'flag-needs-new' } } });
  expect(refused.json.error.message).toContain(`${flag} is for a new application`);
  expect(await filesOf(state)).toEqual(before);
});

test('what is so anyway is no contradiction, and what is only recommended afterwards is said', async () => {
  const state = await stateDirectory({});
  const plan = ['plan', '--sandbox', '--state', state, '--no-input', '--json'];
  expect(await run([...plan, '--setup-type', 'modify', '--name-id', 'keep', '--default-role', 'keep'])).toMatchObject({
    code: 0,
  });
  const recommended = ['--idp-in-real-time', 'yes', '--tolerate-denied-logins', 'yes'];
  const { json } = await run([...plan, ...recommended, '--name-id', 'mail']);
  const [said] = json.steps.flatMap(({ notes }: { notes: string[] }) => notes);
  expect(said).toBe('--name-id (mail) is for a new application and is not heeded: the existing one keeps its NameID.');
});
