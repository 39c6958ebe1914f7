import { type FlexSsoError, inputError } from '../errors.js';
import { flagName } from '../inputs.js';
import type { Answers } from './state.js';

/** What an existing application keeps of its own, whatever is answered; `asNow` is the answer that asks for just that. */
const ofNewAlone = {
  applicationName: { stays: 'its name', asNow: undefined },
  certificateYears: { stays: 'its signing certificate', asNow: undefined },
  notificationEmails: { stays: 'the addresses that Entra writes to', asNow: '' },
  nameId: { stays: 'its NameID', asNow: 'keep' },
  defaultRole: { stays: 'its assignments', asNow: 'keep' },
} as const;

type Name = keyof typeof ofNewAlone;
const names = Object.keys(ofNewAlone) as Name[];

const unheeded = (answers: Answers): Name[] =>
  names.filter(name => answers[name] !== undefined && answers[name] !== ofNewAlone[name].asNow);

/** Why the answers of a run cannot be had with this setup type; `undefined` where they can. Nothing is ignored in silence. */
export function refusedAnswers(given: Answers, setupType: Answers['setupType']): FlexSsoError | undefined {
  const [first, ...others] = setupType === 'modify' ? unheeded(given) : [];
  if (!first) return undefined;
  const flags = [first, ...others].map(flagName);
  const { asNow } = ofNewAlone[first];
  const instead = asNow ? `, or say \`${flagName(first)} ${asNow}\`` : '';
  return inputError(
    'flag-needs-new',
    `${flags.join(' and ')} ${flags.length === 1 ? 'is' : 'are'} for a new application, and the setup type is modify: an existing ` +
      `application keeps ${[first, ...others].map(name => ofNewAlone[name].stays).join(' and ')}.`,
    `Leave ${flags.length === 1 ? 'the flag' : 'the flags'} out${instead}; or choose \`--setup-type new\`.`,
  );
}

/** What to say of answers that were given before it was known that an application is modified. */
export const notesOnUnheeded = (answers: Answers): string[] =>
  answers.setupType === 'modify' && (answers.identityProvider ?? 'entra') === 'entra'
    ? unheeded(answers).map(
        name =>
          `${flagName(name)} (${answers[name]}) is for a new application and is not heeded: the existing one keeps ${ofNewAlone[name].stays}.`,
      )
    : [];
