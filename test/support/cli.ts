import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Exchange } from '../../src/trace.js';

/** The command that a user starts. */
export const bin = fileURLToPath(new URL('../../bin/flex-sso.js', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The one document that `--json` prints. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there.
  json: any;
}

/** The environment of a user who has set nothing up. */
export function bareEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(TWILIO_|AZURE_|FLEX_SSO_|BROWSER$)/.test(name));
  return { ...Object.fromEntries(own), NO_COLOR: '1', ...more };
}

export function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [bin, ...args], { env: bareEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
}

const warmCommand = fileURLToPath(new URL('warm-command.mjs', import.meta.url));

/** Processes that have run the command before and wait for the next time; each runs one at a time. */
const warm: ChildProcess[] = [];

/** What Node reads as it starts, and what a library reads as it is loaded. */
const readAtStart = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];

/** Runs the command to its end, with no terminal. */
export async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  if (readAtStart.some(name => name in env)) return ended(start(args, env));
  const child = warm.pop() ?? fork(warmCommand, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let crash = '';
  const onCrash = (text: unknown) => (crash += text);
  child.stderr?.on('data', onCrash);
  child.send({ args, env: bareEnvironment(env) });
  const heard = new AbortController();
  const { signal } = heard;
  const [answer] = await Promise.race([once(child, 'message', { signal }), once(child, 'close', { signal })]);
  heard.abort();
  child.stderr?.off('data', onCrash);
  if (typeof answer !== 'object' || answer === null) return withJson({ code: answer, stdout: '', stderr: crash });
  const { isReusable, ...said } = answer;
  if (isReusable) warm.push(child);
  else child.kill();
  return withJson(said);
}

const withJson = (said: Omit<Ended, 'json'>): Ended => ({
  ...said,
  get json() {
    return JSON.parse(said.stdout);
  },
});

export async function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return withJson({ code, stdout, stderr });
}

/** The first URL that a run prints on a line of its own on stderr, where nobody is there to be shown a page. */
export function printedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', chunk => {
      text += chunk;
      const url = /^\s*(https?:\S+)\s*\n/m.exec(text)?.[1];
      if (url) resolve(url);
    });
    child.once('close', () => reject(new Error(`It ended without a URL: ${text}`)));
  });
}

/** A folder for one test, gone after it. */
export async function temporaryDirectory(): Promise<{ path: string; remove: () => Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'flex-sso-test-'));
  return { path: directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** The exchanges of a trace file. */
export async function readTrace(file: string): Promise<Exchange[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
}

const stopAt = new URL('stop-at-exchange.mjs', import.meta.url).href;

/** Where a run is cut off: see stop-at-exchange.mjs. */
export type Place = readonly [moment: 'before' | 'after', count: number, what: 'exchange' | 'graph' | 'console'];

/** The environment of a run that gets a signal at one of its exchanges. */
export function stoppedAt(place: Place, signal: NodeJS.Signals): Record<string, string> {
  return { NODE_OPTIONS: `--import=${stopAt}`, STOP_AT: [...place, signal].join(' ') };
}

/** Works on two things at a time, for tests that start many processes. */
export async function inPairs<T>(things: readonly T[], work: (thing: T) => Promise<void>): Promise<void> {
  const queue = things.values();
  const lane = async () => {
    for (const thing of queue) await work(thing);
  };
  await Promise.all([lane(), lane()]);
}
