import { routeOf, titleOf } from './engine.js';
import { isProof } from './evidence.js';
import type { StepTitle } from './person.js';
import type { Migration, RecordedFinding, StepId } from './state.js';
import type { Step } from './step.js';

export type Status = 'in-progress' | 'finished' | 'reverting' | 'reverted';

/** Where a migration is, by what is recorded. */
export function statusOf(steps: readonly Step[], migration: Migration): Status {
  const { direction, facts } = migration;
  if (direction === 'back') return facts.revertedAt ? 'reverted' : 'reverting';
  return stepsLeft(steps, migration).length === 0 ? 'finished' : 'in-progress';
}

/** The steps of a migration in its current direction, in order. */
export function stepsOf(steps: readonly Step[], migration: Migration): readonly StepTitle[] {
  const { direction } = migration;
  return routeOf(steps, direction)
    .filter(step => step.applies(migration))
    .map(step => titleOf(step, direction));
}

/** The steps that are not completed in the current direction, the next one first. */
export function stepsLeft(steps: readonly Step[], migration: Migration): readonly StepTitle[] {
  return stepsOf(steps, migration).filter(({ id }) => !migration.completed.includes(id));
}

/**
 * Whether a login through the enhanced connection was seen, and nothing found since that speaks against it. A word is not enough, nor is
 * a trace that a login through the legacy connection would leave as well; and while another login is awaited, that one counts.
 */
export function isVerified(migration: Migration): boolean {
  const { evidence, loginAwaitedSince } = migration.facts;
  return (
    evidence !== undefined &&
    isProof(evidence) &&
    loginAwaitedSince === undefined &&
    speaksAgainst(migration).length === 0
  );
}

/**
 * What a login since a moment (ISO 8601; '' for ever) shows: `verified` where Flex itself said who it let in, `confirmed` where it was seen
 * from outside, which cannot show everything that may be wrong; undefined where it shows nothing.
 */
export function shownSince(migration: Migration, since: string): 'verified' | 'confirmed' | undefined {
  const { evidence } = migration.facts;
  if (!evidence || evidence.at < since || !isVerified(migration)) return undefined;
  return evidence.source === 'flex' ? 'verified' : 'confirmed';
}

/** What the last validation found that speaks against a login that was seen. A link that nobody used says nothing. */
export const speaksAgainst = ({ checks }: Migration): RecordedFinding[] =>
  (checks['validate-connection'] ?? []).flatMap(({ finding }) => {
    const isAgainst =
      finding?.severity === 'error' && finding.connection !== 'legacy' && finding.code !== 'login-not-seen';
    return isAgainst ? [finding] : [];
  });

/** What a check found undone, and how to do it; remote text may be in it. */
export interface LeftToDo {
  step: StepId;
  /** The name of the check. */
  check: string;
  message: string;
  hint: string;
}

/** What is still to be done although a step is completed, as its last checks saw it: a finished migration may have shown changes left. */
export const leftToDo = ({ checks, completed }: Pick<Migration, 'checks' | 'completed'>): LeftToDo[] =>
  completed.flatMap(step =>
    (checks[step] ?? []).flatMap(({ name, result, message, hint }) =>
      result !== 'passed' && hint ? [{ step, check: name, message, hint }] : [],
    ),
  );

/** How long Flex keeps the legacy connection's details after Finish. */
export const keptMs = 30 * 24 * 60 * 60_000;

/** Whether the enhanced connection is in use for longer than that. */
export function isKeptNoLonger(migration: Migration, now = Date.now()): boolean {
  const until = legacyKeptUntil(migration);
  return until !== undefined && Date.parse(until) <= now;
}

/**
 * Until when Flex keeps the legacy connection's details: 30 days after Finish, as the guide says. Nothing shows when Finish was clicked, so
 * the earliest possible moment counts.
 */
export function legacyKeptUntil({ facts }: Migration): string | undefined {
  if (!facts.finishedAt) return undefined;
  return new Date(Date.parse(facts.notFinishedAt ?? facts.finishedAt) + keptMs).toISOString();
}
