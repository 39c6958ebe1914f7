import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { run, temporaryDirectory } from '../support/cli.js';
import type { TerminalOptions } from '../support/terminal.js';
import { type Answer, meet, type Newcomer, type Question } from './newcomer.js';

/** Sandboxes for the tests of one file, each with a name; gone afterwards, with everybody who sat before them. */
export function sandboxes() {
  const started: Newcomer[] = [];
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;

  beforeAll(async () => {
    directory = await temporaryDirectory();
  });
  afterEach(() => {
    for (const newcomer of started.splice(0)) newcomer.kill();
  });
  afterAll(() => directory.remove());

  const stateOf = (name: string) => path.join(directory.path, name);

  return {
    stateOf,
    start(command: string, name: string, options: TerminalOptions = {}): Newcomer {
      const args = [...command.split(' '), '--sandbox', '--state', stateOf(name)];
      const newcomer = meet(args, options);
      started.push(newcomer);
      return newcomer;
    },
    /** The world as `sandbox --show` prints it; makes a fresh one where there is none. */
    async show(name: string, ...args: string[]): Promise<World> {
      const { code, json } = await run(['sandbox', '--show', '--state', stateOf(name), ...args]);
      expect(code).toBe(0);
      return json;
    },
    /** Rewrites the world on disk. */
    async edit(name: string, change: (world: StoredWorld) => void): Promise<void> {
      const file = path.join(stateOf(name), 'sandbox', 'world.json');
      const world = JSON.parse(await readFile(file, 'utf8'));
      change(world);
      await writeFile(file, JSON.stringify(world));
    },
  };
}

/** What is read of `sandbox --show`. */
export interface World {
  applications: { displayName: string; identifierUris: string[]; web: { redirectUris: string[] } }[];
  connections: { active: boolean; trustedUrls: string[] }[];
  workers: unknown[];
}

/** What is changed in the world on disk. */
export interface StoredWorld {
  directory: {
    users: { displayName: string; userPrincipalName: string }[];
    groups: { displayName: string }[];
    applications: { displayName: string }[];
    servicePrincipals: { displayName: string }[];
    appRoleAssignments: { principalDisplayName: string }[];
  };
}

/** Accepts plans and whatever else is offered, as somebody does who has read nothing; `otherwise` by the beginning of a question. */
export const trusting =
  (otherwise: Readonly<Record<string, Answer>> = {}) =>
  ({ text }: Question): Answer => {
    const own = Object.entries(otherwise).find(([question]) => text.startsWith(question));
    if (own) return own[1];
    return text === 'Make these changes?' ? 'y' : '';
  };

export const setupTypes = {
  new: { 'Which setup type': 'Create new SSO connection' },
  modify: { 'Which setup type': 'Modify existing SSO connection' },
} as const;

/** Without the line breaks of a narrow terminal. */
export const flat = (text: string) => text.replace(/\s+/g, ' ');
