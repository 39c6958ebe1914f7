import type { Application } from '@microsoft/microsoft-graph-types';
import { inputs } from '../../inputs.js';
import type { Answers } from '../../migration/state.js';
import type { ReadContext, Report } from '../../migration/step.js';
import type { GraphReader } from './client.js';
import { isTemporaryName, temporaryNames } from './derived.js';
import { noteOnce } from './note-once.js';
import { query, quoted } from './query.js';

/** What people see in the end. */
export const finalName = ({ applicationName }: Pick<Answers, 'applicationName'>): string =>
  applicationName ?? inputs.applicationName.preset ?? 'Twilio Flex SSO';

/** Says, before an application is created, which others could be taken for it. Names are no keys: Entra takes the same one twice. */
export async function noteOnNames({ report }: ReadContext, graph: GraphReader, displayName: string): Promise<void> {
  if (noted.has(report)) return;
  noted.add(report);
  const filter = `displayName eq ${quoted(displayName)} or startswith(displayName,${quoted(temporaryNames)})`;
  const found = await graph.list<Application>(
    `/applications${query(filter, ['id', 'appId', 'displayName', 'identifierUris'])}`,
  );
  for (const { displayName: name, appId, identifierUris } of found) {
    if (name === displayName)
      noteOnce(
        report,
        `Another application (${appId}) is called "${name}" already. Entra allows it; \`--application-name\` chooses another name.`,
      );
    else if (isTemporaryName(name ?? ''))
      noteOnce(
        report,
        `An earlier migration left the application "${name}" (${appId}) behind, ${entityIdsIn(identifierUris ?? [])}`,
      );
  }
}

/** One with the Entity ID of the new connection is taken, which is not known before Console shows it. */
function entityIdsIn(identifiers: readonly string[]): string {
  const entityIds = identifiers.filter(identifier => identifier.startsWith('urn:flex:'));
  return entityIds.length > 0
    ? `with the Entity ID ${entityIds.join(', ')}. If that is the one of the new connection, it is completed instead of creating another one.`
    : 'without an Entity ID. If nobody works on it, delete it.';
}

/** A plan is made again before it is applied; this is said once a step. */
const noted = new WeakSet<Report>();
