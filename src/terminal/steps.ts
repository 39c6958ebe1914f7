import type { StepTitle } from '../migration/person.js';
import type { JournalEntry, Migration, StepId } from '../migration/state.js';
import { type Meaning, type Output, padded, widthOf } from './output.js';
import { person } from './words.js';

export type StepState = 'done' | 'done on your word' | 'waiting' | 'interrupted' | 'begun' | 'not begun';

/** How far a step is in the migration's current direction, from what is recorded. */
export function stepState(migration: Migration, id: StepId): StepState {
  if (migration.completed.includes(id)) {
    const onWord = (migration.checks[id] ?? []).some(check => check.strength === 'word');
    return onWord ? 'done on your word' : 'done';
  }
  const entries = migration.journal.filter(entry => entry.step === id && entry.direction === migration.direction);
  const open = entries.findLast(entry => entry.status === 'intended');
  if (open) return open.by === 'person' ? 'waiting' : 'interrupted';
  return entries.length > 0 ? 'begun' : 'not begun';
}

const marks: Record<StepState, { mark: string; meaning: Meaning }> = {
  done: { mark: '✓', meaning: 'good' },
  'done on your word': { mark: '✓', meaning: 'warning' },
  waiting: { mark: '✋', meaning: 'value' },
  interrupted: { mark: '~', meaning: 'warning' },
  begun: { mark: '~', meaning: 'warning' },
  'not begun': { mark: '·', meaning: 'faint' },
};

/** Draws each step of a migration with its state; `steps` are those of its route, in order. */
export function drawSteps(output: Output, migration: Migration, steps: readonly StepTitle[]): void {
  const markWidth = Math.max(3, ...Object.values(marks).map(({ mark }) => widthOf(output.shown(mark)) + 1));
  const titleWidth = Math.max(0, ...steps.map(step => widthOf(step.title)));
  const isNarrow = output.width() - markWidth - titleWidth < 24;
  for (const step of steps) {
    const state = stepState(migration, step.id);
    const { mark, meaning } = marks[state];
    const lead = output.paint[meaning](padded(output.shown(mark), markWidth));
    const words = output.paint.faint(inWords(migration, step.id, state));
    if (isNarrow) output.text(`${step.title}: ${words}`, { indent: 2, lead });
    else output.text(words, { indent: 2, lead: `${lead}${padded(step.title, titleWidth)}  ` });
  }
}

function inWords(migration: Migration, id: StepId, state: StepState): string {
  if (state !== 'waiting') return state === 'done on your word' ? 'done, on your word' : state;
  const who = openEntry(migration, id)?.change.instruction?.who;
  return who ? `waiting for ${person(who)}` : 'waiting for somebody';
}

/** The change by hand that a migration, or one of its steps, waits for; where one is open. */
export function openEntry(migration: Migration, id?: StepId): JournalEntry | undefined {
  return migration.journal.findLast(
    entry =>
      entry.status === 'intended' &&
      entry.by === 'person' &&
      entry.direction === migration.direction &&
      !migration.completed.includes(entry.step) &&
      (id === undefined || entry.step === id),
  );
}
