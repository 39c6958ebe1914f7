import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { beginMigration } from '../../src/migration/state.js';
import { run } from '../support/cli.js';
import { filesOf, servedSandbox, stateDirectory } from './sandbox.js';

const accounts = [`AC${'a'.repeat(32)}`, `AC${'b'.repeat(32)}`] as const;

async function twoMigrations(): Promise<string> {
  const state = await stateDirectory();
  await mkdir(path.join(state, 'migrations'));
  for (const account of accounts)
    await writeFile(path.join(state, 'migrations', `${account}.json`), JSON.stringify(beginMigration(account)));
  return state;
}

test.each(['revert', 'resume', 'validate'])('%s names the accounts that it can be run for', async command => {
  const state = await twoMigrations();
  const before = await filesOf(state);
  const { code, json } = await run([command, '--state', state, '--json', '--no-input', '--yes']);
  expect(code).toBe(2);
  expect(json.error).toMatchObject({ code: 'account-ambiguous' });
  for (const account of accounts) expect(json.error.message).toContain(account);
  expect(json.error.hint).toContain(`flex-sso ${command} --account ${accounts[0]}`);
  expect(await filesOf(state)).toEqual(before);
});

test('a plan that fails at the sign-in advises to plan again, as nothing is recorded that could be resumed', async () => {
  const sandbox = await servedSandbox();
  const { code, json } = await sandbox.run(['plan', '--setup-type', 'new'], { AZURE_CLIENT_SECRET: 'nope' });
  expect(code).toBe(3);
  expect(json.error.hint).toContain('flex-sso plan');
  expect(json.error.hint).not.toContain('flex-sso resume');
});
