import { inputError } from '../errors.js';
import { flagName, type InputName, parseInput } from '../inputs.js';
import { type Answers, type Migration, type StepId, stepIds } from '../migration/state.js';
import { refusedAnswers } from '../migration/unheeded-answers.js';
import type { Sandbox } from '../sandbox/server.js';
import type { CommandOptions } from './options.js';

/** The flags of a run as answers. Throws an input error for the first that cannot be used. */
export function parseAnswers(flags: CommandOptions['flags']): Answers {
  const parsed = Object.entries(flags).map(([name, text]) => [name, parseInput(name as InputName, text)]);
  return Object.fromEntries(parsed) as Answers;
}

/** The names in a list with commas. */
export const namesIn = (text = ''): string[] => text.split(',').flatMap(name => name.trim() || []);

/** The steps that `--done` names. */
export function parseDone(text = ''): StepId[] {
  const names = namesIn(text);
  const unknown = names.find(name => !stepIds.includes(name as StepId));
  if (unknown === undefined) return names as StepId[];
  throw inputError(
    'done-unknown',
    `--done names "${unknown}", which is no step.`,
    `The steps are: ${stepIds.join(', ')}.`,
  );
}

export function parseAccount(text: string): string {
  if (/^AC[0-9a-f]{32}$/.test(text.trim())) return text.trim();
  throw inputError(
    'account-invalid',
    `"${text}" is no Account SID.`,
    'It begins with AC and has 32 characters of 0–9 and a–f after that; Console shows it on its home page.',
  );
}

export interface Circumstances {
  sandbox: Pick<Sandbox, 'world' | 'callbackPort'> | undefined;
  attended: boolean;
}

/** This run's answers, with what follows from where it runs. */
export async function answersHere(given: Answers, recorded: Answers, at: Circumstances): Promise<Answers> {
  const answers: Answers = { ...given };
  // Several sandboxes may run at once, so it chooses the port. A port that a person has chosen stays.
  const isChosen = recorded.callbackPort && recorded.callbackPort !== at.sandbox?.world.account.callbackPort;
  if (at.sandbox && !given.callbackPort && !isChosen) answers.callbackPort = await at.sandbox.callbackPort();
  // A login that was to come back here is observed instead where nobody is here.
  if (!at.sandbox && !at.attended && !given.login && recorded.login === 'browser') answers.login = 'observe';
  return answers;
}

/**
 * This run's answers over the recorded ones. Throws an input error for what was already acted on, which cannot be answered otherwise
 * without going back first, and for what the setup type takes no notice of.
 */
export function withAnswers(migration: Migration, answers: Answers): Migration {
  const { direction, facts } = migration;
  const actedOn = direction === 'forward' ? facts.connection !== undefined : facts.revertedAt === undefined;
  for (const name of ['setupType', 'identityProvider'] as const) {
    const [before, now] = [migration.answers[name], answers[name]];
    if (actedOn && before && now && before !== now)
      throw inputError(
        'answer-fixed',
        `This migration was begun as "${before}", and ${flagName(name)} says "${now}".`,
        `Go on without ${flagName(name)}, or run \`flex-sso revert\` first.`,
      );
  }
  const refused = refusedAnswers(answers, answers.setupType ?? migration.answers.setupType);
  if (refused) throw refused;
  return { ...migration, answers: { ...withoutReplaced(migration.answers, answers), ...answers } };
}

/** Metadata and the three values that are typed in its place stand for each other: those that are given now replace the others. */
function withoutReplaced(recorded: Answers, given: Answers): Answers {
  const { issuer: _issuer, ssoUrl: _ssoUrl, certificate: _certificate, ...untyped } = recorded;
  // With metadata, a certificate chooses among those that it lists.
  if (given.metadata && !recorded.metadata) return untyped;
  const { metadata: _metadata, ...unlisted } = recorded;
  return given.metadata === undefined && (given.issuer || given.ssoUrl) ? unlisted : recorded;
}
