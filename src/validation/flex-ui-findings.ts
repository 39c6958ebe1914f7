import { type Finding, findingOf } from '../diagnosis/finding.js';
import { FlexSsoError } from '../errors.js';
import { type OauthConfiguration, readOauth, usesLoginPopup } from '../flex/app-config.js';
import type { Connection } from '../flex/client.js';
import { lastEitherWay } from '../migration/journal.js';
import type { Migration } from '../migration/state.js';
import type { ReadContext } from '../migration/step.js';
import { isNetworkTrouble } from '../network-trouble.js';

/** What Flex UI is told: where it is self-hosted by its appconfig.js, and by the account's own configuration. */
export async function flexUiFindings(context: ReadContext, listed: readonly Connection[]): Promise<Finding[]> {
  const [site, account] = await Promise.all([readSite(context), accountFindings(context)]);
  return [...(site ? oauthFindings(site, context.migration, listed) : []), ...account, ...popup(site?.popup, context)];
}

/** The appconfig.js that was named, or else what is recorded to have been deployed. */
interface Site {
  oauth: OauthConfiguration | null;
  /** In words. */
  where: string;
  /** Where its `sso` opens the login in a window of its own. */
  popup?: string;
}

async function readSite({ migration, readDocument }: ReadContext): Promise<Site | undefined> {
  const { answers } = migration;
  if (answers.hosting !== 'self-hosted') return undefined;
  const file = answers.appConfig;
  try {
    if (!file) return deployed(migration);
    const text = await readDocument(file);
    const popup = usesLoginPopup(text) && { popup: `${file} has sso.loginPopup` };
    return { oauth: readOauth(text), where: file, ...popup };
  } catch (error) {
    // Somebody validates from another machine.
    if (error instanceof FlexSsoError) return deployed(migration);
    throw error;
  }
}

function deployed({ journal }: Migration): Site | undefined {
  const after = lastEitherWay(journal, 'configure-self-hosted', 'deployment')?.change.after;
  if (typeof after !== 'object' || after === null || Array.isArray(after)) return undefined;
  const { connection, clientId, redirectUrl } = after;
  const oauth = { connection: String(connection), clientId: String(clientId), redirectUrl: String(redirectUrl) };
  return { oauth, where: 'what was deployed, by the record,' };
}

function oauthFindings({ oauth, where }: Site, migration: Migration, listed: readonly Connection[]): Finding[] {
  const { answers, facts, completed } = migration;
  const isDue = completed.includes('configure-self-hosted');
  if (!oauth) return isDue ? [findingOf('oauth-object-missing', `There is no oauth object in ${where}.`)] : [];
  const found = listed.find(({ name }) => name === facts.connection?.name);
  if (oauth.connection !== facts.connection?.name || (found && oauth.clientId !== found.clientId))
    return [findingOf('oauth-object-stale', `${where} names ${oauth.connection} and ${oauth.clientId}.`)];
  if (!isDue)
    return [findingOf('oauth-object-too-early', `It is in ${where}, and the connection is not set up to the end.`)];
  if (oauth.redirectUrl !== answers.redirectUrl)
    return [findingOf('oauth-object-stale', `${where} names the redirect URL ${oauth.redirectUrl}.`)];
  // Somebody switched back in Console: that comes first.
  return found && !found.active && facts.finishedAt
    ? [findingOf('oauth-object-too-early', 'It is there, and the connection is not active.', { severity: 'warning' })]
    : [];
}

/** What the account's configuration says, and whether it may be read at all. */
async function accountFindings(context: ReadContext): Promise<Finding[]> {
  try {
    const { loginPopup } = await context.flex.configuration();
    return popup(loginPopup ? 'public_attributes of the account have loginPopup' : undefined, context);
  } catch (error) {
    if (!(error instanceof FlexSsoError) || error.ending === 'interrupted' || isNetworkTrouble(error)) throw error;
    // What else may go wrong here does not matter to a login.
    return error.code === 'twilio-permission' ? [findingOf('flex-key-restricted', error.message)] : [];
  }
}

/** A blocked window leaves no trace anywhere: it is only known that there may be one, and that nothing came of a login. */
function popup(where: string | undefined, { migration: { facts } }: ReadContext): Finding[] {
  if (where === undefined) return [];
  const isSuspect = facts.evidence?.source === 'word' || /^login-not-(returned|seen)$/.test(facts.refusal?.cause ?? '');
  const what = isSuspect ? ', and nothing was seen of the last login.' : '; no login was seen to fail by it.';
  return [
    findingOf('popup-blocked', `${where}${what}`, { severity: isSuspect ? 'warning' : 'info', certainty: 'likely' }),
  ];
}
