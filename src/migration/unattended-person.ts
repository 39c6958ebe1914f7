import { inputError } from '../errors.js';
import { flagName } from '../inputs.js';
import type { Person } from './person.js';
import type { StepId } from './state.js';

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
    async answer(step, { input, suggestion, choices, why }) {
      // Without anybody to log in here, a login can only be observed.
      if (input === 'login' && !operator) return 'observe';
      if (suggestion !== undefined) return suggestion;
      throw inputError(
        'input-missing',
        `${why ? `${why} ` : ''}The step “${step.title}” needs ${flagName(input)}, and nobody can be asked.`,
        choices
          ? `Choose one: ${choices.map(({ value, label }) => `${flagName(input)} ${value} (${label})`).join('; ')}.`
          : `Add ${flagName(input)}, or run the command at a terminal.`,
      );
    },
    confirm: async () => false,
    async acceptConsequence(_step, consequence) {
      throw inputError(
        'new-workers-not-accepted',
        consequence,
        'Keep the NameID (`--name-id keep`), or accept this with `--accept-new-workers`; `--people-csv FILE` writes the whole list. ' +
          'Nothing of this plan was applied.',
      );
    },
    async perform(step, change) {
      if (change.resource === 'login' && options.awaitsLogin) return 'done';
      return operator ? operator.perform(step, change) : 'later';
    },
    reconsider: async () => 'stop',
    visit: operator ? operator.visit : options.visit,
  };
}

/**
 * What was said on the command line comes before whoever is there: `--yes` accepts plans, but not what a plan costs people, which has
 * a flag of its own; `--done` says what was done.
 */
export function heedFlags(
  person: Person,
  flags: { accepts: boolean; acceptsNewWorkers: boolean; done: readonly StepId[] },
): Person {
  return {
    ...person,
    async confirm(step, changes) {
      if (!flags.accepts && !(await person.confirm(step, changes))) return false;
      const consequences = changes.flatMap(({ consequence }) => consequence ?? []);
      if (consequences.length === 0 || flags.acceptsNewWorkers) return true;
      return (await person.acceptConsequence?.(step, consequences.join(' '))) ?? false;
    },
    perform: async (step, change) => (flags.done.includes(step.id) ? 'done' : person.perform(step, change)),
  };
}
