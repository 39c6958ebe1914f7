import type { Change, Check, StepId } from './state.js';
import type { Question } from './step.js';

/**
 * Whoever does what the tool cannot do. At a terminal a person answers; unattended, flags say what somebody did elsewhere; in the
 * sandbox an operator clicks.
 */
export interface Person {
  /** Answers a question, or takes its suggestion. Throws an input error where that is not possible. */
  answer(step: StepTitle, question: Question): Promise<string>;
  /** Accepts the plan of a step as it was shown, or not now. */
  confirm(step: StepTitle, changes: readonly Change[]): Promise<boolean>;
  /** Accepts what a plan costs people, in words that name them; asked on its own, and never implied by accepting the plan. */
  acceptConsequence?(step: StepTitle, consequence: string, kind: Consequence): Promise<boolean>;
  /** Approves a change that undoes what others made, by its name; asked on its own, and never implied by accepting the plan. */
  overwrite?(step: StepTitle, change: Change): Promise<boolean>;
  /**
   * Does a manual change as its instruction says. `later` pauses the migration; a login may end at an error page, whose words `saw` has.
   */
  perform(step: StepTitle, change: Change): Promise<'done' | 'later' | { saw: string }>;
  /**
   * Checks failed: look again, go on all the same (recorded as a word), or stop here. Where it was `claimed` that a manual change is
   * done, `again` comes back to that change.
   */
  reconsider(step: StepTitle, failed: readonly Check[], claimed?: Change): Promise<'again' | 'accept' | 'stop'>;
  /** Puts a page in front of the person who logs in. */
  visit(url: string): Promise<void>;
}

/**
 * What has to be accepted on its own: that people may get a new, billed Worker; that claims are made in another way than today; that
 * nobody has a role with which Flex lets them in.
 */
export type Consequence = 'new-workers' | 'changed-claims' | 'no-roles';

export type StepTitle = { readonly id: StepId; readonly title: string };
