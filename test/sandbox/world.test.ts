import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHttp } from '../../src/http.js';
import type { AppRoleAssignment } from '../../src/sandbox/entra/directory.js';
import type { World } from '../../src/sandbox/host.js';
import { canonicalWorld, holdWorld, openWorld } from '../../src/sandbox/world.js';
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
  expect((await openWorld(first.dir)).world.account.consolePage).toBe('validate');
  await first.close();
  const second = await testSandbox({ dir: first.dir });
  expect(second.endpoints.graph).not.toBe(first.endpoints.graph);
  const browser = await openPage({ ...second, http: createHttp({ endpoints: second.endpoints }) }, ssoPage);
  await browser.click('Finish');
  expect(second.world.account.connections).toMatchObject([{ active: true }]);
  expect(canonicalWorld(second.world)).toMatchObject({ consolePage: 'saved' });
});

describe('what changes', () => {
  const assignment = (world: World, id: string): AppRoleAssignment => {
    const [first] = world.directory.appRoleAssignments;
    if (!first) throw new Error('nobody is assigned');
    return { ...first, id };
  };
  const journalOf = async (dir: string) => {
    const name = (await readdir(dir)).find(one => one.endsWith('.journal'));
    return name && path.join(dir, name);
  };

  test('goes to a journal, which is read with the world and put into it at the end', async () => {
    const dir = await temporaryFolder();
    const held = await holdWorld(dir, { users: 3 });
    const whole = await stat(path.join(dir, 'world.json'));
    held.save();
    expect(await journalOf(dir)).toBeUndefined();
    const { directory, account } = held.world;
    directory.appRoleAssignments.push(assignment(held.world, 'new'));
    held.save();
    directory.appRoleAssignments = directory.appRoleAssignments.slice(1);
    Object.assign(directory.users[0] ?? {}, { mail: null });
    Object.assign(account.workers[0] ?? {}, { attributes: { email: 'changed@harborline.example' } });
    directory.claimsPolicies = {};
    held.save();
    expect((await stat(path.join(dir, 'world.json'))).mtimeMs).toBe(whole.mtimeMs);
    expect((await openWorld(dir)).world).toEqual(held.world);
    await held.close();
    expect(await journalOf(dir)).toBeUndefined();
    expect((await openWorld(dir)).world).toEqual(held.world);
  });

  test('is kept by a process that is killed while it writes, but for what was not whole', async () => {
    const dir = await temporaryFolder();
    const held = await holdWorld(dir, { users: 3 });
    held.world.directory.appRoleAssignments.push(assignment(held.world, 'whole'));
    held.save();
    const before = structuredClone(held.world);
    held.world.directory.appRoleAssignments.push(assignment(held.world, 'half'));
    held.save();
    const journal = (await journalOf(dir)) ?? '';
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, text.slice(0, -9));
    // The next process takes over from one that is gone.
    await writeFile(path.join(dir, 'world.owner'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
    const next = await holdWorld(dir);
    expect(next.world).toEqual(before);
    next.world.directory.appRoleAssignments.push(assignment(next.world, 'after'));
    next.save();
    expect((await openWorld(dir)).world).toEqual(next.world);
    await next.close();
  });

  test('is little for a batch, however many people there are', async () => {
    const dir = await temporaryFolder();
    const held = await holdWorld(dir, { users: 2000 });
    for (let count = 0; count < 20; count++)
      held.world.directory.appRoleAssignments.push(assignment(held.world, String(count)));
    held.save();
    expect((await stat((await journalOf(dir)) ?? '')).size).toBeLessThan(10_000);
    await held.close();
  });

  test('is put into the world when the journal has grown long', async () => {
    const dir = await temporaryFolder();
    const held = await holdWorld(dir, { users: 3 });
    for (let count = 0; count < 6; count++) {
      held.world.directory.displayName = String(count).repeat(300_000);
      held.save();
    }
    expect((await stat((await journalOf(dir)) ?? '')).size).toBeLessThan(1_000_000);
    expect((await openWorld(dir)).world).toEqual(held.world);
    await held.close();
  });
});

test('one process at a time writes a world; others may look at it', async () => {
  const dir = await temporaryFolder();
  const held = await holdWorld(dir, { users: 3 });
  const refused = { code: 'sandbox-in-use', message: expect.stringContaining(String(process.pid)) };
  await expect(holdWorld(dir)).rejects.toMatchObject(refused);
  await expect(openWorld(dir, { reset: true })).rejects.toMatchObject(refused);
  expect((await openWorld(dir)).world).toEqual(held.world);
  await held.close();
  await held.close();
  const next = await holdWorld(dir);
  await held.close();
  await expect(holdWorld(dir)).rejects.toMatchObject(refused);
  await next.close();
});

test('the history of a world is made with it, and said where it comes too late', async () => {
  const dir = await temporaryFolder();
  const held = await holdWorld(dir, { users: 3, faults: ['legacy-two', 'throttled'] });
  await held.close();
  const again = await holdWorld(dir, { faults: ['legacy-two', 'quota'] });
  await again.close();
  await expect(holdWorld(dir, { faults: ['legacy-none'] })).rejects.toMatchObject({
    code: 'sandbox-history',
    ending: 'usage',
    message: expect.stringContaining('legacy-none'),
  });
  const reset = await holdWorld(dir, { faults: ['legacy-none'], users: 3, reset: true });
  expect(reset.world.directory.applications.map(({ displayName }) => displayName)).toEqual(['flex-sso']);
  expect(reset.world.account.workers.length).toBeGreaterThan(0);
  await reset.close();
});
