import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { addTrustedUrl } from '../../src/flex/console.js';
import type { Change } from '../../src/migration/state.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { run, temporaryDirectory } from '../support/cli.js';
import type { TerminalOptions } from '../support/terminal.js';
import { meet, type Newcomer } from './newcomer.js';

/** A finished migration in a sandbox that is served, with nobody in it who clicks: somebody sits at the terminal, others log in elsewhere. */
export interface Served {
  sandbox: Sandbox;
  start(command: string, options?: TerminalOptions): Newcomer;
  /** With no terminal, as a script does. */
  run(command: string): ReturnType<typeof run>;
  /** Somebody opens a page and logs in there, with their UPN; what the page refuses is for them to see. */
  logIn(url: string, user?: string): Promise<void>;
  /** At the page of Flex itself. */
  logInElsewhere(user?: string): Promise<void>;
  trust(port: number): Promise<void>;
}

/** Finishes a migration once for all tests of a file; each gets a copy of its own. */
export function finishedMigrations() {
  const closing: (() => unknown)[] = [];
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let copies = 0;
  const origin = () => path.join(directory.path, 'finished');

  beforeAll(async () => {
    directory = await temporaryDirectory();
    const args = ['migrate', '--sandbox', '--yes', '--json', '--setup-type', 'new', '--state', origin()];
    expect(await run(args)).toMatchObject({ code: 0 });
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(() => directory.remove());

  return async function serve(wrong: { breaks?: string[]; faults?: string[] } = {}): Promise<Served> {
    const state = path.join(directory.path, `copy-${copies++}`);
    await cp(origin(), state, { recursive: true });
    const sandbox = await startSandbox({ dir: path.join(state, 'sandbox'), ...wrong });
    closing.push(() => sandbox.close());
    const endpoints = path.join(state, 'endpoints.json');
    await writeFile(endpoints, JSON.stringify(sandbox.endpoints));
    const place = ['--endpoints', endpoints, '--state', path.join(state, 'sandbox')];
    const env = { ...sandbox.credentials, BROWSER: '/bin/true' };
    const operator = (user?: string) =>
      createOperator({ endpoints: sandbox.endpoints, ...(user !== undefined && { user }) });
    const logIn = (url: string, user?: string) =>
      operator(user)
        .visit(url)
        .catch(() => {});
    return {
      sandbox,
      start(command, options = {}) {
        const newcomer = meet([...command.split(' '), ...place], { ...options, env: { ...env, ...options.env } });
        closing.push(newcomer.kill);
        return newcomer;
      },
      run: command => run([...command.split(' '), ...place], env),
      logIn,
      logInElsewhere: user =>
        logIn(`https://flex.twilio.com/${sandbox.world.account.runtimeDomain.replace(/\.twil\.io$/, '')}`, user),
      async trust(port) {
        const instruction = addTrustedUrl([`http://localhost:${port}`]);
        const change: Change = {
          action: 'manual',
          resource: 'flexConsole',
          key: 'trusted-url',
          title: instruction.summary,
          before: null,
          after: null,
          instruction,
        };
        await operator().perform({ id: 'validate-connection', title: '' }, change);
      },
    };
  };
}

/** The login page that was shown last. */
export const shownLoginPage = (newcomer: Newcomer): string =>
  newcomer
    .written()
    .match(/http:\/\/127\.0\.0\.1\S+\/v1\/Flex\/Authorize\?\S+/g)
    ?.at(-1) ?? '';
