import { exitCodes, FlexSsoError } from '../errors.js';
import { diskWords } from '../stores/disk-words.js';
import { describeError, drawError } from '../terminal/errors.js';
import { createOutput } from '../terminal/output.js';
import { printDocument } from './result.js';

/** Says on stderr that the result of a command is lost, although the command went on. */
export function reportLostResult(cause: unknown): void {
  const error = new FlexSsoError(
    'output-unwritable',
    `The result cannot be written: ${diskWords(cause)}.`,
    'What was done is recorded. Correct what is wrong with the disk. `flex-sso status` shows where the migration is.',
    { cause },
  );
  drawError(createOutput(process.stderr), error);
}

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
