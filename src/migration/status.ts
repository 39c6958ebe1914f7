import { routeOf, titleOf } from './engine.js';
import type { StepTitle } from './person.js';
import type { Migration } from './state.js';
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

/** Whether a login through the enhanced connection was seen, and nothing found since that speaks against it; a word is not enough. */
export function isVerified({ facts, checks }: Migration): boolean {
  const { source, fresh } = facts.evidence ?? {};
  const refuted = checks['validate-connection']?.some(({ finding }) => finding?.severity === 'error');
  return (source === 'flex' || source === 'taskrouter') && fresh !== false && !refuted;
}

const keptDays = 30;

/** Until when Flex keeps the legacy connection's details: 30 days after Finish, as the guide says. */
export function legacyKeptUntil({ facts }: Migration): string | undefined {
  if (!facts.finishedAt) return undefined;
  return new Date(Date.parse(facts.finishedAt) + keptDays * 24 * 60 * 60 * 1000).toISOString();
}
