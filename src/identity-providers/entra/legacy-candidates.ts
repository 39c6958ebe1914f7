import type { Application, AppRoleAssignment, SignIn } from '@microsoft/microsoft-graph-types';
import type { ApplicationIds, LegacyCandidate, Migration } from '../../migration/state.js';
import type { Question } from '../../migration/step.js';
import type { GraphReader } from './client.js';
import { readable } from './deleted-applications.js';
import { quoted } from './query.js';

/** What there is to tell an application by, from those who know it: when it was made, how many it lets in, when somebody last did. */
export async function describeCandidate(
  graph: GraphReader,
  { ids, identifier }: { ids: ApplicationIds; identifier: string },
): Promise<LegacyCandidate> {
  const [application, assigned, signIns] = await Promise.all([
    graph.find<Application>(`/applications/${ids.id}?$select=id,createdDateTime`),
    graph.list<AppRoleAssignment>(`/servicePrincipals/${ids.servicePrincipalId}/appRoleAssignedTo?$top=999&$select=id`),
    readable(() =>
      graph.get<{ value?: SignIn[] }>(
        `/auditLogs/signIns?$filter=${encodeURIComponent(`appId eq ${quoted(ids.appId)}`)}&$top=1`,
      ),
    ),
  ]);
  const { createdDateTime } = application ?? {};
  return {
    appId: ids.appId,
    displayName: ids.displayName,
    identifier,
    assigned: assigned.length,
    ...(createdDateTime && { createdDateTime }),
    ...(signIns && { lastSignIn: signIns.value?.[0]?.createdDateTime ?? null }),
  };
}

/** The question which application it is, with what is known of each; `undefined` where it is known or answered. */
export function askForLegacyApplication({
  answers,
  facts,
}: Pick<Migration, 'answers' | 'facts'>): Question | undefined {
  if (facts.legacyApplication || answers.legacyApplication) return undefined;
  const candidates = facts.legacyCandidates ?? [];
  const isNew = answers.setupType !== 'modify';
  if (candidates.length === 0)
    return {
      input: 'legacyApplication',
      why: 'No application of this Entra tenant has an identifier of the legacy connection.',
    };
  const none = { value: 'none', label: 'None of them: nobody is carried over to the new application' };
  return {
    input: 'legacyApplication',
    why: candidates.every(({ deletedDateTime }) => deletedDateTime)
      ? 'No application of this Entra tenant has an identifier of the legacy connection, but for what was deleted.'
      : 'It is not clear which application your agents log in through today.',
    choices: [...candidates.map(one => ({ value: one.appId, label: labelOf(one) })), ...(isNew ? [none] : [])],
  };
}

function labelOf(candidate: LegacyCandidate): string {
  const { displayName, identifier, createdDateTime, deletedDateTime, assigned, lastSignIn } = candidate;
  const facts = [
    `has ${identifier}`,
    createdDateTime && `created ${createdDateTime.slice(0, 10)}`,
    assigned !== undefined && `${assigned} assigned`,
    lastSignIn
      ? `last sign-in ${lastSignIn.slice(0, 16).replace('T', ' ')}`
      : lastSignIn === null && 'no sign-in in the log',
    deletedDateTime && `DELETED ${deletedDateTime.slice(0, 10)}: it has to be restored first`,
  ];
  return `"${displayName}": ${facts.filter(Boolean).join(', ')}`;
}
