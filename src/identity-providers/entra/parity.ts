import type { Check } from '../../migration/step.js';
import { people, someNames } from '../../people/notes.js';
import { type Access, accessOf } from './access.js';
import type { Assignment } from './assignments.js';
import type { Survey } from './survey.js';

/** Person by person: the roles of the new application against those that were to be carried over, and who comes to which Worker. */
export function checkPeople(
  { directory, outlooks, isNameIdKept, isUnexplained }: Survey,
  wanted: readonly Assignment[],
  held: readonly Assignment[],
): Check[] {
  if (outlooks.length === 0) return [];
  const [should, does] = [accessOf(directory, wanted), accessOf(directory, held)];
  const moved = outlooks.filter(({ verdict }) => !['same-worker', 'no-worker-yet'].includes(verdict));
  const isKept = isNameIdKept || moved.length === 0;
  const who = `${people(moved.length)}: ${someNames(moved.map(({ name }) => name))}`;
  const workers: Check = {
    name: 'name-ids',
    result: isKept ? 'passed' : 'unknown',
    strength: 'observed',
    message: isKept
      ? `Every NameID leads to the Worker it leads to today: nobody of ${people(outlooks.length)} gets a second one.`
      : isUnexplained
        ? `The NameID of today could not be read, so it cannot be told who comes to the Worker they have today. That is open for ${who}.`
        : `Not known to come to the Worker they have today are ${who}.`,
    ...(!isKept && {
      hint: 'That was accepted with the plan. Let one of them log in, and look which Worker they come to, before you finish. `--people-csv FILE` writes the whole list.',
    }),
  };
  return [...roleChecks(should, does, strangersIn(wanted, held)), workers];
}

function roleChecks(
  should: ReadonlyMap<string, Access>,
  does: ReadonlyMap<string, Access>,
  strangers: number,
): Check[] {
  const compared = [...should].map(([id, access]) => difference(access, does.get(id)));
  const lacking = compared.flatMap(({ name, missing }) =>
    missing.length > 0 ? [`${name} (${missing.join(', ')})`] : [],
  );
  const extra = compared.flatMap(({ name, more }) => (more.length > 0 ? [`${name} (${more.join(', ')})`] : []));
  const strange =
    strangers > 0 ? ` Besides, ${strangers} users and groups are assigned to the new application alone.` : '';
  const parity: Check = {
    name: 'role-parity',
    result: lacking.length === 0 ? 'passed' : 'failed',
    strength: 'observed',
    message:
      lacking.length > 0
        ? `${people(lacking.length)} lack roles that were planned: ${someNames(lacking)}.${strange}`
        : `${people(should.size)} may log in through the new application, each with ${extra.length > 0 ? 'all' : 'exactly'} the roles that ` +
          `were planned.${strange}`,
    ...(lacking.length > 0 && { hint: 'Run `flex-sso resume`: it plans what is missing again.' }),
  };
  if (extra.length === 0) return [parity];
  return [
    parity,
    {
      name: 'further-roles',
      result: 'unknown',
      strength: 'observed',
      message:
        `${people(extra.length)} may do more through the new application than was planned, because somebody gave them more roles there: ` +
        `${someNames(extra)}. Whether that is meant cannot be seen here.`,
      hint: 'flex-sso takes no role away. Where it is not meant, remove the assignment of the new application in Entra, under Users and groups.',
    },
  ];
}

/** Users and groups that nobody planned. */
function strangersIn(wanted: readonly Assignment[], held: readonly Assignment[]): number {
  const planned = new Set(wanted.map(({ principalId }) => principalId));
  return new Set(held.map(({ principalId }) => principalId).filter(id => !planned.has(id))).size;
}

function difference(should: Access, does: Access | undefined) {
  const roles = does?.roles ?? [];
  const missing = should.roles.filter(role => !roles.includes(role)).map(role => `-${role}`);
  return {
    name: should.user.displayName || (should.user.id ?? ''),
    missing: [...missing, ...(does ? [] : ['not assigned'])],
    more: roles.filter(role => !should.roles.includes(role)).map(role => `+${role}`),
  };
}
