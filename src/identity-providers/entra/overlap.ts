import type { Migration } from '../../migration/state.js';
import type { Check, Question } from '../../migration/step.js';
import { GraphError } from './client.js';
import { isLegacyValue } from './legacy-application.js';
import type { EntraApplication } from './read.js';

/** Whether the legacy values stay beside the new ones until the new login is proven. */
export const isOverlapping = ({ answers, facts }: Pick<Migration, 'answers' | 'facts'>): boolean =>
  answers.setupType === 'modify' &&
  answers.identityProvider === 'entra' &&
  answers.overlap === 'yes' &&
  !facts.overlapRefused;

/** Whoever was asked whether denied logins can be borne is not asked a second time about the same: the plan says how to have it otherwise. */
export function askForOverlap({ answers, facts }: Pick<Migration, 'answers' | 'facts'>): Question | undefined {
  if (answers.setupType !== 'modify' || answers.overlap || facts.overlapRefused) return undefined;
  return { input: 'overlap', suggestion: 'yes', settled: answers.tolerateDenied !== undefined };
}

/** Whether a login through the new connection was seen, or, in a preview, will have been. A word is not enough to take the other away. */
export const isProven = ({ facts }: Pick<Migration, 'facts'>): boolean =>
  facts.evidence === undefined || facts.evidence.source === 'flex' || facts.evidence.source === 'taskrouter';

/** `value` behind those that are there, so that the default stays the legacy one. */
export const beside = (values: readonly string[], value: string): string[] =>
  values.includes(value) ? [...values] : [...values, value];

/**
 * Whether Entra refused the identifier because it is a second one, as it is known to do at times. What would be refused alone as well
 * is no such answer.
 */
export function isSecondRefused(
  error: unknown,
  { resource, before, after }: { resource: string; before: unknown; after: unknown },
) {
  const isFurther =
    resource === 'identifierUris' && Array.isArray(before) && Array.isArray(after) && after.length > before.length;
  return (
    isFurther &&
    error instanceof GraphError &&
    error.status === 400 &&
    !/already exists|newly added URI/i.test(error.message)
  );
}

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
