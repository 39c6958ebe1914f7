import type { Application, ApplicationServicePrincipal, ServicePrincipal } from '@microsoft/microsoft-graph-types';
import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds } from '../../migration/facts.js';
import type { Migration } from '../../migration/state.js';
import type { Change } from '../../migration/step.js';
import { finalName } from './application-name.js';
import type { GraphReader, GraphWriter } from './client.js';
import { createOnce } from './create-once.js';
import { isTemporaryName, temporaryName } from './derived.js';
import { findTogether } from './find-together.js';
import { query, quoted } from './query.js';
import { type EntraApplication, pathsOf, readApplication } from './read.js';
import { look, settleMs, untilSeen } from './replication.js';

/** "Any other application you don't find in the gallery". */
const nonGalleryTemplate = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621';
/** Replicas answer in turns: an object counts as there when it was seen this often in a row. */
const sightings = 5;

/** Both objects of every application that matches; one whose service principal is not to be seen (yet) is left out. */
export async function findApplications(graph: GraphReader, filter: string): Promise<ApplicationIds[]> {
  const found = await listApplications(graph, filter);
  const all = await Promise.all(found.map(application => withServicePrincipal(graph, application)));
  return all.filter(ids => ids !== undefined);
}

const listApplications = (graph: GraphReader, filter: string): Promise<Application[]> =>
  graph.list<Application>(`/applications${query(filter, ['id', 'appId', 'displayName'])}`);

export const byIdentifier = (identifier: string) => `identifierUris/any(uri:uri eq ${quoted(identifier)})`;

/**
 * The new application of a migration: recorded, or created by a run that was cut off before it could record it, or one with the Entity
 * ID that an earlier migration left behind, half made or whole: it has a temporary name, or the name that was chosen. Throws
 * 'entity-id-on-legacy' where the legacy application has the Entity ID.
 */
export async function findNewApplication(
  graph: GraphReader,
  migration: Migration,
): Promise<ApplicationIds | undefined> {
  const { answers, facts, id } = migration;
  if (facts.application) return facts.application;
  const begun = await findCreated(graph, id);
  if (begun || !facts.connection) return begun;
  const [holder] = await listApplications(graph, byIdentifier(facts.connection.entityId));
  const { appId, displayName: name } = holder ?? {};
  const { legacyApplication } = facts;
  if (legacyApplication && appId === legacyApplication.appId) throw onLegacy(legacyApplication);
  const isOurs = name && (isTemporaryName(name) || name === finalName(answers));
  if (!holder || !isOurs) return undefined;
  // An earlier run may have left it a moment ago.
  return look(() => withServicePrincipal(graph, holder), { wait: graph.wait, longestMs: settleMs });
}

/** The change that creates the application, under a name that only this migration uses. */
export function planApplication(migrationId: string, key: string): Change {
  return {
    action: 'create',
    resource: 'application',
    key,
    title: 'Create the application in Entra, under a temporary name until it is complete',
    before: null,
    after: { displayName: temporaryName(migrationId) },
  };
}

/** Creates the application and waits until Entra shows it reliably; finds one that an interrupted run created. */
export async function createApplication(
  graph: GraphWriter,
  migrationId: string,
  note: (message: string) => void,
): Promise<ApplicationIds> {
  const ids = await createOnce({
    wait: graph.wait,
    what: 'the application',
    by: `its temporary name, "${temporaryName(migrationId)}"`,
    note,
    again: false,
    find: () => findCreated(graph, migrationId),
    create: () => instantiate(graph, temporaryName(migrationId)),
  });
  await untilReliable(graph, ids);
  return ids;
}

async function instantiate(graph: GraphWriter, displayName: string): Promise<ApplicationIds | undefined> {
  const made = await graph.post<ApplicationServicePrincipal | undefined>(
    `/applicationTemplates/${nonGalleryTemplate}/instantiate`,
    { displayName },
    { creates: true },
  );
  const { id, appId } = made?.application ?? {};
  const servicePrincipalId = made?.servicePrincipal?.id;
  return id && appId && servicePrincipalId ? { id, appId, servicePrincipalId, displayName } : undefined;
}

/** Waits until every replica shows both objects. */
export async function untilReliable(graph: GraphReader, ids: ApplicationIds): Promise<void> {
  const paths = Array.from({ length: sightings }, () => pathsOf(ids)).flat();
  await untilSeen(async () => (await findTogether(graph, paths)).every(found => found !== undefined) || undefined, {
    wait: graph.wait,
    until: 'show the new application reliably',
  });
}

/** Reads an application that is known to exist. Throws 'application-gone' where it is not to be seen for some seconds. */
export async function readExisting(graph: GraphReader, ids: ApplicationIds): Promise<EntraApplication> {
  const there = await look(() => readApplication(graph, ids), { wait: graph.wait, longestMs: settleMs });
  if (there) return there;
  throw applicationGone(ids);
}

/** The application that was created under the temporary name. */
async function findCreated(graph: GraphReader, migrationId: string): Promise<ApplicationIds | undefined> {
  const [application] = await listApplications(graph, `displayName eq ${quoted(temporaryName(migrationId))}`);
  if (!application) return undefined;
  // It exists: to go on as if it did not would create a second one.
  return untilSeen(() => withServicePrincipal(graph, application), {
    wait: graph.wait,
    until: 'show the service principal of the new application',
  });
}

async function withServicePrincipal(graph: GraphReader, application: Application): Promise<ApplicationIds | undefined> {
  const { id, appId, displayName } = application;
  if (!id || !appId) return undefined;
  const [principal] = await graph.list<ServicePrincipal>(
    `/servicePrincipals${query(`appId eq ${quoted(appId)}`, ['id', 'appId'])}`,
  );
  return principal?.id ? { id, appId, servicePrincipalId: principal.id, displayName: displayName ?? '' } : undefined;
}

/** The recorded application is no longer there. */
function applicationGone({ displayName, appId }: ApplicationIds): FlexSsoError {
  return new FlexSsoError(
    'application-gone',
    `Entra no longer shows the application "${displayName}" (${appId}).`,
    'If it was deleted, restore it in Entra under App registrations > Deleted applications, then run `flex-sso resume`.',
  );
}

function onLegacy({ displayName, appId }: ApplicationIds): FlexSsoError {
  return new FlexSsoError(
    'entity-id-on-legacy',
    `The legacy application "${displayName}" (${appId}) has the Entity ID of the new connection already.`,
    'For a new application, put the legacy Entity ID and ACS URL back into it first; or choose `--setup-type modify`.',
  );
}
