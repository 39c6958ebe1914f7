import { inputError } from '../../errors.js';
import type { ApplicationIds, LegacyCandidate, Migration } from '../../migration/state.js';
import { byIdentifier, findApplications } from './application.js';
import type { GraphReader } from './client.js';
import { deletedApplications } from './deleted-applications.js';
import { describeCandidate } from './legacy-candidates.js';
import { quoted } from './query.js';

type Known = Pick<Migration, 'accountSid' | 'facts'>;

/** Everything that legacy connections of an account were ever told to register as identifier or reply URL, without a final slash. */
export function legacyValues({ accountSid, facts }: Known): Set<string> {
  const current = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2`;
  const older = `https://preview.twilio.com/iam/Accounts/${accountSid}/saml2`;
  const seen = [facts.legacy?.entityId, facts.legacy?.acsUrl].filter(value => value !== undefined && value !== '');
  return new Set(
    [...seen, `${current}/metadata`, current, older, `${older}/metadata`].map(value => trimmed(value ?? '')),
  );
}

/** Whether an identifier or reply URL is one of a legacy connection; a final slash is tolerated, as Twilio's own page shows one. */
export const isLegacyValue = (values: ReadonlySet<string>, value: string) => values.has(trimmed(value));

/** The application that the legacy connection logs in through where that is clear, else those that it may be. */
export type LegacyApplications = { only: ApplicationIds } | { candidates: LegacyCandidate[] };

/**
 * Looks for the application that the legacy connection logs in through. The identifier that Flex really sends decides, as it is unique
 * in a tenant; only where no application has it are the other forms looked for, and only where none has those the deleted ones.
 */
export async function findLegacyApplications(graph: GraphReader, migration: Known): Promise<LegacyApplications> {
  const { legacy } = migration.facts;
  const sent = legacy ? await firstOf(bothForms(legacy.entityId), form => withIdentifiers(graph, [form])) : [];
  const live = sent.length > 0 ? sent : await withIdentifiers(graph, [...legacyValues(migration)].flatMap(bothForms));
  const [first] = live;
  if (first && live.length === 1) return { only: first.ids };
  if (first) return { candidates: await Promise.all(live.map(held => describeCandidate(graph, held))) };
  const values = legacyValues(migration);
  const deleted = await deletedApplications(graph);
  return {
    candidates: deleted.flatMap(({ identifierUris, ...facts }) => {
      const identifier = identifierUris.find(held => isLegacyValue(values, held));
      return identifier ? [{ ...facts, identifier }] : [];
    }),
  };
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

interface Held {
  ids: ApplicationIds;
  identifier: string;
}

/** Every application that has one of these identifiers, with the first one it has. */
async function withIdentifiers(graph: GraphReader, identifiers: readonly string[]): Promise<Held[]> {
  const found = await Promise.all(
    identifiers.map(async identifier =>
      (await findApplications(graph, byIdentifier(identifier))).map(ids => ({ ids, identifier })),
    ),
  );
  const unique = new Map(found.flat().map(held => [held.ids.appId, held]));
  return [...unique.values()].sort((a, b) => (a.ids.appId < b.ids.appId ? -1 : 1));
}

/** What the first of these leads to that leads to anything. */
async function firstOf<T>(forms: readonly string[], find: (form: string) => Promise<T[]>): Promise<T[]> {
  for (const form of forms) {
    const found = await find(form);
    if (found.length > 0) return found;
  }
  return [];
}

const trimmed = (value: string) => value.replace(/\/+$/, '');
const bothForms = (value: string) => [trimmed(value), `${trimmed(value)}/`];
