import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Migration } from '../../src/migration/state.js';
import { legacyAppId } from '../../src/sandbox/entra/legacy-application.js';
import type { World } from '../../src/sandbox/host.js';
import { holdWorld, openWorld } from '../../src/sandbox/world.js';
import { run, temporaryDirectory } from '../support/cli.js';
import { logins } from '../support/logins.js';
import { entraOf } from './census.js';
import { filesOf, logIn, shownWorld, stateDirectory } from './sandbox.js';

const slow = 600_000;
const here = (state: string) => ['--sandbox', '--yes', '--json', '--state', state];
/** Nothing shows who hosts Flex UI. */
const hosted = ['--hosting', 'hosted'];
const reverted = { code: 0, json: { status: 'reverted' } };

/** The tenant without the record of who signed in. */
async function tenantOf(state: string) {
  const { signIns: _, ...tenant } = entraOf(await shownWorld(state)) as Record<string, unknown>;
  return tenant;
}

async function fileOf(state: string): Promise<string> {
  const directory = path.join(state, 'sandbox', 'migrations');
  const name = (await readdir(directory)).find(found => /^AC\w+\.json$/.test(found));
  return path.join(directory, name ?? '');
}

async function edit(state: string, change: (migration: Migration) => Migration): Promise<void> {
  const file = await fileOf(state);
  await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))));
}

/** Somebody changes the world behind the back of everybody. */
async function meddle(state: string, change: (world: World) => void): Promise<void> {
  const { world, save, close } = await holdWorld(path.join(state, 'sandbox'));
  change(world);
  save();
  await close();
}

/** How a record is lost. */
async function moveAway(state: string): Promise<void> {
  const newest = await fileOf(state);
  await moveFrom(state, [path.basename(newest), path.basename(newest).replace('.json', '.previous.json')]);
}

/** Moves the state files of these names away, as far as there are any. */
async function moveFrom(state: string, names: readonly string[]): Promise<void> {
  const directory = path.join(state, 'sandbox', 'migrations');
  const away = path.join(state, 'moved-away');
  await mkdir(away, { recursive: true });
  const there = await readdir(directory);
  for (const name of names) if (there.includes(name)) await rename(path.join(directory, name), path.join(away, name));
}

const losses: Readonly<Record<string, (state: string) => Promise<void>>> = {
  'its files': moveAway,
  'its journal': state => edit(state, migration => ({ ...migration, journal: [] })),
  'its facts': state => edit(state, migration => ({ ...migration, facts: {} })),
};

const kinds = {
  new: ['--setup-type', 'new'],
  'modify with overlap': ['--setup-type', 'modify', '--overlap', 'yes'],
  'modify without overlap': ['--setup-type', 'modify', '--overlap', 'no'],
} as const;
type Kind = keyof typeof kinds;

/** A finished migration of each kind; every test works on a copy of one. */
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
const before = new Map<Kind, object>();
beforeAll(async () => {
  directory = await temporaryDirectory();
  for (const [kind, flags] of Object.entries(kinds)) {
    const state = path.join(directory.path, kind);
    await mkdir(path.join(state, 'sandbox'), { recursive: true });
    await openWorld(path.join(state, 'sandbox'), { users: 8 });
    before.set(kind as Kind, await tenantOf(state));
    expect(await run(['migrate', ...flags, ...here(state)])).toMatchObject({ code: 0 });
  }
}, slow);
afterAll(() => directory.remove());

async function finished(kind: Kind): Promise<string> {
  const state = await stateDirectory();
  await cp(path.join(directory.path, kind), state, { recursive: true });
  return state;
}

describe.each(Object.keys(kinds) as Kind[])('a finished migration (%s)', kind => {
  test.each(Object.keys(losses))('goes back without %s', { timeout: slow }, async loss => {
    const state = await finished(kind);
    const migrated = await tenantOf(state);
    await losses[loss]?.(state);
    const back = await run(['revert', ...hosted, ...here(state)]);
    expect(back).toMatchObject(reverted);
    expect(back.json.notes).toContainEqual(expect.stringContaining('is lost or incomplete'));
    expect(await tenantOf(state)).toEqual(kind === 'new' ? migrated : before.get(kind));
    expect(await logIn(state)).toMatch(/Logged in through the legacy connection/);
    // Once more, and with the record lost once more: there is nothing left to do.
    await losses[loss]?.(state);
    expect(await run(['revert', ...hosted, ...here(state)])).toMatchObject(reverted);
    expect(await logIn(state)).toMatch(/Logged in through the legacy connection/);
  });
});

test.each(['new', 'modify with overlap'] as const)(
  'the advice for a damaged file leads to a right end in both directions (%s)',
  { timeout: slow },
  async kind => {
    const state = await finished(kind);
    const file = await fileOf(state);
    const previous = file.replace(/json$/, 'previous.json');
    // With a whole revision before it there would be nothing to advise.
    for (const each of [file, previous]) await writeFile(each, (await readFile(each, 'utf8')).slice(0, 300));
    const damaged = await run(['revert', ...hosted, ...here(state)]);
    expect(damaged).toMatchObject({ code: 1, json: { error: { code: 'state-damaged' } } });
    expect(damaged.json.error.hint).toMatch(/away.*flex-sso revert.*flex-sso migrate.*--setup-type/);

    const named = damaged.json.error.hint.match(/AC\w+(\.previous)?\.json/g);
    expect(named).toEqual([path.basename(file), path.basename(previous)]);
    await moveFrom(state, named);
    const setupType = kinds[kind][1];
    const forward = await run(['migrate', '--setup-type', setupType, ...here(state)]);
    expect(forward).toMatchObject({ code: 0, json: { status: 'finished', verified: true } });
    expect(await logIn(state)).toMatch(/Logged in through the OAuth 2\.0 connection/);

    await moveAway(state);
    expect(await run(['revert', ...hosted, ...here(state)])).toMatchObject(reverted);
    expect(await logIn(state)).toMatch(/Logged in through the legacy connection/);

    await moveAway(state);
    expect(await run(['migrate', '--setup-type', setupType, ...here(state)])).toMatchObject({
      code: 0,
      json: { status: 'finished', verified: true },
    });
    expect(await logIn(state)).toMatch(/Logged in through the OAuth 2\.0 connection/);
  },
);

test.each([
  ['missing', (file: string) => rename(file, `${file}.elsewhere`)],
  ['damaged', (file: string) => writeFile(file, '')],
])(
  'if only the newest revision is %s, both directions go on from the one before',
  { timeout: slow },
  async (_what, lose) => {
    const state = await finished('modify with overlap');
    for (const [command, ends] of [
      ['revert', reverted],
      ['migrate', { code: 0, json: { status: 'finished', verified: true } }],
    ] as const) {
      await lose(await fileOf(state));
      const went = await run([command, ...here(state)]);
      expect(went).toMatchObject(ends);
      expect(went.json.notes).toContainEqual(expect.stringContaining('goes on from the state before it'));
      expect(went.json.notes).not.toContainEqual(expect.stringContaining('is lost or incomplete'));
    }
    expect(await logIn(state)).toMatch(/Logged in through the OAuth 2\.0 connection/);
  },
);

test('without a record other commands say what can be done, and write nothing', { timeout: slow }, async () => {
  const state = await finished('modify with overlap');
  await moveAway(state);
  const files = await filesOf(state);
  for (const command of ['resume', 'status', 'validate'])
    expect(await run([command, ...here(state)])).toMatchObject({
      code: 1,
      json: { error: { hint: expect.stringContaining('flex-sso migrate') } },
    });
  expect(await filesOf(state)).toEqual(files);
});

test('what Entra does not tell is not guessed: refused before anything is written', { timeout: slow }, async () => {
  const state = await finished('modify with overlap');
  await moveAway(state);
  await meddle(state, ({ directory }) => {
    for (const application of directory.applications)
      if (application.appId === legacyAppId) application.identifierUris = [];
  });
  const tenant = await tenantOf(state);
  const refused = await run(['revert', ...hosted, ...here(state)]);
  expect(refused).toMatchObject({ code: 1, json: { error: { code: 'record-lost' } } });
  expect(refused.json.error.hint).toContain('--legacy-application');
  expect(await tenantOf(state)).toEqual(tenant);

  const named = await run([
    'revert',
    '--setup-type',
    'modify',
    '--legacy-application',
    legacyAppId,
    ...hosted,
    ...here(state),
  ]);
  expect(named).toMatchObject(reverted);
  expect(await logIn(state)).toMatch(/Logged in through the legacy connection/);
});

test.each([
  [
    'an identifier',
    ({ directory }: World) => {
      legacyOf(directory).identifierUris = [];
    },
  ],
  [
    'sign-in, which is switched off',
    ({ directory }: World) => {
      principalOf(directory).accountEnabled = false;
    },
  ],
])('“reverted” is not said if the application lacks %s', { timeout: slow }, async (_what, change) => {
  const state = await finished('new');
  await meddle(state, change);
  const back = await run(['revert', ...hosted, ...here(state)]);
  expect(back.code).toBe(5);
  expect(back.json.error.code).toBe('legacy-login-broken');
  expect(await run(['status', ...here(state)])).toMatchObject({ json: { status: 'finished' } });
});

const legacyOf = ({ applications }: World['directory']) =>
  applications.find(({ appId }) => appId === legacyAppId) as World['directory']['applications'][number];
const principalOf = ({ servicePrincipals }: World['directory']) =>
  servicePrincipals.find(({ appId }) => appId === legacyAppId) as World['directory']['servicePrincipals'][number];

describe.each(['new', 'modify'])('a self-hosted Flex UI, and the record is lost (%s)', setupType => {
  const redirectUrl = 'https://flex.contoso.example';
  const site = ['--hosting', 'self-hosted', '--redirect-url', redirectUrl];

  async function deployed(): Promise<{ state: string; appConfig: string }> {
    const state = await stateDirectory({ hosting: 'self-hosted' });
    const appConfig = path.join(state, 'sandbox', 'appconfig.js');
    const migrate = ['migrate', '--setup-type', setupType, ...site, '--app-config', appConfig];
    expect(await run([...migrate, ...here(state)])).toMatchObject({ code: 0, json: { status: 'finished' } });
    expect(await logins(state)).toMatchObject({ flex: 'in' });
    return { state, appConfig };
  }

  test('nobody is asked, so nothing is guessed and nothing is changed', { timeout: slow }, async () => {
    const { state } = await deployed();
    await moveAway(state);
    const files = await filesOf(state);
    const refused = await run(['revert', ...here(state)]);
    expect(refused).toMatchObject({ code: 2, json: { error: { code: 'input-missing' } } });
    expect(refused.json.error.message).toMatch(/Nothing shows who hosts your Flex UI.*--hosting/);
    expect(await filesOf(state)).toEqual(files);
  });

  test.each(['with', 'without'])(
    'it is deployed first without the oauth object, %s its file',
    { timeout: slow },
    async file => {
      const { state, appConfig } = await deployed();
      await moveAway(state);
      const flags = file === 'with' ? ['--app-config', appConfig] : [];
      const back = await run(['revert', ...site, ...flags, ...here(state)]);
      expect(back).toMatchObject(reverted);
      const changes = back.json.applied.flatMap(({ changes }: { changes: { resource: string }[] }) => changes);
      const order = changes.map(({ resource }: { resource: string }) => resource);
      expect(order).toContain('deployment');
      if (setupType === 'modify') expect(order.indexOf('deployment')).toBeLessThan(order.lastIndexOf('identifierUris'));
      // Without the file it is somebody's word.
      if (file === 'without') return;
      expect(await readFile(appConfig, 'utf8')).not.toContain('oauth');
      expect(await logins(state)).toMatchObject({ legacy: 'in', flex: 'in' });
    },
  );
});
