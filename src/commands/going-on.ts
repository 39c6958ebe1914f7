import { FlexSsoError } from '../errors.js';
import type { CommandOptions } from './options.js';

/**
 * The command that goes on after an interruption. A way back may not have begun, so that `resume` would go forward. A login that was to come
 * back is begun anew; one elsewhere is still watched for.
 */
export function goingOn({ command, flags }: CommandOptions): string {
  if (command === 'revert') return 'revert';
  if (command !== 'validate') return 'resume';
  return flags.login === 'browser' ? 'validate --login browser' : 'validate';
}

/** Whether a run only shows a plan: it writes nothing anywhere, so it needs no lock. */
export const onlyShows = ({ command, dryRun }: CommandOptions): boolean => command === 'plan' || dryRun === true;

/** A run that only shows a plan records nothing: what advises to go on advises to show it again. */
export function advising(options: CommandOptions, error: unknown): unknown {
  if (!(error instanceof FlexSsoError) || !onlyShows(options)) return error;
  const { command, dryRun } = options;
  const { code, message, hint, ending, cause } = error;
  const again = `flex-sso ${command}${dryRun ? ' --dry-run' : ''}`;
  return new FlexSsoError(code, message, hint.replaceAll('flex-sso resume', again), { ending, cause });
}
