import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { breaks } from '../../src/sandbox/breaks.js';
import { differencesBetween } from '../../src/sandbox/differences.js';
import type { World } from '../../src/sandbox/host.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { run } from '../support/cli.js';
import { type Finished, finishMigration } from '../validate/run.js';
import { temporaryFolder } from './support.js';

let finished: Finished;
beforeAll(async () => {
  finished = await finishMigration('self-hosted');
}, 120_000);
afterAll(() => finished.remove());

/** A copy of a finished migration, for one test. */
async function copied(): Promise<string> {
  const dir = await temporaryFolder();
  await cp(finished.dir, dir, { recursive: true });
  return dir;
}

/** Serves the sandbox of a folder with these breaks for a moment; answers what it holds then. */
async function served(dir: string, names: readonly string[]) {
  const { world, brokenBefore, close } = await startSandbox({ dir: path.join(dir, 'sandbox'), breaks: names });
  const { broken: _, ...account } = world.account;
  const { directory } = world;
  const appConfig = await readFile(path.join(dir, 'sandbox', 'appconfig.js'), 'utf8');
  await close();
  return { brokenBefore, held: structuredClone({ directory, account, appConfig }) };
}

test('every break that stays in the world is named later, and undone to what was there before', {
  timeout: 120_000,
}, async () => {
  const dir = await copied();
  const { held: whole } = await served(dir, []);
  const stayed: string[] = [];
  for (const name of Object.keys(breaks)) {
    const stays = differencesBetween(whole, (await served(dir, [name])).held).length > 0;
    if (stays) stayed.push(name);
    const named = stays ? [name] : [];
    expect({ name, before: (await served(dir, [])).brokenBefore }).toEqual({ name, before: named });
    const undone = await served(dir, ['none']);
    expect({ name, before: undone.brokenBefore }).toEqual({ name, before: named });
    expect({ name, left: differencesBetween(whole, undone.held) }).toEqual({ name, left: [] });
    expect((await served(dir, [])).brokenBefore).toEqual([]);
  }
  expect(stayed.length).toBeGreaterThan(40);
});

test('several are undone in turn, and what somebody changed since is left to them', async () => {
  const dir = await copied();
  const { held: whole } = await served(dir, []);
  await served(dir, ['entity-id-missing']);
  await served(dir, ['entity-id-case', 'role-unknown']);
  await served(dir, ['application-deleted', 'oauth-missing']);
  expect(differencesBetween(whole, (await served(dir, ['none'])).held)).toEqual([]);

  await served(dir, ['issuer-wrong', 'login-popup']);
  const file = path.join(dir, 'sandbox', 'world.json');
  const world: World = JSON.parse(await readFile(file, 'utf8'));
  const data = world.account.connections.at(-1)?.identityProviderData;
  if (data) data.issuer = 'https://entered.example/';
  await writeFile(file, JSON.stringify(world));
  expect((await served(dir, [])).brokenBefore).toEqual(['login-popup']);
  expect(differencesBetween(whole, (await served(dir, ['none'])).held)).toMatchObject([
    { at: expect.arrayContaining(['identityProviderData', 'issuer']), after: 'https://entered.example/' },
  ]);
});

describe('a run says what earlier ones left', { timeout: 60_000 }, () => {
  const validate = (dir: string, ...more: string[]) =>
    run(['validate', '--sandbox', '--json', '--no-input', '--state', dir, ...more]);

  test('what is still broken, how to undo it, and that it is undone', async () => {
    const dir = await copied();
    const first = await validate(dir, '--sandbox-break', 'entity-id-missing');
    expect(first.code).toBe(5);
    expect(first.json.notes).not.toContainEqual(expect.stringContaining('Earlier runs'));
    const second = await validate(dir);
    expect(second.code).toBe(5);
    const note = expect.stringMatching(
      /^Earlier runs broke.*: entity-id-missing\. `--sandbox-break none` undoes it\.$/,
    );
    expect(second.json.notes).toContainEqual(note);
    const shown = await run(['plan', '--sandbox', '--no-input', '--state', dir]);
    expect(shown.stderr).toContain('entity-id-missing');
    const third = await validate(dir, '--sandbox-break', 'none');
    expect(third.code).toBe(0);
    expect(third.json.notes).toContainEqual(expect.stringContaining('is undone: entity-id-missing.'));
    expect((await validate(dir)).json.notes).not.toContainEqual(expect.stringContaining('entity-id-missing'));
  });

  test('the faults that a world was made with', async () => {
    const dir = await temporaryFolder();
    const plan = ['plan', '--sandbox', '--setup-type', 'new', '--json', '--no-input', '--state', dir];
    const first = await run([...plan, '--sandbox-fault', 'legacy-two', 'throttled']);
    expect(first.json.steps[0].notes).not.toContainEqual(expect.stringContaining('made with faults'));
    const { notes } = (await run(plan)).json.steps[0];
    expect(notes).toContainEqual(expect.stringMatching(/made with faults that it keeps: legacy-two\. .*--reset/));
  });
});
