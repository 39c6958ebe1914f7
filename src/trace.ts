import { appendFileSync } from 'node:fs';
import { inputError } from './errors.js';
import { openPrivateFile } from './private-file.js';
import { redactExchange } from './redaction.js';

/** One HTTP exchange as `--trace` records it; `path` is relative to the system's base URL. */
export interface Exchange {
  at: string;
  system: string;
  method: string;
  path: string;
  request: { headers: Record<string, string>; body: unknown };
  response: { status: number; headers: Record<string, string>; body: unknown };
  ms: number;
}

export type Trace = (exchange: Exchange) => void;

/** Opens a trace file and appends one JSON line per exchange, at once, so that a killed run leaves a whole trace. */
export function openTrace(file: string): Trace {
  let descriptor: number;
  try {
    descriptor = openPrivateFile(file);
  } catch (cause) {
    throw inputError(
      'trace-unwritable',
      `The trace file ${file} cannot be written: ${(cause as Error).message}.`,
      'Name a new file in a folder that exists.',
    );
  }
  return exchange => appendFileSync(descriptor, `${JSON.stringify(redactExchange(exchange))}\n`);
}
