import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommandOptions } from '../../src/commands/options.js';
import type { Migration } from '../../src/migration/state.js';
import { openWorld } from '../../src/sandbox/world.js';
import { createFileStore } from '../../src/stores/file-store.js';
import { temporaryDirectory } from '../support/cli.js';
import { restore, type Snapshot, snapshot } from './snapshot.js';

/** How a migration is begun: by its setup type, and where Flex UI runs. */
export interface Setup {
  readonly setupType: 'new' | 'modify';
  readonly overlap?: 'yes' | 'no';
  readonly hosting?: 'hosted' | 'self-hosted';
}

/** Every way of setting up that a lockout could hide in. */
export const setups: Readonly<Record<string, Setup>> = {
  new: { setupType: 'new' },
  'modify with overlap': { setupType: 'modify', overlap: 'yes' },
  'modify without overlap': { setupType: 'modify', overlap: 'no' },
  'self-hosted new': { setupType: 'new', hosting: 'self-hosted' },
  'self-hosted modify': { setupType: 'modify', overlap: 'yes', hosting: 'self-hosted' },
};

/** A state directory with a sandbox in it, made once a file of tests; its keys take most of the time. */
export async function freshPlace({ hosting = 'hosted' }: Setup): Promise<Snapshot> {
  const state = await emptyPlace();
  await openWorld(path.join(state, 'sandbox'), { users: 6, hosting });
  return snapshot(state);
}

/** An empty state directory that is gone after the test. */
export async function emptyPlace(): Promise<string> {
  const directory = await temporaryDirectory();
  onTestFinished(directory.remove);
  return directory.path;
}

export async function placeWith(held: Snapshot): Promise<string> {
  const state = await emptyPlace();
  restore(state, held);
  return state;
}

/** The command as somebody types it who lets the sandbox's operator do what people do. */
export function typed(state: string, command: string, setup?: Setup): CommandOptions {
  return { command, flags: setup ? flagsOf(state, setup) : {}, sandbox: true, state, yes: true };
}

export function flagsOf(state: string, { setupType, overlap, hosting }: Setup): CommandOptions['flags'] {
  return {
    setupType,
    ...(overlap && { overlap }),
    ...(hosting === 'self-hosted' && siteOf(state, { hosting })),
  };
}

/** What a way back without a record has to be told: who hosts Flex UI. */
export const siteOf = (state: string, { hosting = 'hosted' }: Pick<Setup, 'hosting'>): CommandOptions['flags'] => ({
  hosting,
  ...(hosting === 'self-hosted' && {
    redirectUrl: 'https://flex.contoso.example',
    appConfig: path.join(state, 'sandbox', 'appconfig.js'),
  }),
});

export const migrationsIn = (state: string) => path.join(state, 'sandbox', 'migrations');

/** The migration as the tool itself reads it. Throws what it throws. */
export async function loadMigration(state: string): Promise<Migration | undefined> {
  const store = createFileStore(migrationsIn(state));
  const [accountSid] = await store.list();
  return accountSid === undefined ? undefined : store.load(accountSid);
}

/** The newest state file; undefined if there is none. */
export function newestFile(state: string): string | undefined {
  const folder = migrationsIn(state);
  const name = existsSync(folder) ? readdirSync(folder).find(file => /^AC\w+\.json$/.test(file)) : undefined;
  return name && path.join(folder, name);
}

/** Its text as it is. */
export function stateText(state: string): string | undefined {
  const file = newestFile(state);
  return file && readFileSync(file, 'utf8');
}
