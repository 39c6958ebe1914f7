import { isProof } from '../../migration/evidence.js';
import type { Migration } from '../../migration/state.js';
import type { Change, Check, Question } from '../../migration/step.js';
import { GraphError } from './client.js';
import { isLegacyValue } from './legacy-values.js';
import type { EntraApplication } from './read.js';
import { isBeside } from './recorded-values.js';

/**
 * Whether the values of both connections are in the application until the login through the other one is seen to work. On the way back
 * they always are, if Entra takes them: agents may be at work.
 */
export const isOverlapping = ({
  answers,
  facts,
  direction,
}: Pick<Migration, 'answers' | 'facts' | 'direction'>): boolean =>
  answers.setupType === 'modify' &&
  answers.identityProvider === 'entra' &&
  (answers.overlap === 'yes' || direction === 'back') &&
  !facts.overlapRefused;

/** Whoever was asked whether denied logins can be borne is not asked a second time about the same: the plan says how to have it otherwise. */
export function askForOverlap({ answers, facts }: Pick<Migration, 'answers' | 'facts'>): Question | undefined {
  if (answers.setupType !== 'modify' || answers.overlap || facts.overlapRefused) return undefined;
  return { input: 'overlap', suggestion: 'yes', settled: answers.tolerateDenied !== undefined };
}

/** Whether a login through the new connection was seen, or, in a preview, will have been. Less is not enough to take the other away. */
export const isProven = ({ facts, completed }: Pick<Migration, 'facts' | 'completed'>): boolean =>
  facts.evidence ? isProof(facts.evidence) : !completed.includes('validate-connection');

/** `value` behind those that are there, so that the default stays the legacy one. */
export const beside = (values: readonly string[], value: string): string[] =>
  values.includes(value) ? [...values] : [...values, value];

/**
 * Whether Entra refused the identifier because it is a second one, as it is known to do at times. What would be refused alone as well
 * is no such answer.
 */
export const isSecondRefused = (error: unknown, change: Change): boolean =>
  change.resource === 'identifierUris' &&
  isBeside(change) &&
  error instanceof GraphError &&
  error.status === 400 &&
  !/already exists|newly added URI|verified domain/i.test(error.message);

/** Whether the legacy values are gone, or still there because nothing has proven the new ones. */
export function checkLegacyGone(there: EntraApplication, legacy: ReadonlySet<string>, proven: boolean): Check {
  const left = [...there.identifierUris, ...there.web.redirectUris].filter(value => isLegacyValue(legacy, value));
  const check = { name: 'legacy-values', strength: 'observed' } as const;
  if (left.length === 0)
    return { ...check, result: 'passed', message: 'The application holds the new values alone: the overlap is over.' };
  if (proven)
    return {
      ...check,
      result: 'failed',
      message: `The application still holds legacy values: ${left.join(', ')}.`,
      hint: 'Run `flex-sso resume`: it plans to take them out again.',
    };
  return {
    ...check,
    result: 'unknown',
    message: `The legacy values stay in the application, because no login through the new connection was seen: ${left.join(', ')}.`,
    hint: 'Run `flex-sso validate --login browser` to prove one, then `flex-sso migrate`: it plans to take them out.',
  };
}
