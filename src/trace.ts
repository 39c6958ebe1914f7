import { appendFileSync, fstatSync, ftruncateSync } from 'node:fs';
import { FlexSsoError, inputError } from './errors.js';
import { openPrivateFile } from './private-file.js';
import { redactExchange } from './redaction.js';
import { diskWords } from './stores/disk-words.js';

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

/**
 * Opens a trace file and appends one JSON line per exchange, at once, so that a killed run leaves a whole trace. If not even the first
 * line can be written, that is thrown: a run reads before it writes, so it stops before its first write. A later failure ends the trace
 * and not the run, which must record what it has just changed; `notice` hears of it once.
 */
export function openTrace(file: string, notice: (message: string) => void = () => {}): Trace {
  let descriptor: number;
  try {
    descriptor = openPrivateFile(file);
  } catch (cause) {
    throw inputError(
      'trace-unwritable',
      `The trace file ${file} cannot be written: ${diskWords(cause)}.`,
      'Name a new file in a folder that exists.',
    );
  }
  let [isOpen, isBegun] = [true, false];
  return exchange => {
    if (!isOpen) return;
    const line = `${JSON.stringify(redactExchange(exchange))}\n`;
    try {
      appendWhole(descriptor, line);
      isBegun = true;
    } catch (cause) {
      const message = `The trace file ${file} cannot be written: ${diskWords(cause)}.`;
      if (!isBegun)
        throw new FlexSsoError('trace-unwritable', message, 'Name a file on another disk, or leave --trace out.', {
          cause,
        });
      isOpen = false;
      notice(`${message} The run goes on; the rest of it is not in the trace.`);
    }
  };
}

/** The whole line or nothing of it: half a line would spoil the first one of the next run. */
function appendWhole(descriptor: number, line: string): void {
  const { size } = fstatSync(descriptor);
  try {
    appendFileSync(descriptor, line);
  } catch (cause) {
    ftruncateSync(descriptor, size);
    throw cause;
  }
}
