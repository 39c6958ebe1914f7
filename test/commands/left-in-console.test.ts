import { expect, test } from 'vitest';
import { leaveSetup, switchToLegacy } from '../../src/flex/console.js';
import { logins } from '../support/logins.js';
import { clickInConsole, doByHand, goOnByHand, servedSandbox } from './sandbox.js';

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
  const found = json.findings.find((one: { code: string }) => one.code === 'connection-inactive');
  expect(found).toMatchObject({
    message: expect.stringMatching(nobody),
    fix: expect.stringContaining('flex-sso revert'),
  });
  expect(await goOnByHand(sandbox, await sandbox.run(['revert']))).toMatchObject({ code: 0 });
  expect(await logins(sandbox.state)).toMatchObject({ legacy: 'in', flex: 'in' });
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
