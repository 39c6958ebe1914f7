import { inputError } from '../../errors.js';
import type { ApplicationIds, LegacyCandidate } from '../../migration/facts.js';
import type { Migration } from '../../migration/state.js';
import { byIdentifier, findApplications } from './application.js';
import type { GraphReader } from './client.js';
import { deletedApplications } from './deleted-applications.js';
import { describeCandidate, describeDeleted, doubtAbout, readStanding } from './legacy-candidates.js';
import { bothForms, legacyForms } from './legacy-values.js';
import { quoted } from './query.js';

/** The application that the legacy connection logs in through where that is clear, else those that it may be. */
export type LegacyApplications = { only: ApplicationIds } | { candidates: LegacyCandidate[] };

/**
 * Looks for the application that the legacy connection logs in through. That is clear where one live application alone has the identifier
 * that Flex was seen to send, a final slash aside, and nothing speaks against it. Everything else is for a person to choose from: whatever
 * has an identifier that legacy connections of the account ever had, the Entity ID of the connection that is modified, and what is deleted.
 */
export async function findLegacyApplications(
  graph: GraphReader,
  migration: Pick<Migration, 'accountSid' | 'facts' | 'answers'>,
): Promise<LegacyApplications> {
  const { facts, answers } = migration;
  const { legacy } = facts;
  const holders = legacy ? await withIdentifiers(graph, bothForms(legacy.entityId)) : [];
  const [holder] = holders;
  if (legacy && holder && holders.length === 1) {
    const standing = await readStanding(graph, holder);
    if (!doubtAbout({ ...holder, ...standing }, legacy)) return { only: holder };
  }
  // If an earlier run was completed and its record lost, the Entity ID is in the place of the legacy one.
  const modified = answers.setupType === 'modify' && facts.connection ? [facts.connection.entityId] : [];
  const forms = [...legacyForms(migration), ...modified];
  const [live, deleted] = await Promise.all([withIdentifiers(graph, forms), deletedApplications(graph)]);
  const [only] = await withIdentifiers(graph, modified);
  const isOneAlone = live.length === 1 && deleted.every(one => describeDeleted(one, forms).length === 0);
  if (legacy && only && isOneAlone && !doubtAbout({ ...only, ...(await readStanding(graph, only)) }, legacy))
    return { only };
  const candidates = await Promise.all(live.map(ids => describeCandidate(graph, ids, forms)));
  return { candidates: [...sorted(candidates), ...sorted(deleted.flatMap(one => describeDeleted(one, forms)))] };

  /** Those with the most telling identifier first. */
  function sorted(unsorted: readonly LegacyCandidate[]): LegacyCandidate[] {
    const rank = ({ identifier, appId }: LegacyCandidate) =>
      `${String(forms.indexOf(identifier)).padStart(2, '0')} ${appId}`;
    return [...unsorted].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }
}

/** The application that somebody named. Throws an input error where this tenant has none of that id, or has deleted it. */
export async function findNamedApplication(graph: GraphReader, appId: string): Promise<ApplicationIds> {
  const [found] = await findApplications(graph, `appId eq ${quoted(appId)}`);
  if (found) return found;
  const deleted = (await deletedApplications(graph)).find(one => one.appId === appId);
  if (deleted)
    throw inputError(
      'legacy-application-deleted',
      `The application "${deleted.displayName}" (${appId}) was deleted on ${deleted.deletedDateTime.slice(0, 10)}, so nobody can log in through it.`,
      'Restore it in Entra under App registrations > Deleted applications, then run `flex-sso resume`. Entra keeps it for 30 days.',
    );
  throw inputError(
    'legacy-application-unknown',
    `This Entra tenant has no application with the id ${appId}.`,
    'Give the Application (client) ID that Entra shows on the Overview page of the application your agents log in through.',
  );
}

/** Every live application that has one of these identifiers. */
export async function withIdentifiers(graph: GraphReader, identifiers: readonly string[]): Promise<ApplicationIds[]> {
  const found = await Promise.all(identifiers.map(identifier => findApplications(graph, byIdentifier(identifier))));
  return [...new Map(found.flat().map(ids => [ids.appId, ids])).values()];
}
