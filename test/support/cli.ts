import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** Runs the command to its end, with no terminal. */
export async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return ended(start(args, env));
}

export async function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return {
    code,
    stdout,
    stderr,
    get json() {
      return JSON.parse(stdout);
    },
  };
}

/** A folder for one test, gone after it. */
export async function temporaryDirectory(): Promise<{ path: string; remove: () => Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'flex-sso-test-'));
  return { path: directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** A sandbox served by its own process, as for other people's tools. */
export interface ServedSandbox {
  endpointsFile: string;
  endpoints: Record<string, string>;
  environment: Record<string, string>;
  stop(): Promise<void>;
}

export async function serveSandbox(directory: string, args: readonly string[] = []): Promise<ServedSandbox> {
  const child = start(['sandbox', '--state', directory, '--json', ...args]);
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += chunk;
    if (isWhole(text)) break;
  }
  const { endpoints, environment } = JSON.parse(text);
  const endpointsFile = path.join(directory, 'endpoints.json');
  await writeFile(endpointsFile, JSON.stringify(endpoints));
  return {
    endpointsFile,
    endpoints,
    environment,
    async stop() {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
  };
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The exchanges of a trace file. */
export async function readTrace(file: string): Promise<{ system: string; method: string; path: string }[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
}
