import { inputError } from '../errors.js';
import { flagName, type InputName, parseInput } from '../inputs.js';
import { beginAnew, keepsNewConnection } from '../migration/another-setup-type.js';
import { isSetupRecorded } from '../migration/journal.js';
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
 * without going back first, and for what the setup type takes no notice of. Another setup type begins the migration anew.
 */
export function withAnswers(migration: Migration, answers: Answers, command: string): Migration {
  const { direction, facts } = migration;
  const goesForward = command === 'migrate' || command === 'plan';
  const actedOn = direction === 'forward' ? facts.connection !== undefined : !(goesForward && facts.revertedAt);
  const another = (['setupType', 'identityProvider'] as const).filter(
    name => migration.answers[name] && answers[name] && migration.answers[name] !== answers[name],
  );
  for (const name of another) if (actedOn || isKept(name, migration)) throw fixedAnswer(name, migration, answers);
  const refused = refusedAnswers(answers, answers.setupType ?? migration.answers.setupType);
  if (refused) throw refused;
  const isAnotherSetup = another.includes('setupType') && goesForward && isSetupRecorded(migration);
  const start = isAnotherSetup ? beginAnew(migration) : migration;
  return { ...start, answers: { ...withoutReplaced(start.answers, answers), ...answers } };
}

const isKept = (name: InputName, migration: Migration) => name === 'setupType' && keepsNewConnection(migration);

function fixedAnswer(name: 'setupType' | 'identityProvider', migration: Migration, answers: Answers) {
  const [before, flag] = [migration.answers[name], flagName(name)];
  const message = `This migration was begun as "${before}", and ${flag} says "${answers[name]}".`;
  if (!isKept(name, migration))
    return inputError('answer-fixed', message, `Go on without ${flag}, or run \`flex-sso revert\` first.`);
  const back = migration.facts.revertedAt ? '' : ' `flex-sso revert` goes back to the legacy connection.';
  return inputError(
    'answer-fixed',
    `${message} The new connection is set up already, and its application at the identity provider has the Entity ID.`,
    `Leave ${flag} out: \`flex-sso migrate\` goes forward with that application.${back}`,
  );
}

/** Metadata and the three values that are typed in its place stand for each other: those that are given now replace the others. */
function withoutReplaced(recorded: Answers, given: Answers): Answers {
  const { issuer: _issuer, ssoUrl: _ssoUrl, certificate: _certificate, ...untyped } = recorded;
  // With metadata, a certificate chooses among those that it lists.
  if (given.metadata && !recorded.metadata) return untyped;
  const { metadata: _metadata, ...unlisted } = recorded;
  return given.metadata === undefined && (given.issuer || given.ssoUrl) ? unlisted : recorded;
}
