import { expect, test } from 'vitest';
import { logins } from '../support/logins.js';
import { finishedMigrations, runIn } from './finished.js';
import { clickInConsole, doByHand, filesOf, goOnByHand, readWorld, servedSandbox, stateDirectory } from './sandbox.js';

const slow = 120_000;
const finished = finishedMigrations({ new: ['--setup-type', 'new'], modify: ['--setup-type', 'modify'] });

const setupTypes = (state: string) =>
  readWorld(state).account.connections.map(({ setupType, active }) => ({ setupType, active }));

test('the advice for people who would become new Workers leads to a login', { timeout: slow }, async () => {
  const state = await stateDirectory({});
  const refused = await runIn(state, 'migrate --setup-type new --name-id mail');
  expect(refused).toMatchObject({ code: 2, json: { error: { code: 'new-workers-not-accepted' } } });
  const advised = [...refused.json.error.hint.matchAll(/`flex-sso ([^`]+)`/g)].map(([, words]) => words);
  expect(advised).toEqual(['revert', 'migrate --setup-type modify']);
  expect(await runIn(state, 'revert')).toMatchObject({ code: 0, json: { status: 'reverted' } });
  expect(await runIn(state, 'migrate --setup-type modify')).toMatchObject({ code: 0, json: { status: 'finished' } });
  expect(setupTypes(state)).toEqual([{ setupType: 'modify', active: true }]);
  expect(await logins(state)).toMatchObject({ enhanced: 'in', flex: 'in' });
  expect(await runIn(state, 'revert')).toMatchObject({ code: 0, json: { status: 'reverted' } });
  expect(await logins(state)).toMatchObject({ legacy: 'in', flex: 'in' });
});

test('who has begun the other setup in Console is asked to leave it', { timeout: slow }, async () => {
  const sandbox = await servedSandbox();
  const begun = await sandbox.run(['migrate', '--setup-type', 'new']);
  await clickInConsole(sandbox, begun.json.waitingFor.instruction);
  const asked = await sandbox.run(['migrate', '--setup-type', 'modify']);
  expect(asked).toMatchObject({ code: 10, json: { waitingFor: { step: 'start-setup' } } });
  expect(asked.json.waitingFor.instruction.tasks).toContainEqual({ do: 'click', label: 'Cancel setup' });
  expect(await goOnByHand(sandbox, asked)).toMatchObject({ code: 0, json: { status: 'finished' } });
  expect(setupTypes(sandbox.state)).toEqual([{ setupType: 'modify', active: true }]);
});

test('after a modified connection was reverted, a new one can be set up, and reverted', { timeout: slow }, async () => {
  const state = await finished('modify');
  expect(await runIn(state, 'revert')).toMatchObject({ code: 0 });
  for (const words of ['migrate --setup-type new', 'revert', 'migrate']) {
    const ended = await runIn(state, words);
    expect(ended, words).toMatchObject({ code: 0 });
    expect(await logins(state), words).toMatchObject({ legacy: 'in', enhanced: 'in', flex: 'in' });
  }
  expect(setupTypes(state)).toEqual([{ setupType: 'new', active: true }]);
});

test('a Finish that was only said to be done is asked for again', { timeout: slow }, async () => {
  const sandbox = await servedSandbox();
  const modified = await sandbox.run(['migrate', '--setup-type', 'modify']);
  await goOnByHand(sandbox, await goOnByHand(sandbox, modified, 'finish'));
  await goOnByHand(sandbox, await sandbox.run(['revert']));
  await goOnByHand(sandbox, await sandbox.run(['migrate', '--setup-type', 'new']), 'finish');
  const claimed = await sandbox.run(['resume', '--done', 'finish']);
  expect(claimed).toMatchObject({ code: 5, json: { error: { code: 'not-active' } } });
  const again = await sandbox.run(['resume']);
  expect(again.json.waitingFor.instruction.tasks).toEqual([{ do: 'click', label: 'Finish' }]);
  await doByHand(sandbox, again);
  expect(await sandbox.run(['resume'])).toMatchObject({ code: 0, json: { status: 'finished' } });
});

test('a new connection that is set up keeps its setup type, before anything is written', {
  timeout: slow,
}, async () => {
  const state = await finished('new');
  expect(await runIn(state, 'revert')).toMatchObject({ code: 0 });
  const before = await filesOf(state);
  for (const command of ['migrate', 'plan', 'revert']) {
    const refused = await runIn(state, `${command} --setup-type modify`);
    expect(refused, command).toMatchObject({ code: 2, json: { error: { code: 'answer-fixed' } } });
    expect(refused.json.error.hint, command).toContain('`flex-sso migrate` goes forward with that application');
  }
  expect(await filesOf(state)).toEqual(before);
  expect(await runIn(state, 'migrate')).toMatchObject({ code: 0, json: { status: 'finished' } });
  expect(await logins(state)).toMatchObject({ enhanced: 'in', flex: 'in' });
});

test('a way back is not gone with another setup type', { timeout: slow }, async () => {
  const state = await finished('modify');
  expect(await runIn(state, 'revert')).toMatchObject({ code: 0 });
  const before = await filesOf(state);
  expect(await runIn(state, 'revert --setup-type new')).toMatchObject({
    code: 2,
    json: { error: { code: 'answer-fixed' } },
  });
  expect(await filesOf(state)).toEqual(before);
});

test('values that were pasted for an earlier setup do not stand for the next one', { timeout: slow }, async () => {
  const sandbox = await servedSandbox();
  const begun = await sandbox.run(['migrate', '--setup-type', 'modify']);
  await doByHand(sandbox, begun);
  const [connection] = readWorld(sandbox.state).account.connections;
  const values = ['--entity-id', connection?.entityId ?? '', '--acs-url', connection?.acsUrl ?? ''];
  await goOnByHand(sandbox, await sandbox.run(['resume', '--done', 'start-setup', ...values]));
  await goOnByHand(sandbox, await sandbox.run(['revert']));
  const again = await sandbox.run(['migrate']);
  expect(again).toMatchObject({ code: 10, json: { waitingFor: { step: 'start-setup' } } });
});
