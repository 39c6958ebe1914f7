import type { StepTitle } from './person.js';
import type { Change, Check } from './state.js';

/** What the engine says while it works; `terminal/` draws it. Everything in it may hold remote text. */
export type MigrationEvent =
  /** `again`: an earlier run has completed the step, so that it is but looked at once more. */
  | { type: 'step'; step: StepTitle; position: number; total: number; direction: 'forward' | 'back'; again: boolean }
  | { type: 'plan'; step: StepTitle; changes: readonly Change[] }
  | { type: 'applying'; step: StepTitle; change: Change }
  | { type: 'applied'; step: StepTitle; change: Change }
  | { type: 'progress'; step: StepTitle; label: string; done: number; total: number }
  /**
   * A system is slow, busy or in trouble: why nothing goes on for so many milliseconds at most, as the beginning of a sentence; and for
   * how many minutes flex-sso tries again, if it does.
   */
  | { type: 'waiting'; message: string; milliseconds: number; minutes?: number | undefined }
  | { type: 'note'; step: StepTitle; message: string }
  | { type: 'checks'; step: StepTitle; checks: readonly Check[] }
  /** `changed` is what this run did in the step: empty where it found everything in place. */
  | { type: 'completed'; step: StepTitle; changed: readonly Change[]; next: StepTitle | undefined }
  | { type: 'paused'; step: StepTitle; change: Change };

export type Emit = (event: MigrationEvent) => void;
