import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as console from '../../src/flex/console.js';
import type { Instruction } from '../../src/migration/state.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';

let sandbox: Sandbox;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'flex-sso-console-'));
  sandbox = await startSandbox({ dir, users: 3 });
});
afterEach(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

/** Does what an instruction says, on the pages of the sandbox's Console. */
async function perform(instruction: Instruction): Promise<void> {
  const change = { action: 'manual', resource: 'flexConsole', key: 'x', title: '', before: null, after: null } as const;
  const step = { id: 'start-setup', title: '' } as const;
  await createOperator(sandbox).perform(step, { ...change, instruction });
}

const connection = () => sandbox.world.account.connections[0];

test('a new connection: set up, finished, switched back and forward', async () => {
  const data = { ...sandbox.world.account.legacy.identityProviderData, issuer: 'https://idp.example/' };
  await perform(console.startSetup('new'));
  expect(connection()).toMatchObject({ setupType: 'new', active: false });
  const redirectUrl = 'https://flex.contoso.example';
  const trustedUrls = [redirectUrl, 'http://localhost:3000'];
  await perform(console.enterIdentityProviderData(data, { friendlyName: 'Contoso', redirectUrl, trustedUrls }));
  expect(connection()).toMatchObject({ friendlyName: 'Contoso', defaultRedirectUrl: redirectUrl, trustedUrls });
  expect(connection()?.identityProviderData).toEqual(data);
  await perform(console.addTrustedUrl(['http://localhost:4000']));
  expect(connection()?.trustedUrls).toEqual([...trustedUrls, 'http://localhost:4000']);
  await perform(console.finish());
  expect(connection()?.active).toBe(true);
  await perform(console.switchToLegacy('new'));
  expect(connection()?.active).toBe(false);
  await perform(console.switchToEnhanced());
  expect(connection()?.active).toBe(true);
});

test('a modified connection: confirmed, finished and switched back', async () => {
  await perform(console.startSetup('modify'));
  await perform(console.saveAndContinue());
  expect(connection()?.identityProviderData).toEqual(sandbox.world.account.legacy.identityProviderData);
  await perform(console.finish());
  expect(connection()).toMatchObject({ setupType: 'modify', active: true });
  await perform(console.switchToLegacy('modify'));
  expect(connection()?.active).toBe(false);
});

test('hosted Flex needs no URLs', () => {
  const data = { issuer: 'i', ssoUrl: 'https://idp.example', certificate: 'c' };
  const { tasks } = console.enterIdentityProviderData(data, { friendlyName: 'n', trustedUrls: [] });
  expect(tasks.flatMap(task => (task.do === 'enter' ? [task.label] : []))).toEqual([
    'Friendly Name',
    'X.509 Certificate',
    'Identity Provider Issuer',
    'Single Sign-On URL',
  ]);
});
