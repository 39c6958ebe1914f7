import { type Direction, routeOf, titleOf } from './engine.js';
import type { Facts } from './facts.js';
import { turn } from './journal.js';
import { markOthers } from './others.js';
import type { StepTitle } from './person.js';
import type { Answers, Change, Migration } from './state.js';
import type { Question, ReadContext, Step, Way } from './step.js';

export interface PlannedStep {
  step: StepTitle;
  changes: readonly Change[];
  /** The plan could not be made, nor that of any step after it, before this is answered. */
  question?: Question;
  /** What is known by then. */
  facts: Facts;
}

/**
 * The plans of all steps of a direction, made by the steps themselves and applied by nobody. If a step needs what an earlier one will
 * bring, it plans with what that one foresees. Throws what keeps the walk from beginning.
 */
export async function* preview(
  steps: readonly Step[],
  start: Migration,
  direction: Direction,
  context: (step: StepTitle, migration: () => Migration) => ReadContext,
): AsyncGenerator<PlannedStep> {
  let migration = start.direction === direction ? start : turn(start, direction);
  const route = routeOf(steps, direction);
  // A walk that would not begin is refused here as well; what a person would be asked about is noted.
  for (const step of route.filter(one => one.applies(migration))) {
    const read = context(titleOf(step, direction), () => migration);
    for (const { name, result, message, seen, hint } of (await step[direction]?.admits?.(read)) ?? [])
      if (result !== 'passed')
        read.report.note([message, seen, hint, `\`--accept ${name}\` goes on with it.`].filter(Boolean).join(' '));
  }
  for (const step of route) {
    if (!step.applies(migration)) continue;
    const title = titleOf(step, direction);
    const read = context(title, () => migration);
    const { observe, asks, plan, foresee } = step[direction] as Way;
    for (;;) {
      const found = (await observe?.(read)) ?? {};
      const seen = 'done' in found ? found.facts : found;
      migration = { ...migration, facts: { ...migration.facts, ...seen } };
      const question = asks?.(migration);
      if (!question) break;
      if (question.suggestion === undefined) {
        yield { step: title, changes: [], question, facts: migration.facts };
        return;
      }
      migration = { ...migration, answers: { ...migration.answers, [question.input]: question.suggestion } as Answers };
    }
    yield { step: title, changes: markOthers(migration, step.id, await plan(read)), facts: migration.facts };
    if (foresee) migration = { ...migration, facts: { ...migration.facts, ...foresee(migration) } };
  }
}
