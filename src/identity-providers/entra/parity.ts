import type { Check } from '../../migration/step.js';
import { people, someNames } from '../../people/notes.js';
import { type Access, accessOf } from './access.js';
import type { Assignment } from './assignments.js';
import type { Survey } from './survey.js';

/** Person by person: the roles of the new application against those that were to be carried over, and who comes to which Worker. */
export function checkPeople(
  { directory, outlooks, isNameIdKept }: Survey,
  wanted: readonly Assignment[],
  held: readonly Assignment[],
): Check[] {
  if (outlooks.length === 0) return [];
  const [should, does] = [accessOf(directory, wanted), accessOf(directory, held)];
  const differing = [...should].flatMap(([id, access]) => difference(access, does.get(id)));
  const strangers = new Set(held.map(({ principalId }) => principalId));
  for (const { principalId } of wanted) strangers.delete(principalId);
  const more =
    strangers.size > 0 ? ` Besides, ${strangers.size} users and groups are assigned to the new application alone.` : '';
  const roles: Check = {
    name: 'role-parity',
    result: differing.length === 0 ? 'passed' : 'unknown',
    strength: 'observed',
    message:
      differing.length === 0
        ? `${people(should.size)} may log in through the new application, each with exactly the roles that were planned.${more}`
        : `${people(differing.length)} have other roles than planned: ${someNames(differing)}.${more}`,
    ...(differing.length > 0 && { hint: 'Compare their assignments under Users and groups of both applications.' }),
  };
  const moved = outlooks.filter(({ verdict }) => !['same-worker', 'no-worker-yet'].includes(verdict));
  const isKept = isNameIdKept || moved.length === 0;
  const workers: Check = {
    name: 'name-ids',
    result: isKept ? 'passed' : 'unknown',
    strength: 'observed',
    message: isKept
      ? `Every NameID leads to the Worker it leads to today: nobody of ${people(outlooks.length)} gets a second one.`
      : `${people(moved.length)} do not come to the Worker they have today: ${someNames(moved.map(({ name }) => name))}.`,
    ...(!isKept && { hint: 'That was accepted with the plan. `--people-csv FILE` writes the whole list.' }),
  };
  return [roles, workers];
}

function difference(should: Access, does: Access | undefined): string[] {
  const roles = does?.roles ?? [];
  const missing = should.roles.filter(role => !roles.includes(role)).map(role => `-${role}`);
  const extra = roles.filter(role => !should.roles.includes(role)).map(role => `+${role}`);
  const changed = [...missing, ...extra, ...(does ? [] : ['not assigned'])];
  return changed.length > 0 ? [`${should.user.displayName ?? should.user.id} (${changed.join(', ')})`] : [];
}
