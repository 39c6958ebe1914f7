import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createHttp } from '../../src/http.js';
import { canonicalWorld, openWorld } from '../../src/sandbox/world.js';
import { openPage, setUpConnection, ssoPage, temporaryFolder, testSandbox } from './support.js';

test('a world is made once, and then kept', async () => {
  const dir = path.join(await temporaryFolder(), 'deeper', 'still');
  const { world } = await openWorld(dir, { users: 12, hosting: 'self-hosted' });
  expect(world.directory.users).toHaveLength(12);
  expect((await openWorld(dir, { users: 99 })).world).toEqual(world);
  const { world: next } = await openWorld(dir, { users: 13, reset: true });
  expect(next.directory.users).toHaveLength(13);
  expect(next.account.accountSid).toBe(world.account.accountSid);
});

test('two fresh worlds hold the same, but for keys and secrets', async () => {
  const [one, two] = [await openWorld(await temporaryFolder()), await openWorld(await temporaryFolder())];
  expect(one.world.account.workers).toEqual(two.world.account.workers);
  expect(one.world.account.authToken).not.toBe(two.world.account.authToken);
});

test('what is shown of a world holds no key, secret, token or code, and does not depend on order', async () => {
  const { world, dir } = await testSandbox();
  const shown = JSON.stringify(canonicalWorld(world));
  expect(shown).not.toContain('PRIVATE KEY');
  const { authToken, apiSecret } = world.account;
  for (const secret of [authToken, apiSecret, world.directory.registration.clientSecret])
    expect(shown).not.toContain(secret);
  expect(shown).toContain(world.account.legacy.entityId);
  const { world: again } = await openWorld(dir);
  again.account.workers.reverse();
  again.directory.appRoleAssignments.reverse();
  expect(JSON.stringify(canonicalWorld(again))).toBe(shown);
});

test('a damaged world and one of a newer version are refused, not overwritten', async () => {
  const dir = await temporaryFolder();
  const file = path.join(dir, 'world.json');
  for (const [text, code] of [
    ['{"version":1,', 'sandbox-unreadable'],
    ['null', 'sandbox-unreadable'],
    ['{"version":1,"directory":{}}', 'sandbox-unreadable'],
    ['{"version":2}', 'sandbox-newer'],
  ] as const) {
    await writeFile(file, text);
    await expect(openWorld(dir)).rejects.toMatchObject({ code, hint: expect.stringContaining('--reset') });
    expect(await readFile(file, 'utf8')).toBe(text);
  }
});

test('what is done in Console is on disk before the answer, and survives a restart on another port', async () => {
  const first = await testSandbox();
  await setUpConnection(first, 'modify');
  const kept = JSON.parse(await readFile(path.join(first.dir, 'world.json'), 'utf8'));
  expect(kept.account.consolePage).toBe('validate');
  await first.close();
  const second = await testSandbox({ dir: first.dir });
  expect(second.endpoints.graph).not.toBe(first.endpoints.graph);
  const browser = await openPage({ ...second, http: createHttp({ endpoints: second.endpoints }) }, ssoPage);
  await browser.click('Finish');
  expect(second.world.account.connections).toMatchObject([{ active: true }]);
  expect(canonicalWorld(second.world)).toMatchObject({ consolePage: 'saved' });
});
