import { exitCodes } from '../errors.js';
import { flagName } from '../inputs.js';
import type { Direction } from '../migration/engine.js';
import { type PlannedStep, preview } from '../migration/preview.js';
import type { Migration } from '../migration/state.js';
import { drawNote } from '../terminal/note.js';
import type { Output } from '../terminal/output.js';
import { drawPlan } from '../terminal/plan.js';
import { drawUnanswered } from '../terminal/unanswered.js';
import type { CommandOptions } from './options.js';
import { printDocument } from './result.js';
import { type Session, withSession } from './session.js';

/** Shows what `migrate` would do. */
export function plan(options: CommandOptions): Promise<number> {
  return withSession(options, session => showPlan(session, session.migration ?? session.begin(), 'forward'));
}

/**
 * Shows the plan of every step of a direction, with what there is to say of it. Nothing is written, neither remotely nor to the
 * state. Returns the exit code.
 */
export async function showPlan(session: Session, migration: Migration, direction: Direction): Promise<number> {
  const { options, engine, terminal, accountSid } = session;
  const planned: object[] = [];
  let last: PlannedStep | undefined;
  let said = 0;
  for await (const step of preview(engine.steps, migration, direction, engine.context)) {
    const notes = session.notes.slice(said);
    said = session.notes.length;
    last = step;
    planned.push(documented(step, notes));
    if (options.json) continue;
    terminal.drawing.quiet();
    drawStep(terminal.result, step, notes);
  }
  const { legacyApplication, application } = last?.facts ?? {};
  if (options.json)
    printDocument(options.command, {
      accountSid,
      direction,
      legacyApplication,
      application,
      ...(options.dryRun && { dryRun: true }),
      steps: planned,
    });
  return exitCodes.done;
}

function documented({ step, changes, question }: PlannedStep, notes: readonly string[]): object {
  if (!question) return { step, changes, notes };
  const { input, why, choices } = question;
  return { step, changes, notes, unanswered: input, flag: flagName(input), why, choices };
}

/** What a step has to say belongs to its plan, and so to the result. */
function drawStep(result: Output, { step, changes, question }: PlannedStep, notes: readonly string[]): void {
  result.gap();
  result.text(result.paint.heading(step.title));
  for (const note of notes) drawNote(result, note);
  if (question) drawUnanswered(result, question);
  else if (changes.length === 0) result.text('Nothing to change.', { indent: 2 });
  else drawPlan(result, changes);
}
