import { inputError } from '../../errors.js';
import type { ApplicationIds, Migration } from '../../migration/state.js';
import { byIdentifier, findApplications } from './application.js';
import type { GraphReader } from './client.js';
import { quoted } from './query.js';

/** Everything that legacy connections of an account were ever told to register as identifier or reply URL, without a final slash. */
export function legacyValues({ accountSid, facts }: Pick<Migration, 'accountSid' | 'facts'>): Set<string> {
  const current = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2`;
  const older = `https://preview.twilio.com/iam/Accounts/${accountSid}/saml2`;
  const seen = [facts.legacy?.entityId, facts.legacy?.acsUrl].filter(value => value !== undefined && value !== '');
  return new Set(
    [...seen, `${current}/metadata`, current, older, `${older}/metadata`].map(value => trimmed(value ?? '')),
  );
}

/** Whether an identifier or reply URL is one of a legacy connection; a final slash is tolerated, as Twilio's own page shows one. */
export const isLegacyValue = (values: ReadonlySet<string>, value: string) => values.has(trimmed(value));

/**
 * The applications that the legacy connection may log in through. The identifier that Flex really sends decides, as it is unique in a
 * tenant; only where no application has it are the other forms looked for.
 */
export async function findLegacyApplications(
  graph: GraphReader,
  migration: Pick<Migration, 'accountSid' | 'facts'>,
): Promise<ApplicationIds[]> {
  const { legacy } = migration.facts;
  const sent = legacy ? await findApplications(graph, byIdentifier(legacy.entityId)) : [];
  if (sent.length > 0) return sent;
  const forms = [...legacyValues(migration)].flatMap(value => [value, `${value}/`]);
  const found = (await Promise.all(forms.map(form => findApplications(graph, byIdentifier(form))))).flat();
  return [...new Map(found.map(ids => [ids.appId, ids])).values()].sort((a, b) => (a.appId < b.appId ? -1 : 1));
}

/** The application that somebody named. Throws an input error where this tenant has none of that id. */
export async function findNamedApplication(graph: GraphReader, appId: string): Promise<ApplicationIds> {
  const [found] = await findApplications(graph, `appId eq ${quoted(appId)}`);
  if (found) return found;
  throw inputError(
    'legacy-application-unknown',
    `This Entra tenant has no application with the id ${appId}.`,
    'Give the Application (client) ID that Entra shows on the Overview page of the application your agents log in through.',
  );
}

const trimmed = (value: string) => value.replace(/\/+$/, '');
