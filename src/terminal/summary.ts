import type { StepTitle } from '../migration/person.js';
import type { Migration } from '../migration/state.js';
import { legacyKeptUntil } from '../migration/status.js';
import { clean } from './clean.js';
import { drawEvidence } from './evidence.js';
import type { Output } from './output.js';
import { drawSteps, openChange } from './status.js';
import { day, moment, person } from './words.js';

export interface SummaryOptions {
  /** How the run ended; `declined` where a plan was shown and not accepted. */
  ended: 'finished' | 'paused' | 'reverted' | 'declined';
  /** The steps of the migration's route, in order. */
  steps: readonly StepTitle[];
  /** Where the migration is recorded: a file. */
  recordedIn: string;
  now?: Date;
}

/** Draws the end of a run: what was done, what it proves, how long the way back is open, and what to do next. */
export function drawSummary(output: Output, migration: Migration, options: SummaryOptions): void {
  output.gap();
  output.text(output.paint.heading(headings[options.ended]));
  output.gap();
  drawSteps(output, migration, options.steps);
  output.gap();
  if (options.ended === 'finished') {
    drawEvidence(output, migration.facts.evidence);
    drawWindow(output, migration, options.now ?? new Date());
    output.gap();
  }
  if (options.ended === 'paused') drawWaiting(output, migration);
  if (options.ended === 'reverted') drawReverted(output, migration);
  output.text('Everything is recorded in:');
  output.value(clean(options.recordedIn));
  output.text(output.paint.heading('Next'));
  for (const line of next(migration, options.ended)) output.text(line, { indent: 2, lead: '- ' });
}

const headings: Record<SummaryOptions['ended'], string> = {
  finished: 'The migration is finished',
  paused: 'The migration is paused',
  reverted: 'The legacy connection is back',
  declined: 'Nothing more was changed',
};

function drawWindow(output: Output, migration: Migration, now: Date): void {
  const until = legacyKeptUntil(migration);
  if (!until) return;
  if (Date.parse(until) > now.getTime())
    output.text(`The legacy details are kept until ${day(until)}. Until then you can switch back.`);
  else output.text(`The legacy details were kept until ${day(until)}. Whether Flex still has them is not known.`);
}

function drawWaiting(output: Output, migration: Migration): void {
  const change = openChange(migration);
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

function next({ answers, facts }: Migration, ended: SummaryOptions['ended']): string[] {
  switch (ended) {
    case 'finished':
      return [
        ...(facts.evidence?.source === 'flex' ? [] : ['Run `flex-sso validate` to see a login work.']),
        ...(answers.setupType === 'new'
          ? ['Keep the legacy application in the identity provider as long as you may want to go back.']
          : []),
        'Run `flex-sso revert` to go back to the legacy connection.',
        'Run `flex-sso status` to read this again.',
      ];
    case 'paused':
      return [
        'Run `flex-sso resume` when that is done, today or in two weeks.',
        'Run `flex-sso revert` to take back what was done so far.',
      ];
    case 'reverted':
      return ['Run `flex-sso migrate` to go forward again.'];
    case 'declined':
      return ['Run `flex-sso resume` to see the plan again.'];
  }
}
