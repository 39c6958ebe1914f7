import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { vi } from 'vitest';
import { reportFailure } from '../../src/commands/failure.js';
import { type InspectOptions, inspect } from '../../src/commands/inspect.js';

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
