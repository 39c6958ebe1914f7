import type { Migration } from '../../migration/state.js';
import type { Facts, Question, ReadContext } from '../../migration/step.js';
import { people } from '../../people/notes.js';
import { countWithoutRole } from './wish.js';

type Known = Pick<Migration, 'answers' | 'facts'>;

/** Only a new application can be given assignments that the legacy one has not. */
const isOpen = ({ answers, facts }: Known) =>
  answers.setupType !== 'modify' && answers.defaultRole === undefined && facts.legacyApplication !== undefined;

/** Counts those without a Flex role, once: only where there are some is anybody asked about them. */
export async function observePeople(context: ReadContext): Promise<Facts> {
  const { legacyApplication, peopleWithoutRole } = context.migration.facts;
  if (!legacyApplication || !isOpen(context.migration) || peopleWithoutRole !== undefined) return {};
  return { peopleWithoutRole: await countWithoutRole(context, legacyApplication) };
}

export function askForDefaultRole(known: Known): Question | undefined {
  const { peopleWithoutRole = 0 } = known.facts;
  if (!isOpen(known) || peopleWithoutRole === 0) return undefined;
  const who = people(peopleWithoutRole);
  return {
    input: 'defaultRole',
    suggestion: 'keep',
    why: `${who} would have no Flex role in the new application: assigned is default access, or a role that gives nothing.`,
  };
}
