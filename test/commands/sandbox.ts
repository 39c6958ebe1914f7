import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Endpoints, toEndpoint } from '../../src/endpoints.js';
import { createHttp } from '../../src/http.js';
import type { Change, Instruction, Migration, StepId } from '../../src/migration/state.js';
import { openBrowser } from '../../src/sandbox/browser.js';
import type { World } from '../../src/sandbox/host.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { canonicalWorld, openWorld, type WorldOptions } from '../../src/sandbox/world.js';
import { readWorld as readKeptWorld } from '../../src/sandbox/world-file.js';
import { type Ended, run, start, temporaryDirectory } from '../support/cli.js';

type SandboxOptions = WorldOptions & { change?: (world: World) => void };

const freshWorlds = new Map<string, Promise<string>>();

/** The text of a fresh world, made once a file of tests: its keys take most of the time. */
function freshWorld(options: WorldOptions): Promise<string> {
  const key = JSON.stringify(options);
  const made = freshWorlds.get(key) ?? makeWorld(options);
  freshWorlds.set(key, made);
  return made;
}

async function makeWorld(options: WorldOptions): Promise<string> {
  const directory = await temporaryDirectory();
  await openWorld(directory.path, options);
  const text = await readFile(path.join(directory.path, 'world.json'), 'utf8');
  await directory.remove();
  return text;
}

/** A state directory that lives as long as the test; with a sandbox in it whose world is small and may be changed beforehand. */
export async function stateDirectory(sandbox?: SandboxOptions): Promise<string> {
  const directory = await temporaryDirectory();
  onTestFinished(directory.remove);
  if (sandbox) {
    const { change, ...options } = sandbox;
    const world: World = JSON.parse(await freshWorld({ users: 8, ...options }));
    change?.(world);
    await mkdir(path.join(directory.path, 'sandbox'));
    await writeFile(path.join(directory.path, 'sandbox', 'world.json'), JSON.stringify(world));
  }
  return directory.path;
}

/** A sandbox of its own process that lives as long as the test, and how to run the command against it with nobody there. */
export async function servedSandbox(world: SandboxOptions = {}) {
  const state = await stateDirectory(world);
  const { endpoints, environment } = await serve(state, world.faults);
  const endpointsFile = path.join(state, 'endpoints.json');
  await writeFile(endpointsFile, JSON.stringify(endpoints));
  const place = ['--state', state, '--endpoints', endpointsFile];
  return {
    state,
    endpoints,
    endpointsFile,
    environment,
    /** The flags that lead a run to it. */
    place,
    run: (args: readonly string[], env: Record<string, string> = {}) =>
      run([...args, ...place, '--yes', '--json'], { ...environment, ...env }),
  };
}

export type ServedSandbox = Awaited<ReturnType<typeof servedSandbox>>;

async function serve(
  state: string,
  faults: readonly string[] = [],
): Promise<Record<'endpoints' | 'environment', Record<string, string>>> {
  const child = start(['sandbox', '--state', state, '--json', ...faults.flatMap(name => ['--fault', name])]);
  onTestFinished(async () => {
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  });
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += chunk;
    // The document is indented, so that it alone ends like this.
    if (text.endsWith('\n}\n')) break;
  }
  return JSON.parse(text);
}

/** Does what a paused run waits for, as a person would in the browser. */
export async function doByHand(sandbox: ServedSandbox, { json }: Ended, user?: string): Promise<void> {
  const { step, title, instruction } = json.waitingFor as { step: StepId; title: string; instruction: Instruction };
  const change: Change = { action: 'manual', resource: 'any', key: '', title, before: null, after: null, instruction };
  const operator = createOperator({ endpoints: sandbox.endpoints, ...(user && { user }) });
  await operator.perform({ id: step, title }, change);
}

/** Follows an instruction in Flex Console, whether a run asked for it or not. */
export async function clickInConsole({ endpoints }: { endpoints: Endpoints }, instruction: Instruction): Promise<void> {
  const change: Change = { action: 'manual', resource: 'flexConsole', key: '', title: '', before: null, after: null };
  await createOperator({ endpoints }).perform({ id: 'finish', title: '' }, { ...change, instruction });
}

/** Where the migration of a served sandbox is kept. */
const stateFile = ({ state, environment }: ServedSandbox): string =>
  path.join(state, 'migrations', `${environment.TWILIO_ACCOUNT_SID}.json`);

/** The migration as it is kept. */
export const readState = async (sandbox: ServedSandbox): Promise<Migration> =>
  JSON.parse(await readFile(stateFile(sandbox), 'utf8'));

/** Goes on from a pause, each manual step done by hand, until `until` is waited for or nothing is. */
export async function goOnByHand(sandbox: ServedSandbox, paused: Ended, until?: StepId): Promise<Ended> {
  let at = paused;
  while (at.code === 10 && at.json.waitingFor.step !== until) {
    await doByHand(sandbox, at);
    at = await sandbox.run(['resume', '--done', at.json.waitingFor.step]);
  }
  return at;
}

/** Which connection lets somebody in who opens Flex, as Flex's own page says. */
export async function openFlex(endpoints: Endpoints, state: string): Promise<string> {
  const { account, directory } = readWorld(state);
  const browser = openBrowser(createHttp({ endpoints }));
  await browser.open(toEndpoint(endpoints, `https://flex.twilio.com/${account.runtimeDomain.split('.')[0]}`));
  browser.enter('Email', directory.users[0]?.userPrincipalName ?? '');
  browser.enter('Password', 'sandbox');
  await browser.submit();
  return browser.message;
}

/** The same in a sandbox that nobody serves. */
export async function logIn(state: string): Promise<string> {
  const { endpoints, close } = await startSandbox({ dir: path.join(state, 'sandbox') });
  try {
    return await openFlex(endpoints, state);
  } finally {
    await close();
  }
}

/** The sandbox's world with everything in it, its secrets included. */
export function readWorld(state: string): World {
  const world = readKeptWorld(path.join(state, 'sandbox'));
  if (!world) throw new Error(`There is no world in ${state}.`);
  return world;
}

/** The world as `sandbox --show` shows it. */
export async function shownWorld(state: string) {
  return JSON.parse(JSON.stringify(canonicalWorld(await readWorld(state))));
}

/** Every file of a state directory by its path, the sandbox's world as one: to see that nothing was written and nothing lost. */
export async function filesOf(state: string): Promise<Record<string, string>> {
  const entries = await readdir(state, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter(entry => entry.isFile() && !/^world\.(json|owner|\d+\.journal)$/.test(entry.name))
    .map(entry => path.join(entry.parentPath, entry.name));
  const texts = files.sort().map(async file => [path.relative(state, file), await readFile(file, 'utf8')]);
  const world = readKeptWorld(path.join(state, 'sandbox'));
  // Which port is free is this machine's affair, and a login that is only begun changes nothing of an account.
  const passing = { callbackPort: undefined, startedLogins: [] };
  const kept = world && JSON.stringify({ ...world, account: { ...world.account, ...passing } });
  return { ...Object.fromEntries(await Promise.all(texts)), ...(kept && { [worldFile]: kept }) };
}

/** Where the world is among the files. */
const worldFile = 'sandbox/world.json';

/** What the migration of a state directory and the sandbox's world hold; how often they were saved does not matter. */
export async function keptIn(state: string): Promise<object> {
  const { [worldFile]: world, ...files } = await filesOf(state);
  const migrations = Object.entries(files).filter(([name]) => name.includes('migrations'));
  const kept = migrations
    .filter(([name]) => !name.includes('.previous.'))
    .map(([name, text]) => {
      const { revision: _, updatedAt: __, ...migration } = JSON.parse(text);
      return [name, migration];
    });
  return { world: world && canonicalWorld(JSON.parse(world)), ...Object.fromEntries(kept) };
}
