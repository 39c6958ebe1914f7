import type { User } from '@microsoft/microsoft-graph-types';
import { type Access, accessOf, lacksFlexRole } from '../identity-providers/entra/access.js';
import { spelledByFlex } from '../identity-providers/entra/app-roles.js';
import { type Assignment, missingFrom } from '../identity-providers/entra/assignments.js';
import type { GraphReader } from '../identity-providers/entra/client.js';
import { type ConfiguredApplication, readConfigured, sendsAppRoles } from '../identity-providers/entra/configured.js';
import { readDirectory } from '../identity-providers/entra/people.js';
import { explained } from '../identity-providers/entra/refusals.js';
import type { Check, ReadContext } from '../migration/step.js';
import { people, someNames } from '../people/notes.js';
import { unreadable } from './continuity.js';

/** More names than these say nothing to a reader. */
const mostNames = 20;

/**
 * Whether a person may log in through the new application who could not through the legacy one: assigned after the migration, or taken out
 * of the legacy application since. Nothing is said if nobody is.
 */
export const checkNobodyLeftOut = (context: ReadContext, legacy: ConfiguredApplication): Promise<Check[]> =>
  explained(async () => {
    const { answers, facts } = context.migration;
    if (answers.setupType !== 'new' || !facts.application) return [];
    const graph = await context.graph();
    const enhanced = await readConfigured(graph, facts.application).catch(unreadable);
    const names = enhanced ? await leftOut(context, graph, enhanced, legacy) : [];
    if (names.length === 0) return [];
    const application = facts.legacyApplication?.displayName ?? '';
    return [
      {
        name: 'people-left-out',
        result: 'failed',
        strength: 'observed',
        message:
          `${people(names.length)} may log in to Flex now, and could not after the way back: ${someNames(names, mostNames)}. ` +
          `The legacy application “${application}” does not let them in, or gives them no Flex role.`,
        hint: `In Microsoft Entra, under Enterprise applications > “${application}” > Users and groups, assign them with a role that is enabled and has the value admin, supervisor or agent.`,
      },
    ];
  });

/** The names of those who get in through one application, and not through another one. */
async function leftOut(
  { report }: ReadContext,
  graph: GraphReader,
  from: ConfiguredApplication,
  to: ConfiguredApplication,
): Promise<string[]> {
  const [held, kept] = [assignmentsOf(from), assignmentsOf(to)];
  const differing = missingFrom(kept, held);
  if (differing.length === 0) return [];
  // Who is assigned alone in one may come through a group in the other.
  const groups = kept.filter(({ principalType }) => principalType === 'Group');
  const directory = await readDirectory(graph, report, [...differing, ...groups]).catch(unreadable);
  if (!directory) return [...new Set(differing.map(({ displayName }) => displayName))];
  const after = accessOf(directory, kept);
  return [...accessOf(directory, held)].flatMap(([id, access]) =>
    access.user.accountEnabled !== false && letsIn(from, access) && !letsIn(to, after.get(id))
      ? [nameOf(access.user)]
      : [],
  );
}

function letsIn(application: ConfiguredApplication, access: Access | undefined): boolean {
  if (application.demandsAssignment && !access) return false;
  return !sendsAppRoles(application) || (access !== undefined && !lacksFlexRole(access));
}

/** With roles as Flex spells them; one that is switched off is as good as none. */
const assignmentsOf = ({ assignments, roles }: ConfiguredApplication): Assignment[] => {
  const values = new Map(roles.flatMap(({ id, value, isEnabled }) => (value && isEnabled ? [[id, value]] : [])));
  return assignments.map(({ principalId, isGroup, displayName, roleId }) => {
    const role = values.get(roleId);
    const principalType = isGroup ? 'Group' : 'User';
    return { principalId, principalType, displayName, role: role === undefined ? null : spelledByFlex(role) };
  });
};

const nameOf = ({ displayName, userPrincipalName, id }: User) => displayName || userPrincipalName || id || '';
