import type { StepTitle } from '../migration/person.js';
import type { JournalEntry, Migration } from '../migration/state.js';
import { legacyKeptUntil } from '../migration/status.js';
import { clean } from './clean.js';
import { drawEvidence } from './evidence.js';
import { legacyWindow } from './legacy-window.js';
import { next, type Standing } from './next.js';
import type { Output } from './output.js';
import { drawSteps, openEntry } from './steps.js';
import { day, moment, person } from './words.js';

interface StandingOptions {
  /** The steps of the migration's route, in order. */
  steps: readonly StepTitle[];
  /** Where the migration is recorded: a file. */
  recordedIn: string;
  isSandbox: boolean;
  now?: Date;
}

export interface SummaryOptions extends StandingOptions {
  ended: Exclude<Standing, 'unfinished'>;
  /** Since when (ISO 8601) a login counts for how it is now; absent where a proof stays one. */
  since?: string | undefined;
}

/** Draws the end of a run: what was done, what it proves, how long the way back is open, and what to do next. */
export function drawSummary(output: Output, migration: Migration, options: SummaryOptions): void {
  output.gap();
  output.text(output.paint.heading(headings[options.ended]));
  drawStanding(output, migration, options.ended, options);
}

const headings: Record<SummaryOptions['ended'], string> = {
  finished: 'The migration is finished',
  paused: 'The migration is paused',
  reverted: 'The legacy connection is back',
  declined: 'The plan was not accepted, and nothing of it was done',
  'awaiting-login': 'The check waits for a login',
  checked: 'The enhanced connection was checked; the migration is not finished',
};

/** Draws where a migration stands while nobody is working on it: the account, the direction, every step, and what to do next. */
export function drawStatus(output: Output, migration: Migration, options: StandingOptions): void {
  output.gap();
  output.text(output.paint.heading(`Migration of ${clean(migration.accountSid)}`));
  output.text(inWords(migration));
  drawStanding(output, migration, standingOf(migration, options.steps), options);
}

function standingOf(migration: Migration, steps: readonly StepTitle[]): Standing {
  if (migration.direction === 'back' && migration.facts.revertedAt) return 'reverted';
  if (migration.direction === 'forward' && steps.every(({ id }) => migration.completed.includes(id))) return 'finished';
  return openEntry(migration) ? 'paused' : 'unfinished';
}

function inWords({ direction, answers, facts }: Migration): string {
  if (direction === 'back')
    return facts.revertedAt ? 'It went back to the legacy connection.' : 'It goes back to the legacy connection.';
  if (answers.setupType === 'modify') return 'It modifies the existing SSO connection.';
  if (answers.setupType === 'new') return 'It creates a new SSO connection.';
  return 'The setup type is not chosen yet.';
}

function drawStanding(
  output: Output,
  migration: Migration,
  standing: Standing,
  options: StandingOptions & { since?: string | undefined },
): void {
  output.gap();
  drawSteps(output, migration, options.steps);
  output.gap();
  if (standing === 'finished' || migration.facts.evidence) {
    drawEvidence(output, migration, options.since);
    drawWindow(output, migration, options.now ?? new Date());
    output.gap();
  }
  if (standing === 'paused') drawWaiting(output, openEntry(migration));
  if (standing === 'awaiting-login')
    drawWaiting(output, openEntry({ ...migration, completed: [] }, 'validate-connection'));
  if (standing === 'reverted') drawReverted(output, migration);
  output.text('Everything is recorded in:');
  output.value(clean(options.recordedIn));
  output.text(output.paint.heading('Next'));
  for (const line of next(migration, standing, options)) output.text(clean(line), { indent: 2, lead: '- ' });
}

function drawWindow(output: Output, migration: Migration, now: Date): void {
  const until = legacyKeptUntil(migration);
  if (!until) return;
  const kept = `Flex keeps the legacy details until ${day(until)}`;
  const words = {
    open: `${kept}. Until then you can switch back.`,
    broken: `${kept}. The last check found that its login does not work: you can switch back once that is fixed.`,
    'switched-off': `${kept}, but the legacy connection logs no one in any more, so there is likely no way back.`,
    late: `Twilio’s guide says that Flex keeps the legacy details for 30 days. That was until ${day(until)}, so there is likely no way back.`,
  };
  output.text(words[legacyWindow(migration, now.getTime())]);
}

function drawWaiting(output: Output, entry: JournalEntry | undefined): void {
  const change = entry?.change;
  if (!change) return;
  const who = change.instruction ? person(change.instruction.who) : 'somebody';
  output.text(`It waits for ${who}: ${clean(change.title)}.`);
  output.gap();
}

function drawReverted(output: Output, { facts, answers }: Migration): void {
  if (facts.revertedAt) output.text(`Reverted on ${moment(facts.revertedAt)}.`);
  if (answers.setupType === 'new')
    output.text('The new application stays in the identity provider, so that you can switch forward again.');
  output.gap();
}
