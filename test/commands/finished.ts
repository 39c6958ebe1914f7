import { cp } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll } from 'vitest';
import type { World } from '../../src/sandbox/host.js';
import { holdWorld, openWorld } from '../../src/sandbox/world.js';
import { type Ended, inPairs, run, temporaryDirectory } from '../support/cli.js';
import { stateDirectory } from './sandbox.js';

const here = (state: string) => ['--sandbox', '--yes', '--json', '--state', state];

/** A command in the sandbox of a state directory. */
export const runIn = (state: string, words: string, more: readonly string[] = [], env: Record<string, string> = {}) =>
  run([...words.split(' '), ...here(state), ...more], env);

/** Migrates once for all tests of a file, by what each is started with; every test gets a copy of its own. */
export function finishedMigrations<Name extends string>(journeys: Readonly<Record<Name, readonly string[]>>) {
  let root = '';
  beforeAll(async () => {
    const directory = await temporaryDirectory();
    root = directory.path;
    await inPairs(Object.entries<readonly string[]>(journeys), async ([name, flags]) => {
      const state = path.join(root, name);
      await openWorld(path.join(state, 'sandbox'), { users: 8 });
      const migrated: Ended = await runIn(state, 'migrate', flags);
      if (migrated.code !== 0) throw new Error(migrated.stdout + migrated.stderr);
    });
    return directory.remove;
  }, 300_000);
  return async (journey: Name): Promise<string> => {
    const state = await stateDirectory();
    const filter = (file: string) => path.basename(file) !== 'world.owner';
    await cp(path.join(root, journey), state, { recursive: true, filter });
    return state;
  };
}

/** What an administrator works on: the application of the legacy login, and what belongs to it. */
export interface LegacyApplication extends Pick<World, 'directory' | 'account'> {
  application: World['directory']['applications'][number];
  principal: World['directory']['servicePrincipals'][number];
}

/** An administrator changes the application of the legacy login. */
export async function administer(state: string, change: (at: LegacyApplication) => void): Promise<void> {
  const { world, save, close } = await holdWorld(path.join(state, 'sandbox'));
  const { directory, account }: World = world;
  const application = directory.applications.find(({ displayName }) => displayName === 'Twilio Flex');
  const principal = directory.servicePrincipals.find(({ appId }) => appId === application?.appId);
  if (!application || !principal) throw new Error('There is no legacy application.');
  change({ directory, account, application, principal });
  save();
  await close();
}
