import { inputError } from '../errors.js';
import { flagName } from '../inputs.js';
import type { Consequence, Person } from './person.js';
import type { Change, JournalEntry, StepId } from './state.js';
import type { Question } from './step.js';

/** Nobody is at the terminal: what is left over waits for a person, unless the sandbox's operator does it. */
export function createUnattendedPerson(options: {
  /** A login may begin although nobody is here: `--login browser` was asked for, so somebody follows the printed URL. */
  awaitsLogin: boolean;
  /** Does what people do in the sandbox. */
  operator?: Pick<Person, 'perform' | 'visit'> | undefined;
  visit: Person['visit'];
}): Person {
  const { operator } = options;
  return {
    async answer(step, question) {
      const { input, suggestion, why } = question;
      // Without anybody to log in here, a login can only be observed.
      if (input === 'login' && !operator) return 'observe';
      if (suggestion !== undefined) return suggestion;
      throw inputError(
        'input-missing',
        `${why ? `${why} ` : ''}The step “${step.title}” needs ${flagName(input)}, and nobody can be asked.`,
        whatToChoose(question),
      );
    },
    confirm: async () => false,
    async acceptConsequence(_step, consequence, kind) {
      const { code, hint } = refusals[kind];
      throw inputError(
        code,
        consequence,
        `${hint} \`--people-csv FILE\` writes the whole list. Nothing of this plan was applied.`,
      );
    },
    async perform(step, change) {
      // One that happens elsewhere is somebody's to report.
      if (change.resource === 'login' && options.awaitsLogin && !change.instruction?.page) return 'done';
      return operator ? operator.perform(step, change) : 'later';
    },
    reconsider: async () => 'stop',
    visit: operator ? operator.visit : options.visit,
  };
}

const refusals: Readonly<Record<Consequence, { code: string; hint: string }>> = {
  'new-workers': {
    code: 'new-workers-not-accepted',
    hint:
      '`--name-id keep` keeps a NameID that could be read. Where it could not, look in Entra at the Unique User Identifier (Name ID) of ' +
      'the legacy application, under Single sign-on > Attributes & Claims: `--name-id mail` and `--name-id userprincipalname` say that it ' +
      'is one of these. If it is neither, and flex-sso has not made the new application yet, run `flex-sso revert`. Then ' +
      '`flex-sso migrate --setup-type modify` leaves it as it is. ' +
      '`--accept-new-workers` accepts the plan as it is.',
  },
  'changed-claims': {
    code: 'changed-claims-not-accepted',
    hint:
      'Accept it with `--accept-changed-claims`, once everybody is assigned the right role in Entra. If flex-sso has not ' +
      'made the new application yet, you can run `flex-sso revert` instead. Then `flex-sso migrate --setup-type modify` leaves the claims ' +
      'as they are.',
  },
  'no-roles': {
    code: 'no-roles-not-accepted',
    hint:
      'Assign people a role in the legacy application, or give everyone one with `--default-role agent`. `--accept-no-roles` accepts the ' +
      'plan as it is.',
  },
};

/** Every value that the flag takes, with what is known of it. */
function whatToChoose({ input, choices = [], other }: Question): string {
  const flag = flagName(input);
  if (choices.length === 0) return `Add ${flag}, or run the command at a terminal.`;
  const told = [...choices, ...(other ? [other] : [])].map(
    ({ value, label, facts = [] }) => `${flag} ${value} (${[label, facts.join(', ')].filter(Boolean).join(': ')})`,
  );
  return `Choose one: ${told.join('; ')}.`;
}

/**
 * What was said on the command line comes before whoever is there: `--yes` accepts plans, but not what a plan costs people, which has
 * flags of its own; `--done` says what was done.
 */
export function heedFlags(
  person: Person,
  flags: {
    accepts: boolean;
    acceptsNewWorkers: boolean;
    acceptsChangedClaims?: boolean;
    acceptsNoRoles?: boolean;
    /** Changes that may undo what others made, by resource or key. */
    overwrites?: readonly string[];
    done: readonly StepId[];
    waiting?: readonly JournalEntry[];
  },
): Person {
  return {
    ...person,
    async confirm(step, changes) {
      if (!flags.accepts && !(await person.confirm(step, changes))) return false;
      const accepts = async (kind: Consequence, isAccepted: boolean, texts: readonly string[]) =>
        texts.length === 0 || isAccepted || ((await person.acceptConsequence?.(step, texts.join(' '), kind)) ?? false);
      const workers = changes.flatMap(({ consequence }) => consequence ?? []);
      if (!(await accepts('new-workers', flags.acceptsNewWorkers, workers))) return false;
      const claims = changes.flatMap(({ changedClaims }) => changedClaims ?? []);
      if (!(await accepts('changed-claims', flags.acceptsChangedClaims === true, claims))) return false;
      const nobody = changes.flatMap(({ noRoles }) => noRoles ?? []);
      return accepts('no-roles', flags.acceptsNoRoles === true, nobody);
    },
    async overwrite(step, change) {
      const isNamed = [change.resource, change.key].some(name => flags.overwrites?.includes(name));
      return isNamed || ((await person.overwrite?.(step, change)) ?? false);
    },
    async perform(step, change) {
      // What was said to be done is what was waited for, where anything was: nobody can have done what was not shown yet.
      const waiting = flags.waiting?.filter(entry => entry.step === step.id) ?? [];
      const isMeant = ({ resource, key }: Change) => resource === change.resource && key === change.key;
      const isDone =
        flags.done.includes(step.id) && (waiting.length === 0 || waiting.some(entry => isMeant(entry.change)));
      return isDone ? 'done' : person.perform(step, change);
    },
  };
}
