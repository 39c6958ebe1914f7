import { FlexSsoError } from '../errors.js';
import type { Emit } from './events.js';
import type { Person, StepTitle } from './person.js';
import type { Check } from './state.js';
import type { ReadContext, Way } from './step.js';

/** A way that a walk is to take. */
interface Ahead {
  title: StepTitle;
  way: Way;
  context: ReadContext;
}

/**
 * Looks, before the first change of a walk, at what must hold for all of it. Throws what a way finds broken. What it cannot judge is for a
 * person to accept, or was `accepted` by the name of its check; with nobody there the walk does not begin ('not-certain').
 */
export async function assertAdmitted(
  ahead: readonly Ahead[],
  options: { person: Person; emit: Emit; accepted?: readonly string[] },
): Promise<void> {
  for (const { title, way, context } of ahead) {
    for (;;) {
      const checks = (await way.admits?.(context)) ?? [];
      if (checks.length > 0) options.emit({ type: 'checks', step: title, checks });
      const uncertain = checks.filter(({ name, result }) => result !== 'passed' && !options.accepted?.includes(name));
      const decision = uncertain.length > 0 ? await options.person.reconsider(title, uncertain) : 'accept';
      if (decision === 'stop') throw notCertain(title, uncertain);
      if (decision === 'accept') break;
    }
  }
}

function notCertain({ title }: StepTitle, uncertain: readonly Check[]): FlexSsoError {
  const seen = uncertain.map(({ message, seen }) => (seen ? `${message} ${seen}` : message)).join(' ');
  const hints = uncertain.flatMap(({ hint }) => hint ?? []).join(' ');
  const names = [...new Set(uncertain.map(({ name }) => name))].join(',');
  return new FlexSsoError(
    'not-certain',
    `It is not certain that “${title}” leads to a login that works, so nothing was changed. ${seen}`,
    `${hints ? `${hints} ` : ''}At a terminal, flex-sso asks whether to go on. \`--accept ${names}\` goes on without asking.`,
    { ending: 'verification' },
  );
}
