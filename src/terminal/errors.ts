import { FlexSsoError, isStopped } from '../errors.js';
import { clean } from './clean.js';
import { type Output, readable } from './output.js';

/** Draws why a run ended early: what happened and why, what to do, and with `--debug` where in the code, at full length. */
export function drawError(output: Output, error: unknown, options: { debug?: boolean | undefined } = {}): void {
  const { code, message, hint, calm } = describeError(error);
  const { paint } = output;
  output.gap();
  // An interrupted run is somebody's wish, no failure.
  output.text(readable(clean(message)), { lead: calm ? '' : `${paint.bad('✗')} ` });
  output.text(readable(clean(hint)), { indent: calm ? 0 : 2 });
  if (!calm) output.text(paint.faint(`Code: ${clean(code)}`), { indent: 2 });
  if (options.debug) for (const line of trail(error)) output.text(paint.faint(line), { indent: 2, wrap: false });
}

export interface ErrorInWords {
  code: string;
  message: string;
  hint: string;
  /** Somebody stopped the run; nothing is wrong. */
  calm: boolean;
}

/** What an error says, in the words of `--json` as well as of the terminal. */
export function describeError(error: unknown): ErrorInWords {
  if (error instanceof FlexSsoError) {
    const { code, message, hint } = error;
    return { code, message, hint, calm: isStopped(error) };
  }
  const said = error instanceof Error ? error.message : String(error);
  return {
    code: 'unexpected',
    message: `Something happened that flex-sso is not prepared for: ${said || 'no reason was given'}`,
    hint: 'What was done so far is recorded. Run the same command with `--debug` to see where it happened.',
    calm: false,
  };
}

/** The stack of an error and of what caused it. */
function trail(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const lines = clean(error.stack ?? error.message, { newlines: true }).split('\n');
  const own = depth === 0 ? lines : ['Caused by:', ...lines];
  return [...own.map(line => line.trim()).filter(Boolean), ...trail(error.cause, depth + 1)];
}
