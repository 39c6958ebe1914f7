import { entraFinding, type Finding } from '../diagnosis/finding.js';
import { roleFindings } from '../diagnosis/roles.js';
import type { GraphReader } from '../identity-providers/entra/client.js';
import type { Assigned, ConfiguredApplication } from '../identity-providers/entra/configured.js';

/** More than these are not looked into: each is a request. */
const mostGroups = 20;

/** Whether those who are assigned will get through with a role of Flex, as far as that is seen without a login. */
export async function peopleFindings(
  graph: GraphReader,
  application: ConfiguredApplication,
  assignedBefore: readonly string[],
): Promise<Finding[]> {
  const { assignments, demandsAssignment } = application;
  const alone = assignedFindings(application);
  if (assignments.length === 0 && demandsAssignment) return alone;
  const principals = new Set(assignments.map(({ principalId }) => principalId));
  const gone = [...new Set(assignedBefore)].filter(id => !principals.has(id));
  return [
    ...(gone.length > 0 && demandsAssignment
      ? [
          entraFinding(
            'user-not-assigned',
            `${gone.length} of those whom the migration assigned are no longer assigned.`,
            {
              severity: 'warning',
            },
          ),
        ]
      : []),
    ...(await groupFindings(graph, assignments)),
    ...alone,
  ];
}

/** The same of the assignments alone, without the people behind them. */
export const assignedFindings = (application: ConfiguredApplication): Finding[] =>
  application.assignments.length === 0 && application.demandsAssignment
    ? [entraFinding('user-not-assigned', 'Nobody is assigned, and assignment is required.')]
    : assignedRoles(application);

/** Roles that lead nowhere: switched off, without a value, or with one that Flex does not know. */
function assignedRoles({ roles, assignments }: ConfiguredApplication): Finding[] {
  const used = roles.filter(({ id }) => assignments.some(({ roleId }) => roleId === id));
  const valued = used.filter(({ value }) => value !== null);
  const disabled = valued.filter(({ isEnabled }) => !isEnabled);
  const holders = (ids: readonly string[]) =>
    new Set(assignments.filter(({ roleId }) => ids.includes(roleId)).map(({ principalId }) => principalId));
  const withRole = holders(valued.filter(({ isEnabled }) => isEnabled).map(({ id }) => id));
  const without = new Set(assignments.map(({ principalId }) => principalId).filter(id => !withRole.has(id)));
  const strange = valued
    .filter(({ isEnabled, value }) => isEnabled && !value?.startsWith('wfo.'))
    .flatMap(({ value }) => roleFindings([value ?? ''], {}));
  if (disabled.length > 0)
    return [
      ...strange,
      entraFinding('roles-disabled', `Switched off: ${disabled.map(({ value }) => value).join(', ')}.`, {
        severity: withRole.size === 0 ? 'error' : 'warning',
      }),
    ];
  if (without.size === 0) return strange;
  const evidence = `${without.size} of ${withRole.size + without.size} who are assigned have no role with a value.`;
  return [...strange, entraFinding('roles-missing', evidence, { severity: withRole.size === 0 ? 'error' : 'warning' })];
}

/** Entra looks at direct members alone. */
async function groupFindings(graph: GraphReader, assignments: readonly Assigned[]): Promise<Finding[]> {
  const groups = assignments.filter(({ isGroup }) => isGroup).slice(0, mostGroups);
  if (groups.length === 0) return [];
  const answers = await graph.readTogether(
    groups.map(({ principalId }) => `/groups/${principalId}/members?$select=id&$top=50`),
  );
  const empty = groups.filter((_, index) => {
    const answer = answers[index];
    const { value } = (answer?.body ?? {}) as { value?: readonly { '@odata.type'?: string }[] };
    return answer?.status === 200 && !value?.some(member => !member['@odata.type']?.endsWith('.group'));
  });
  if (empty.length === 0) return [];
  const names = empty.slice(0, 3).map(({ displayName }) => `"${displayName.slice(0, 60)}"`);
  const evidence = `No user is a direct member of ${names.join(', ')}.`;
  return [entraFinding('group-nested', evidence, { severity: 'warning', certainty: 'likely' })];
}
