/** The exit codes of every command; the README lists them and scripts rely on them. */
export const exitCodes = {
  done: 0,
  failure: 1,
  usage: 2,
  permission: 3,
  changed: 4,
  verification: 5,
  paused: 10,
  interrupted: 130,
  terminated: 143,
} as const;

export type Ending = keyof typeof exitCodes;

/**
 * An error that a person reads: `message` says what happened and why, `hint` what to do now.
 * Neither may hold a secret. `code` is stable, for scripts that read `--json`.
 */
export class FlexSsoError extends Error {
  override readonly name = 'FlexSsoError';
  readonly code: string;
  readonly ending: Ending;
  readonly hint: string;
  /** The inputs that it is about, if it is about several at once: all of them are asked again. */
  readonly inputs: readonly string[] | undefined;

  constructor(
    code: string,
    message: string,
    hint: string,
    options: { ending?: Ending; cause?: unknown; inputs?: readonly string[] | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.ending = options.ending ?? 'failure';
    this.hint = hint;
    this.inputs = options.inputs;
  }
}

/** What was typed, pasted or handed over cannot be used; nothing has been written. Exit code 2. */
export function inputError(code: string, message: string, hint: string, inputs?: readonly string[]): FlexSsoError {
  return new FlexSsoError(code, message, hint, { ending: 'usage', inputs });
}

/** A sign-in failed or a permission is missing. Exit code 3. */
export function permissionError(code: string, message: string, hint: string, cause?: unknown): FlexSsoError {
  return new FlexSsoError(code, message, hint, { ending: 'permission', cause });
}

/**
 * The run was stopped: by Ctrl-C (exit code 130), or because something else asked the process to end (143). `command`, with its flags,
 * goes on with it.
 */
export function interrupted(command = 'resume', ending: Stopped = 'interrupted'): FlexSsoError {
  return new FlexSsoError(
    'interrupted',
    'Stopped. Everything done so far is recorded.',
    `Run \`flex-sso ${command}\` to go on.`,
    { ending },
  );
}

type Stopped = Extract<Ending, 'interrupted' | 'terminated'>;

/** Somebody stopped the run; nothing is wrong. */
export const isStopped = (error: unknown): boolean =>
  error instanceof FlexSsoError && (error.ending === 'interrupted' || error.ending === 'terminated');
