import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds, Facts, ServiceProvider } from '../../migration/facts.js';
import type { Migration } from '../../migration/state.js';
import type { ReadContext } from '../../migration/step.js';
import { deletedApplications } from './deleted-applications.js';
import { findNamedApplication, withIdentifiers } from './legacy-application.js';
import { legacyForms } from './legacy-values.js';
import { explained } from './refusals.js';

/** What Entra proves of a migration whose record is lost: the setup type, and which application is which. */
export interface Proven {
  setupType: 'new' | 'modify' | undefined;
  facts: Pick<Facts, 'legacyApplication' | 'application'>;
}

/**
 * Tells from the identifiers which application is modified, or which one is new beside the legacy one. Throws 'record-lost' if they do not
 * tell it; what somebody answers is not guessed.
 */
export const readLostRecord = (
  context: ReadContext,
  connection: ServiceProvider,
  given: Pick<Migration['answers'], 'setupType' | 'legacyApplication'>,
): Promise<Proven> =>
  explained(async () => {
    const { migration } = context;
    const graph = await context.graph();
    const forms = legacyForms(migration);
    const [enhanced, legacy, deleted] = await Promise.all([
      withIdentifiers(graph, [connection.entityId]),
      withIdentifiers(graph, forms),
      deletedApplications(graph),
    ]);
    const [holder] = enhanced;
    if (given.legacyApplication && given.legacyApplication !== 'none') {
      const named = await findNamedApplication(graph, given.legacyApplication);
      const isModified = holder?.appId === named.appId;
      return known(given.setupType ?? (holder ? (isModified ? 'modify' : 'new') : undefined), named, holder);
    }
    const gone = deleted.find(({ identifierUris }) => identifierUris.some(uri => forms.includes(uri)));
    const ofBoth = new Map([...legacy, ...enhanced].map(ids => [ids.appId, ids]));
    const [only, other] = [...ofBoth.values()];
    if (only && !other && (legacy.length > 0 || !gone))
      return known(given.setupType ?? (holder ? 'modify' : undefined), only, holder);
    if (holder && enhanced.length === 1 && legacy.length === 1 && given.setupType !== 'modify')
      return known('new', legacy[0], holder);
    throw recordLost([...ofBoth.values()], connection, gone?.displayName);
  });

const known = (
  setupType: Proven['setupType'],
  legacyApplication: ApplicationIds | undefined,
  holder: ApplicationIds | undefined,
): Proven => ({
  setupType,
  facts: {
    ...(legacyApplication && { legacyApplication }),
    ...(setupType === 'new' && holder && { application: holder }),
  },
});

function recordLost(
  found: readonly ApplicationIds[],
  { entityId }: ServiceProvider,
  deleted: string | undefined,
): FlexSsoError {
  const names = found.map(({ displayName, appId }) => `“${displayName}” (${appId})`).join(', ');
  const seen = names
    ? `These applications hold the enhanced Entity ID or a legacy one: ${names}.`
    : `No application of this Entra tenant holds the Entity ID ${entityId} or a legacy one.`;
  const gone = deleted ? ` “${deleted}”, which holds a legacy one, is deleted.` : '';
  return new FlexSsoError(
    'record-lost',
    `The record of this migration is lost, and Entra does not show which application agents log in through. ${seen}${gone}`,
    deleted
      ? 'Restore it in Entra under App registrations > Deleted applications. Then run the command again.'
      : 'Put a copy of the state file in its place, or name the application with `--legacy-application <appId>`.',
  );
}
