import type { Emit, MigrationEvent } from '../migration/events.js';
import type { Change, Check } from '../migration/state.js';
import { drawChecks } from './checks.js';
import { clean } from './clean.js';
import { drawInstruction } from './instruction.js';
import type { Output } from './output.js';
import { drawPlan, tally } from './plan.js';
import type { Progress } from './progress.js';
import { person } from './words.js';

/** Draws the events of a migration, one after the other. */
export interface Drawing {
  readonly output: Output;
  readonly event: Emit;
  /** What to do by hand now. */
  instruction(change: Change): void;
  /** Those checks that were not drawn already. */
  checks(checks: readonly Check[]): void;
  /** Must be called before anything else writes to the terminal: it takes a running spinner away. */
  quiet(): void;
}

/** More changes of one plan than this are counted while they are applied, not listed. */
const listed = 30;

export function createDrawing(output: Output, progress: Progress): Drawing {
  let planned = 0;
  let applied = 0;
  let instructed: Change | undefined;
  const drawnChecks = new WeakSet<Check>();

  const drawNewChecks = (checks: readonly Check[]) => {
    drawChecks(
      output,
      checks.filter(check => !drawnChecks.has(check)),
    );
    for (const check of checks) drawnChecks.add(check);
  };

  const draw: { [Type in MigrationEvent['type']]: (event: Extract<MigrationEvent, { type: Type }>) => void } = {
    step({ step, position, total, direction }) {
      output.gap();
      const way = direction === 'back' ? 'Way back, step' : 'Step';
      output.text(output.paint.heading(`${way} ${position} of ${total} · ${clean(step.title)}`));
      progress.working('Looking at what is there');
    },
    plan({ changes }) {
      planned = changes.length;
      applied = 0;
      // By hand only: each instruction is drawn when its turn comes.
      if (changes.some(change => change.action !== 'manual')) drawPlan(output, changes);
    },
    applying({ change }) {
      // Somebody may be looking at a login page meanwhile: a manual change is not ours to animate.
      if (change.action !== 'manual' && planned <= listed) progress.working(change.title);
    },
    applied({ change }) {
      applied++;
      if (planned > listed) progress.counted('Applying the plan', applied, planned);
      else output.text(clean(change.title), { indent: 2, lead: `${output.paint.good('✓')} ` });
      if (applied === planned) progress.working('Checking what was done');
    },
    progress({ label, done, total }) {
      progress.counted(label, done, total);
    },
    note({ message }) {
      output.text(clean(message), { indent: 2 });
    },
    checks({ checks }) {
      drawNewChecks(checks);
    },
    completed({ changed, next }) {
      const done = changed.length === 0 ? 'Nothing had to be changed.' : `Done: ${tally(changed)}.`;
      output.text(next ? `${done} Next: ${clean(next.title)}.` : `${done} This was the last step.`);
    },
    paused({ change }) {
      // Whoever has just read the instruction knows what to do; an unattended run has not shown it yet.
      if (!isSame(instructed, change)) drawInstruction(output, change);
      const who = change.instruction ? person(change.instruction.who) : 'somebody';
      output.text(`${output.paint.warning('Paused.')} This step waits for ${who}.`);
      output.text('Run `flex-sso resume` when it is done.');
    },
  };

  return {
    output,
    event(event) {
      const counting = event.type === 'progress' || (event.type === 'applied' && planned > listed);
      if (!counting && event.type !== 'applying') progress.stop();
      (draw[event.type] as (event: MigrationEvent) => void)(event);
    },
    instruction(change) {
      progress.stop();
      instructed = change;
      drawInstruction(output, change);
    },
    checks(checks) {
      progress.stop();
      drawNewChecks(checks);
    },
    quiet: progress.stop,
  };
}

const isSame = (one: Change | undefined, other: Change) => one?.resource === other.resource && one.key === other.key;
