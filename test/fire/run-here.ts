import { reportFailure } from '../../src/commands/failure.js';
import type { CommandOptions } from '../../src/commands/options.js';
import { FlexSsoError } from '../../src/errors.js';
import { type Disk, watchDisk } from './disk.js';
import { hurrying } from './hurry.js';

/** How a run of the command in this process ended. */
export interface Run {
  /** Its exit code; undefined if it was cut off. */
  code: number | undefined;
  /** The code of its error. */
  error: string | undefined;
  /** Everything that it printed, results and messages in order. */
  said: string;
  /** The results alone. */
  stdout: string;
}

/** One HTTP request of a run, the people's of the sandbox included. */
export interface Request {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
}

/** Hears what a run does to the world and to the disk, at the moment at which it does it. `say` has all that was printed so far. */
export interface Watcher {
  before?(request: Request, say: () => string): void;
  after?(request: Request, say: () => string): void;
  /** Before each call that changes a file. */
  disk?: Disk;
}

const commands: Readonly<Record<string, (options: CommandOptions) => Promise<number>>> = {
  migrate: async options => (await import('../../src/commands/migrate.js')).migrate(options),
  resume: async options => (await import('../../src/commands/migrate.js')).resume(options),
  revert: async options => (await import('../../src/commands/migrate.js')).revert(options),
  plan: async options => (await import('../../src/commands/plan.js')).plan(options),
  validate: async options => (await import('../../src/commands/validate.js')).validate(options),
  status: async options => (await import('../../src/commands/status.js')).status(options),
};

/** Thrown out of a watcher: the process is as good as dead. What it still tries reaches nobody. */
export class Killed extends Error {}

const own = /^(TWILIO_|AZURE_|FLEX_SSO_|BROWSER$)/;

/**
 * Runs one command in this process as `cli.ts` does, with nobody at a terminal: real modules, real HTTP, real files, and no start of a
 * process to wait for. One at a time. Throws if it does not end.
 */
export async function runHere(
  options: CommandOptions,
  watcher: Watcher = {},
  credentials: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const { fetch } = globalThis;
  const environment = { ...process.env };
  const [out, err] = [process.stdout.write, process.stderr.write];
  const run: Run = { code: undefined, error: undefined, said: '', stdout: '' };
  let isDead = false;
  const keep = (text: unknown) => {
    if (!isDead) run.said += String(text);
    return true;
  };
  /** A dead process does nothing more: what is left of the run is stopped, and can reach nothing. */
  const dieOf = (error: unknown) => {
    if (!(error instanceof Killed)) throw error;
    isDead = true;
    process.emit('SIGINT');
    throw error;
  };
  const guarded = (work: () => void) => {
    if (isDead) throw new Killed();
    try {
      work();
    } catch (error) {
      dieOf(error);
    }
  };
  globalThis.fetch = async (url, init) => {
    const request = requestOf(String(url), init);
    const say = () => run.said;
    guarded(() => watcher.before?.(request, say));
    const answer = await fetch(url, init);
    guarded(() => watcher.after?.(request, say));
    return answer;
  };
  for (const name of Object.keys(process.env)) if (own.test(name)) delete process.env[name];
  Object.assign(process.env, credentials);
  process.stdout.write = (text => {
    if (!isDead) run.stdout += String(text);
    return keep(text);
  }) as typeof process.stdout.write;
  process.stderr.write = keep as typeof process.stderr.write;
  const { disk } = watcher;
  // What a dead process still tidies up is gone with the folder, which is put back as it was at the kill.
  const unwatch = watchDisk(disk && ((name, file) => isDead || guarded(() => disk(name, file))));
  try {
    run.code = await hurrying(() => inTime(commands[options.command]?.(options) ?? Promise.reject(), options));
  } catch (error) {
    if (error instanceof Hung) throw error;
    run.error =
      error instanceof FlexSsoError ? error.code : `not expected: ${error instanceof Error ? error.stack : error}`;
    run.code = reportFailure(error, ['node', 'flex-sso', options.command, ...(options.json ? ['--json'] : [])]);
  } finally {
    unwatch();
    process.removeAllListeners('SIGHUP');
    process.stdout.write = out;
    process.stderr.write = err;
    globalThis.fetch = fetch;
    process.env = environment;
  }
  return isDead ? { ...run, code: undefined, error: undefined } : run;
}

/** A run that nothing ends. */
export class Hung extends Error {}

const longestMs = 60_000;

async function inTime(run: Promise<number>, { command }: CommandOptions): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      process.emit('SIGINT');
      reject(new Hung(`${command} has not ended within ${longestMs / 1000} seconds`));
    }, longestMs);
  });
  return Promise.race([run, late]).finally(() => clearTimeout(timer));
}

function requestOf(url: string, init: RequestInit = {}): Request {
  const headers = Object.fromEntries(new Headers(init.headers));
  const body = typeof init.body === 'string' ? init.body : undefined;
  return { method: init.method ?? 'GET', url: new URL(url), headers, body };
}
