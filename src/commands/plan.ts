import { exitCodes } from '../errors.js';
import { flagName } from '../inputs.js';
import { preview } from '../migration/preview.js';
import { drawPlan } from '../terminal/plan.js';
import type { CommandOptions } from './options.js';
import { printDocument } from './result.js';
import { withSession } from './session.js';

/** Shows the plan of every step. Nothing is written, neither remotely nor to the state. */
export function plan(options: CommandOptions): Promise<number> {
  return withSession(options, async session => {
    const { engine, terminal } = session;
    const planned = [];
    let said = 0;
    for await (const step of preview(engine.steps, session.migration ?? session.begin(), engine.context)) {
      planned.push({ ...step, notes: session.notes.slice(said) });
      said = session.notes.length;
      if (options.json) continue;
      const { result } = terminal;
      terminal.drawing.quiet();
      result.gap();
      result.text(result.paint.heading(step.step.title));
      if (step.unanswered) result.text(`This and what follows depends on ${flagName(step.unanswered)}.`, { indent: 2 });
      else if (step.changes.length === 0) result.text('Nothing to change.', { indent: 2 });
      else drawPlan(result, step.changes);
    }
    if (options.json) printDocument('plan', { accountSid: session.accountSid, steps: planned });
    return exitCodes.done;
  });
}
