import type { Application } from '@microsoft/microsoft-graph-types';
import { FlexSsoError } from '../../errors.js';
import type { ReadContext, Report } from '../../migration/step.js';
import { byIdentifier } from './application.js';
import type { GraphReader } from './client.js';
import { deletedApplications } from './deleted-applications.js';
import { query } from './query.js';
import { refuseByTenantPolicy } from './tenant-policy.js';

/**
 * Throws, before anything is written, where Entra would refuse the Entity ID to the application `appId` (absent for one that is to be
 * created): another application has it, a deleted one keeps it, or a policy of the tenant forbids it.
 */
export async function assertEntityIdPossible(
  context: ReadContext,
  graph: GraphReader,
  entityId: string,
  appId: string | undefined,
): Promise<void> {
  const passedAt = passed.get(context.report) ?? Number.NEGATIVE_INFINITY;
  if (Date.now() - passedAt < passedMs) return;
  const [holders, deleted] = await Promise.all([
    graph.list<Application>(`/applications${query(byIdentifier(entityId), ['id', 'appId', 'displayName'])}`),
    deletedApplications(graph),
  ]);
  const holder = holders.find(one => one.appId !== appId);
  if (holder) throw heldBy(entityId, holder, context.migration.answers.setupType === 'modify');
  const keeper = deleted.find(({ identifierUris }) => identifierUris.includes(entityId));
  if (keeper) throw keptBy(entityId, keeper);
  await refuseByTenantPolicy(context, graph, entityId, appId);
  passed.set(context.report, Date.now());
}

/** A plan is made again before it is applied, mostly at once. */
const passed = new WeakMap<Report, number>();
const passedMs = 60_000;

function heldBy(entityId: string, { displayName, appId }: Application, isModified: boolean): FlexSsoError {
  return new FlexSsoError(
    'entity-id-taken',
    `Another application of this tenant, "${displayName}" (${appId}), has the identifier ${entityId} already, and Entra gives it to one alone.`,
    'Remove the identifier there, in Entra under Single sign-on > Basic SAML Configuration, then run `flex-sso resume`. If ' +
      (isModified
        ? `your agents log in through that one, say so with \`--legacy-application ${appId}\`.`
        : `it is meant to be the new application, say so with \`--application-name "${displayName}"\`.`),
  );
}

function keptBy(entityId: string, { displayName, appId }: { displayName: string; appId: string }): FlexSsoError {
  return new FlexSsoError(
    'entity-id-on-deleted',
    `The deleted application "${displayName}" (${appId}) keeps the identifier ${entityId} as long as it can be restored.`,
    'Delete it permanently in Entra under App registrations > Deleted applications, or restore it and remove the identifier, then ' +
      'run `flex-sso resume`.',
  );
}
