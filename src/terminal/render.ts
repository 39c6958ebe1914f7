import { isDeepStrictEqual } from 'node:util';
import type { Emit, MigrationEvent } from '../migration/events.js';
import type { Change, Check } from '../migration/state.js';
import { drawChecks } from './checks.js';
import { clean } from './clean.js';
import { drawInstruction } from './instruction.js';
import { drawNote } from './note.js';
import type { Output } from './output.js';
import { drawPlan, tally } from './plan.js';
import type { Progress } from './progress.js';
import { person } from './words.js';

/** Draws the events of a migration, one after the other. */
export interface Drawing {
  readonly output: Output;
  readonly event: Emit;
  /** What to do by hand now, where it is not what was drawn last. */
  instruction(change: Change): void;
  /** Those checks that were not drawn already. */
  checks(checks: readonly Check[]): void;
  /** Must be called before anything else writes to the terminal: it takes a running spinner away and ends what was begun. */
  quiet(): void;
}

/** More changes of one plan than this are counted while they are applied, not listed. */
const listed = 30;

export function createDrawing(output: Output, progress: Progress): Drawing {
  let planned = 0;
  let applied = 0;
  let instructed: Change | undefined;
  /** The heading of a step that was done before, as long as there is nothing to say below it. */
  let heading: string | undefined;
  let isAlone = false;
  let saidSomething = false;
  const drawnChecks = new WeakSet<Check>();

  const speak = () => {
    progress.stop();
    saidSomething = true;
    if (heading === undefined) return;
    output.gap();
    output.text(output.paint.heading(heading));
    heading = undefined;
  };

  const drawNewChecks = (checks: readonly Check[]) => {
    const news = checks.filter(check => !drawnChecks.has(check));
    for (const check of news) drawnChecks.add(check);
    if (news.length === 0 || (heading !== undefined && news.every(check => check.result === 'passed'))) return;
    speak();
    drawChecks(output, news);
  };

  const instruct = (change: Change) => {
    speak();
    if (isDeepStrictEqual(instructed, change)) return;
    instructed = change;
    drawInstruction(output, change);
  };

  const draw: { [Type in MigrationEvent['type']]: (event: Extract<MigrationEvent, { type: Type }>) => void } = {
    step({ step, position, total, direction, again }) {
      isAlone = total === 1;
      const way = direction === 'back' ? 'Way back, step' : 'Step';
      heading = isAlone ? clean(step.title) : `${way} ${position} of ${total} · ${clean(step.title)}`;
      // What was done before is worth more than one line only where there is something new about it.
      if (!again || isAlone) speak();
      saidSomething = false;
      progress.working('Looking at what is there');
    },
    plan({ changes }) {
      planned = changes.length;
      applied = 0;
      // By hand only: each instruction is drawn when its turn comes.
      if (!changes.some(change => change.action !== 'manual')) return;
      speak();
      drawPlan(output, changes);
    },
    applying({ change }) {
      // Somebody may be looking at a login page meanwhile: a manual change is not ours to animate.
      if (change.action !== 'manual' && planned <= listed) progress.working(change.title);
    },
    applied({ change }) {
      applied++;
      if (planned > listed) progress.counted('Applying the plan', applied, planned);
      else {
        speak();
        output.text(clean(change.title), { indent: 2, lead: `${output.paint.good('✓')} ` });
      }
      if (applied === planned) progress.working('Checking what was done');
    },
    progress({ label, done, total }) {
      progress.counted(label, done, total);
    },
    waiting({ message, milliseconds, minutes }) {
      progress.waiting(message, milliseconds, minutes);
    },
    note({ message }) {
      speak();
      drawNote(output, message);
    },
    checks({ checks }) {
      drawNewChecks(checks);
    },
    completed({ changed, next }) {
      progress.stop();
      if (heading !== undefined) {
        output.text(`${heading}: done before`, { lead: `${output.paint.good('✓')} ` });
        heading = undefined;
        return;
      }
      const done = changed.length > 0 ? [`Done: ${tally(changed)}.`] : saidSomething ? [] : ['Nothing to do here.'];
      const then = next ? [`Next: ${clean(next.title)}.`] : isAlone ? [] : ['This was the last step.'];
      if (done.length + then.length > 0) output.text([...done, ...then].join(' '));
    },
    paused({ change }) {
      // Whoever has just read the instruction knows what to do; an unattended run has not shown it yet.
      instruct(change);
      const who = change.instruction ? person(change.instruction.who) : 'somebody';
      output.text(`${output.paint.warning('Paused.')} This step waits for ${who}.`);
    },
  };

  return {
    output,
    event(event) {
      (draw[event.type] as (event: MigrationEvent) => void)(event);
    },
    instruction: instruct,
    checks: drawNewChecks,
    quiet() {
      speak();
      output.leave();
    },
  };
}
