import { exitCodes, FlexSsoError } from '../errors.js';
import { describeError, drawError } from '../terminal/errors.js';
import { createOutput } from '../terminal/output.js';
import { printDocument } from './result.js';

/** Says why a command failed, on stderr or as the one document; returns the exit code. */
export function reportFailure(error: unknown, argv: readonly string[]): number {
  const has = (flag: string) => argv.includes(flag);
  if (has('--json')) {
    const { code, message, hint } = describeError(error);
    const command = argv.slice(2).find(word => !word.startsWith('-')) ?? '';
    printDocument(command, { error: { code, message, hint } });
  } else {
    const output = createOutput(process.stderr, has('--no-color') ? { color: false } : {});
    drawError(output, error, { debug: has('--debug') });
  }
  return exitCodes[error instanceof FlexSsoError ? error.ending : 'failure'];
}
