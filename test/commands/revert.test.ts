import path from 'node:path';
import { expect, test } from 'vitest';
import { hasContract, violations } from '../sandbox/entra/contract.js';
import { readTrace, run } from '../support/cli.js';
import { entraOf } from './census.js';
import { doByHand, goOnByHand, logIn, servedSandbox, shownWorld, stateDirectory } from './sandbox.js';

test.each(['new', 'modify'])('a migration (%s) is reverted, and goes forward again', async setupType => {
  const state = await stateDirectory({});
  const here = ['--sandbox', '--yes', '--json', '--state', state, '--trace', path.join(state, 'trace.jsonl')];
  const before = await shownWorld(state);
  expect(await run(['migrate', '--setup-type', setupType, ...here])).toMatchObject({ code: 0 });
  const migrated = await shownWorld(state);
  expect(await logIn(state)).toMatch(/Logged in through the OAuth 2\.0 connection/);

  const reverted = await run(['revert', ...here]);
  expect(reverted).toMatchObject({ code: 0, stderr: '' });
  expect(reverted.json).toMatchObject({ command: 'revert', status: 'reverted', verified: false, direction: 'back' });
  expect(reverted.json.revertedAt).toEqual(expect.any(String));
  const passed = (name: string) => ({ name, result: 'passed', strength: 'observed' });
  expect(reverted.json.checks['start-setup']).toMatchObject([
    passed('legacy-login'),
    { name: 'login', result: 'unknown' },
    ...(setupType === 'modify' ? [passed('legacy-identifier'), passed('legacy-reply-url')] : []),
  ]);
  const afterRevert = await shownWorld(state);
  expect(afterRevert.connections).toMatchObject([{ active: false }]);
  expect(afterRevert.legacyConnection).toEqual(before.legacyConnection);
  // What was modified is as it was, field by field; a new application stays, to switch forward again.
  expect(entraOf(afterRevert)).toEqual(entraOf(setupType === 'modify' ? before : migrated));
  expect(await logIn(state)).toMatch(/Logged in through the legacy connection/);

  const again = await run(['revert', ...here]);
  expect(again).toMatchObject({ code: 0, json: { status: 'reverted', changed: 0 } });
  const resumed = await run(['resume', ...here]);
  expect(resumed).toMatchObject({ code: 1, json: { error: { code: 'nothing-to-resume' } } });
  expect(resumed.json.error.hint).toContain('flex-sso migrate');

  const forward = await run(['migrate', ...here]);
  expect(forward).toMatchObject({ code: 0, json: { status: 'finished', verified: true, setupType } });
  const afterForward = await shownWorld(state);
  expect(entraOf(afterForward)).toEqual(entraOf(migrated));
  expect(afterForward.connections).toMatchObject([{ name: migrated.connections[0].name, active: true }]);
  expect(afterForward.workers).toHaveLength(before.workers.length);
  expect(await logIn(state)).toMatch(/Logged in through the OAuth 2\.0 connection/);
  if (hasContract) expect(await violations(await readTrace(path.join(state, 'trace.jsonl')))).toEqual([]);
});

test('a migration that is half done is reverted: what was modified is as it was, and can be modified again', async () => {
  const sandbox = await servedSandbox();
  const before = await shownWorld(sandbox.state);
  const begun = await sandbox.run(['migrate', '--setup-type', 'modify']);
  await doByHand(sandbox, begun);
  const half = await sandbox.run(['resume', '--done', 'start-setup']);
  expect(half).toMatchObject({ code: 10, json: { waitingFor: { step: 'update-identity-provider' } } });
  const modified = entraOf(await shownWorld(sandbox.state));
  expect(modified).not.toEqual(entraOf(before));

  // Flex was never switched over, so nobody has to click anything.
  expect(await sandbox.run(['revert'])).toMatchObject({ code: 0, json: { status: 'reverted' } });
  expect(entraOf(await shownWorld(sandbox.state))).toEqual(entraOf(before));

  const again = await sandbox.run(['migrate']);
  expect(again).toMatchObject({ code: 10, json: { waitingFor: { step: 'update-identity-provider' } } });
  expect(entraOf(await shownWorld(sandbox.state))).toEqual(modified);
});

test('with nobody there, a revert stops at the switch in Console', async () => {
  const sandbox = await servedSandbox();
  const before = await shownWorld(sandbox.state);
  const begun = await sandbox.run(['migrate', '--setup-type', 'modify']);
  expect(await goOnByHand(sandbox, begun)).toMatchObject({ code: 0, json: { status: 'finished' } });

  const paused = await sandbox.run(['revert']);
  expect(paused).toMatchObject({ code: 10, json: { command: 'revert', waitingFor: { step: 'start-setup' } } });
  expect(JSON.stringify(paused.json.waitingFor.instruction)).toContain('switch back to legacy connection');
  const lie = await sandbox.run(['resume', '--done', 'start-setup']);
  expect(lie).toMatchObject({ code: 5, json: { error: { code: 'still-enhanced' } } });
  await doByHand(sandbox, paused);
  const reverted = await sandbox.run(['resume', '--done', 'start-setup']);
  expect(reverted).toMatchObject({ code: 0, json: { command: 'resume', status: 'reverted' } });
  const after = await shownWorld(sandbox.state);
  expect(after.connections).toMatchObject([{ active: false }]);
  expect(entraOf(after)).toEqual(entraOf(before));
});
