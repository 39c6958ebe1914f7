import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import { migrate } from '../../src/commands/migrate.js';
import type { CommandOptions } from '../../src/commands/options.js';
import { validate } from '../../src/commands/validate.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { openWorld } from '../../src/sandbox/world.js';
import { freePort } from '../commands/network.js';

/** A folder with a finished migration and the sandbox's world that it was done in. */
export interface Finished {
  dir: string;
  remove(): Promise<void>;
}

export type Way = 'new' | 'modify' | 'self-hosted';

const site = 'https://flex.contoso.example';
const folder = () => mkdtemp(path.join(os.tmpdir(), 'flex-sso-validate-'));

/** Walks a whole migration in a sandbox of its own. */
export async function finishMigration(way: Way): Promise<Finished> {
  const dir = await folder();
  const hosting = way === 'self-hosted' ? way : 'hosted';
  await openWorld(path.join(dir, 'sandbox'), { users: 12, hosting });
  const { code, document } = await quietly(() =>
    migrate({
      command: 'migrate',
      state: dir,
      sandbox: true,
      yes: true,
      json: true,
      input: false,
      flags: {
        setupType: way === 'modify' ? way : 'new',
        hosting,
        ...(way === 'self-hosted' && { redirectUrl: site, appConfig: appConfigIn(dir) }),
      },
    }),
  );
  if (code !== 0) throw new Error(JSON.stringify(document));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** The appconfig.js of the sandbox's self-hosted Flex UI. */
const appConfigIn = (dir: string) => path.join(dir, 'sandbox', 'appconfig.js');

/** Walks a migration of a self-hosted Flex up to the page of Console at which the identity provider's data are entered. */
export async function pauseMigration(): Promise<Finished> {
  const dir = await folder();
  const sandbox = await startSandbox({ dir: path.join(dir, 'sandbox'), users: 12, hosting: 'self-hosted' });
  const operator = createOperator({ endpoints: sandbox.endpoints });
  const endpoints = path.join(dir, 'endpoints.json');
  await writeFile(endpoints, JSON.stringify(sandbox.endpoints));
  for (const [name, value] of Object.entries(sandbox.credentials)) vi.stubEnv(name, value);
  const options = {
    command: 'migrate',
    state: path.join(dir, 'sandbox'),
    endpoints,
    yes: true,
    json: true,
    input: false,
  };
  const flags = { setupType: 'new', hosting: 'self-hosted', redirectUrl: site, appConfig: appConfigIn(dir) };
  let { document } = await quietly(() => migrate({ ...options, flags }));
  while (document.waitingFor.step !== 'enter-identity-provider-data') {
    const { step, title, instruction } = document.waitingFor;
    const change = {
      action: 'manual',
      resource: 'any',
      key: '',
      title,
      before: null,
      after: null,
      instruction,
    } as const;
    await operator.perform({ id: step, title }, change);
    ({ document } = await quietly(() => migrate({ ...options, flags: {}, done: step })));
  }
  vi.unstubAllEnvs();
  await sandbox.close();
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

export interface Validated {
  code: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there.
  document: any;
  stderr: string;
  /** Of the tool alone, from its start to its end. */
  ms: number;
  codes: string[];
  left?: string;
}

/** One run of `validate --json`, and what people do meanwhile. */
export interface Run extends Partial<CommandOptions> {
  /** Follows the link that is printed, in the place of the sandbox's operator. */
  visit?(url: string, sandbox: Sandbox): Promise<void>;
  /** Before it is all removed; answers what is `left`. */
  after?(sandbox: Sandbox, dir: string): Promise<string>;
}

/** A copy of a finished migration, with a sandbox that is misconfigured. */
export interface Broken {
  sandbox: Sandbox;
  validate(run?: Run): Promise<Validated>;
  close(): Promise<void>;
}

export async function breakIt(finished: Finished, breaks: readonly string[]): Promise<Broken> {
  const dir = await folder();
  await cp(finished.dir, dir, { recursive: true });
  const sandbox = await startSandbox({ dir: path.join(dir, 'sandbox'), breaks });
  const endpoints = path.join(dir, 'endpoints.json');
  await writeFile(endpoints, JSON.stringify(sandbox.endpoints));
  const callbackPort = String(await freePort());
  trust(sandbox, breaks, callbackPort);
  // The migration was a while ago.
  for (const worker of sandbox.world.account.workers) worker.dateUpdated = '2026-01-15T07:30:00Z';
  const operator = createOperator({ endpoints: sandbox.endpoints });

  async function validateOnce({ visit, after, ...given }: Run = {}): Promise<Validated> {
    const options: CommandOptions = {
      command: 'validate',
      state: path.join(dir, 'sandbox'),
      endpoints,
      json: true,
      input: false,
      ...given,
      ...(given.trace && { trace: path.join(dir, given.trace) }),
      flags: { callbackPort, appConfig: appConfigIn(dir), ...(given.flags ?? { login: 'browser' }) },
    };
    // The person who was sent the link, and says what an error page on the way said.
    const follow = visit
      ? (url: string) => visit(url, sandbox).catch(error => giveUp(callbackPort, url, error))
      : (url: string) => operator.visit(url).catch(error => endWait(callbackPort, url, error));
    for (const [name, value] of Object.entries(sandbox.credentials)) vi.stubEnv(name, value);
    try {
      const started = performance.now();
      const { code, document, stderr } = await quietly(() => validate(options), follow);
      const ms = performance.now() - started;
      const codes = (document?.findings ?? []).map((finding: { code: string }) => finding.code);
      const left = await after?.(sandbox, dir);
      return { code, document, stderr, ms, codes, ...(left !== undefined && { left }) };
    } finally {
      vi.unstubAllEnvs();
    }
  }

  return {
    sandbox,
    validate: validateOnce,
    async close() {
      await sandbox.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Breaks it, validates it once, and throws it away. */
export async function validateBroken(finished: Finished, breaks: readonly string[], run: Run = {}): Promise<Validated> {
  const broken = await breakIt(finished, breaks);
  try {
    return await broken.validate(run);
  } finally {
    await broken.close();
  }
}

/** Ends the wait of a login that cannot go on: only who has the link knows its state. */
async function endWait(port: string, link: string, error: Error): Promise<void> {
  const state = new URL(link).searchParams.get('state') ?? '';
  const answer = new URLSearchParams({ state, error: 'stopped', error_description: error.message });
  await fetch(`http://localhost:${port}/?${answer}`).catch(() => {});
}

async function giveUp(port: string, link: string, error: Error): Promise<never> {
  await endWait(port, link, error);
  throw error;
}

/** The address that this run's login returns to, where the break is not that it is missing. */
function trust(sandbox: Sandbox, breaks: readonly string[], port: string): void {
  if (breaks.includes('trusted-url-missing')) return;
  sandbox.world.account.connections.at(-1)?.trustedUrls.push(`http://localhost:${port}`);
}

async function quietly(run: () => Promise<number>, onUrl: (url: string) => Promise<void> = async () => {}) {
  const captured = { stdout: '', stderr: '' };
  const visits: Promise<void>[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    captured.stdout += text;
    return true;
  });
  const complain = vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    captured.stderr += text;
    const url = /^http:\/\/127\.0\.0\.1\S+Authorize\S+$/m.exec(String(text))?.[0];
    if (url) visits.push(onUrl(url));
    return true;
  });
  try {
    const code = await run();
    return { code, document: captured.stdout ? JSON.parse(captured.stdout) : undefined, stderr: captured.stderr };
  } finally {
    write.mockRestore();
    complain.mockRestore();
    await Promise.all(visits);
  }
}
