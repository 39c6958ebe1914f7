import { type FlexSsoError, interrupted } from '../errors.js';

/** How a run is stopped from outside: by a signal, or because it may not go on. */
export interface Stopping {
  /** Aborts once, with the error that the run ends with as its reason. */
  readonly signal: AbortSignal;
  stop(why: FlexSsoError): void;
  /** Rejects with the reason if `work` has not ended by itself soon after the run was stopped. */
  orStopped<T>(work: Promise<T>): Promise<T>;
  /**
   * Leaves the signals to the system again, but for SIGHUP: a closed terminal ends what is typed first, and its signal may come late or
   * twice. It must not cut off the end of the run.
   */
  release(): void;
}

/** Milliseconds for work to end by itself. Most of it hears the signal; a library may not. */
const grace = 500;

/** Ctrl-C, the request to end a process, and a terminal that is closed. */
const endings = { SIGINT: 'interrupted', SIGTERM: 'terminated', SIGHUP: 'terminated' } as const;

/** Stops on a signal; a second one ends the process there and then. `goingOn` is the command that goes on with the work. */
export function stopOnSignals(goingOn: string): Stopping {
  const controller = new AbortController();
  const stop = (why: FlexSsoError) => controller.abort(why);
  const hear = (name: keyof typeof endings) => {
    stop(interrupted(goingOn, endings[name]));
    // Not before everybody has heard it: a library that is the only one to listen ends the process there and then.
    setImmediate(() => {
      process.off('SIGINT', hear).off('SIGTERM', hear);
    });
  };
  const names = Object.keys(endings) as (keyof typeof endings)[];
  for (const name of names) process.on(name, hear);
  const { signal } = controller;
  return {
    signal,
    stop,
    async orStopped(work) {
      const stopped = new Promise<never>((_, reject) => {
        const end = () => setTimeout(() => reject(signal.reason), grace);
        if (signal.aborted) end();
        else signal.addEventListener('abort', end, { once: true });
      });
      return Promise.race([work, stopped]);
    },
    release() {
      process.off('SIGINT', hear).off('SIGTERM', hear);
    },
  };
}
