import path from 'node:path';
import { expect, test } from 'vitest';
import { leaveSetup, switchToLegacy } from '../../src/flex/console.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { run } from '../support/cli.js';
import { logins } from '../support/logins.js';
import { administer, runIn } from './finished.js';
import { clickInConsole, doByHand, goOnByHand, servedSandbox, stateDirectory } from './sandbox.js';

const slow = 120_000;
const begin = (overlap: string) => ['migrate', '--setup-type', 'modify', '--overlap', overlap, '--login', 'skip'];
const nobody = /nobody can log in/i;

test.each([
  ['no', 'nobody'],
  ['yes', 'everybody'],
])(
  'a modified setup that was left (overlap: %s): %s can log in, and the advice leads out',
  {
    timeout: slow,
  },
  async overlap => {
    const sandbox = await servedSandbox();
    await goOnByHand(sandbox, await sandbox.run(begin(overlap)), 'finish');
    await clickInConsole(sandbox, leaveSetup());
    const isOut = (await logins(sandbox.state)).flex !== 'in';
    expect(isOut).toBe(overlap === 'no');

    const claimed = await sandbox.run(['resume', '--done', 'finish']);
    expect(claimed).toMatchObject({ code: 5, json: { error: { code: 'not-active' } } });
    expect(nobody.test(claimed.json.error.message)).toBe(isOut);
    expect(claimed.json.error.hint).toMatch(/does not show “Finish”.*Then run `flex-sso revert`/);
    const reverted = await goOnByHand(sandbox, await sandbox.run(['revert']));
    expect(reverted).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(await logins(sandbox.state)).toMatchObject({ legacy: 'in', flex: 'in' });
  },
);

test('a modified connection that was switched off in Console: nobody can log in, and the advice leads out', {
  timeout: slow,
}, async () => {
  const sandbox = await servedSandbox();
  await goOnByHand(sandbox, await sandbox.run(begin('no')));
  await clickInConsole(sandbox, switchToLegacy('modify'));
  expect((await logins(sandbox.state)).flex).not.toBe('in');

  const resumed = await sandbox.run(['resume']);
  expect(resumed).toMatchObject({ code: 5, json: { error: { code: 'verification-failed' } } });
  expect(resumed.json.error.message).toMatch(nobody);
  expect(resumed.json.error.hint).toContain('Run `flex-sso revert`: it puts the legacy values back');
  expect(resumed.json.error.hint).not.toMatch(/Finish the setup|OAuth 2.0 connection again/);
  const { code, json } = await sandbox.run(['validate']);
  expect(code).toBe(5);
  expect(json.findings).toMatchObject([
    {
      code: 'legacy-values-missing',
      message: expect.stringMatching(nobody),
      fix: expect.stringContaining('flex-sso revert'),
    },
  ]);
  const text = await run(['validate', '--yes', ...sandbox.place], sandbox.environment);
  expect(text.stdout).toMatch(nobody);
  expect(text.stdout).toMatch(/What to do: Run\s+`flex-sso revert/);
  expect(await goOnByHand(sandbox, await sandbox.run(['revert']))).toMatchObject({ code: 0 });
  expect(await logins(sandbox.state)).toMatchObject({ legacy: 'in', flex: 'in' });
});

test('a modified connection that was switched off while the legacy values are there: nobody is said to be out', {
  timeout: slow,
}, async () => {
  const state = await stateDirectory({});
  expect(await runIn(state, 'migrate --setup-type modify')).toMatchObject({ code: 0 });
  await administer(state, ({ application, account: { legacy } }) => {
    application.identifierUris.push(legacy.entityId);
    application.web.redirectUris.push(legacy.acsUrl);
  });
  const { endpoints, close } = await startSandbox({ dir: path.join(state, 'sandbox') });
  await clickInConsole({ endpoints }, switchToLegacy('modify'));
  await close();
  expect((await logins(state)).flex).toBe('in');
  const { code, json } = await runIn(state, 'validate');
  expect(code).toBe(5);
  expect(json.findings).toMatchObject([
    { code: 'connection-switched-back', message: expect.not.stringMatching(nobody) },
  ]);
  expect(await runIn(state, 'revert')).toMatchObject({ code: 0, json: { status: 'reverted' } });
  expect((await logins(state)).flex).toBe('in');
});

test('a new setup that was left is gone through again in Console, as the advice says', { timeout: slow }, async () => {
  const sandbox = await servedSandbox();
  const asked = [await sandbox.run(['migrate', '--setup-type', 'new', '--login', 'skip'])];
  for (let at = asked[0]; at?.code === 10 && at.json.waitingFor.step !== 'finish'; at = asked.at(-1)) {
    await doByHand(sandbox, at);
    asked.push(await sandbox.run(['resume', '--done', at.json.waitingFor.step]));
  }
  await clickInConsole(sandbox, leaveSetup());
  const claimed = await sandbox.run(['resume', '--done', 'finish']);
  expect(claimed).toMatchObject({ code: 5, json: { error: { code: 'not-active' } } });
  expect(claimed.json.error.message).not.toMatch(nobody);
  expect(claimed.json.error.hint).toMatch(/“Start setup”.*go through it again/);
  for (const { json } of asked) await clickInConsole(sandbox, json.waitingFor.instruction);
  expect(await sandbox.run(['resume'])).toMatchObject({ code: 0, json: { status: 'finished' } });
});
