import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { vi } from 'vitest';
import { reportFailure } from '../../src/commands/failure.js';
import { type InspectOptions, inspect } from '../../src/commands/inspect.js';
import type { Facts } from '../../src/migration/facts.js';
import { beginMigration } from '../../src/migration/state.js';
import { createFileStore } from '../../src/stores/file-store.js';

const account = `AC${'1'.repeat(32)}`;

/** Has the migration of one account in a directory, with what it found out. */
export async function recordMigration(directory: string, facts: Facts, setupType: 'new' | 'modify' = 'new') {
  const store = createFileStore(path.join(directory, 'migrations'));
  const lock = await store.lock(account);
  const answers = { setupType, identityProvider: 'entra' } as const;
  await store.save({ ...beginMigration(account), answers, facts }, 0);
  lock.release();
  return account;
}

export interface Inspected {
  code: number;
  /** Everything that was written, to stdout and to stderr. */
  output: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there.
  json: any;
}

/** Runs `flex-sso inspect` on a text in this process; `directory` is where state and file are. */
export async function inspectText(
  directory: string,
  text: string | Buffer,
  options: Partial<InspectOptions> = {},
): Promise<Inspected> {
  const file = path.join(directory, 'captured');
  await writeFile(file, text);
  const written: string[] = [];
  const write = (chunk: unknown) => written.push(String(chunk)) > 0;
  const spies = [process.stdout, process.stderr].map(stream => vi.spyOn(stream, 'write').mockImplementation(write));
  const flags = ['--debug', ...(options.json === false ? [] : ['--json'])];
  try {
    const given = { command: 'inspect', flags: {}, json: true, color: false, state: directory, debug: true };
    const code = await inspect({ ...given, ...options, file }).catch(error =>
      reportFailure(error, ['node', 'flex-sso', 'inspect', ...flags]),
    );
    const output = written.join('');
    return { code, output, json: options.json === false ? undefined : JSON.parse(output) };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
