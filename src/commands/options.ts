import type { InputName } from '../inputs.js';

/** What was given on the command line, before any of it is checked. */
export interface CommandOptions {
  command: string;
  /** The flags of the inputs, by input. */
  flags: Partial<Record<InputName, string>>;
  account?: string;
  done?: string;
  sandbox?: boolean;
  endpoints?: string;
  state?: string;
  json?: boolean;
  yes?: boolean;
  /** False after `--no-input`. */
  input?: boolean;
  /** False after `--no-color`. */
  color?: boolean;
  debug?: boolean;
  trace?: string;
  peopleCsv?: string;
  acceptNewWorkers?: boolean;
  acceptChangedClaims?: boolean;
  acceptNoRoles?: boolean;
  deviceCode?: boolean;
  port?: string;
  overwrite?: string;
  accept?: string;
  dryRun?: boolean;
  reset?: boolean;
  users?: string;
  hosting?: string;
  cloud?: string;
  show?: boolean;
  fault?: readonly string[];
  break?: readonly string[];
  sandboxFault?: readonly string[];
  sandboxBreak?: readonly string[];
}
