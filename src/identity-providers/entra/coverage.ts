import type { ConditionalAccessPolicy } from '@microsoft/microsoft-graph-types';
import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds } from '../../migration/facts.js';
import type { ReadContext, Report } from '../../migration/step.js';
import { GraphError, type GraphReader } from './client.js';
import type { EntraApplication } from './read.js';

/** Conditional Access takes one request a second, so it is asked once a step. Why it could not be read, where it could not. */
const read = new WeakMap<Report, Promise<readonly ConditionalAccessPolicy[] | string>>();

/**
 * What covers the legacy application and does not, or will not, cover the new one, what else is set on it, and what to do. Said, and
 * never a check that fails: none of it is ours to edit.
 */
export async function coverageNotes(
  { report }: ReadContext,
  graph: GraphReader,
  legacy: EntraApplication,
  application: ApplicationIds | undefined,
): Promise<string[]> {
  const found = await policiesOf(report, graph);
  const isRead = typeof found !== 'string';
  const { included, excluded } = uncovered(isRead ? found : [], legacy.ids.appId, application?.appId);
  return [
    ...(isRead ? [] : [`Conditional Access policies could not be read: ${found} ${byHand}`]),
    ...(included.length > 0
      ? [`Conditional Access names the legacy application, and not the new one: ${named(included)}. ${whatToAdd}`]
      : []),
    ...(excluded.length > 0
      ? [
          `Conditional Access leaves the legacy application out, but applies to the new one: ${named(excluded)}. Agents may be asked for ` +
            'more than today, or be refused. Exclude the new application too, if that is meant.',
        ]
      : []),
    // Said apart, so that what was said before the new application had an id is not said a second time.
    ...(application && included.length + excluded.length > 0
      ? [`Whoever edits these policies needs the application id of the new application: ${application.appId}.`]
      : []),
    ...(legacy.tags.includes(hidden)
      ? [
          'The legacy application is hidden from My Apps; the new one will be shown to whoever is assigned. In Entra: Properties > ' +
            'Visible to users.',
        ]
      : []),
    ...(!legacy.appRoleAssignmentRequired
      ? [
          'The legacy application needs no assignment, so anybody in the tenant may begin a login; the new one is set likewise.',
        ]
      : []),
    ...(!legacy.accountEnabled
      ? ['Sign-in to the legacy application is switched off in Entra (Properties > Enabled for users to sign in).']
      : []),
  ];
}

const hidden = 'HideApp';
const byHand = 'Look under Protection > Conditional Access whether a policy names the legacy application.';
const whatToAdd =
  'What they demand does not hold for the new one until somebody adds it to them, under Protection > Conditional Access; flex-sso never edits them.';

function uncovered(policies: readonly ConditionalAccessPolicy[], legacy: string, application: string | undefined) {
  const active = policies.filter(({ state }) => state !== 'disabled');
  const names = (policy: ConditionalAccessPolicy, list: 'includeApplications' | 'excludeApplications', appId = '') =>
    (policy.conditions?.applications?.[list] ?? []).some(name => name.toLowerCase() === appId.toLowerCase());
  const coversAll = (policy: ConditionalAccessPolicy) => names(policy, 'includeApplications', 'All');
  return {
    included: active.filter(
      policy =>
        names(policy, 'includeApplications', legacy) &&
        !coversAll(policy) &&
        !(application && names(policy, 'includeApplications', application)),
    ),
    excluded: active.filter(
      policy =>
        coversAll(policy) &&
        names(policy, 'excludeApplications', legacy) &&
        !(application && names(policy, 'excludeApplications', application)),
    ),
  };
}

const named = (policies: readonly ConditionalAccessPolicy[]) =>
  policies
    .map(
      ({ displayName, state }) =>
        `“${displayName ?? ''}”${state === 'enabledForReportingButNotEnforced' ? ' (report-only)' : ''}`,
    )
    .join(', ');

function policiesOf(report: Report, graph: GraphReader): Promise<readonly ConditionalAccessPolicy[] | string> {
  const begun =
    read.get(report) ?? graph.list<ConditionalAccessPolicy>('/identity/conditionalAccess/policies').catch(refusal);
  read.set(report, begun);
  return begun;
}

/** Why it could not be read; anything that has to do with the run itself is thrown. */
function refusal(error: unknown): string {
  if (error instanceof GraphError) return error.message;
  if (error instanceof FlexSsoError && error.ending === 'permission') return error.message;
  throw error;
}
