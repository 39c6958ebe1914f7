import { inputError } from '../../errors.js';
import type { ApplicationIds } from '../../migration/facts.js';
import type { Migration } from '../../migration/state.js';
import type { Change, Check, ReadContext } from '../../migration/step.js';
import { readExisting } from './application.js';
import { connectionOf } from './connection.js';
import { cutOffTheOtherWay } from './journal.js';
import { isLegacyValue, legacyValues } from './legacy-values.js';
import { noteOnce } from './note-once.js';
import { beside } from './overlap.js';
import { type PropertyName, sameValue } from './properties.js';
import { type EntraApplication, readWeb, replyUrls } from './read.js';
import { asIfMade } from './recorded-values.js';
import { look, settleMs } from './replication.js';

/**
 * In the order of writing: the mode is put right first, so that neither the way forward nor the way back is refused a foreign host.
 * `restored` names the check that it is as it was.
 */
export const properties: readonly { name: PropertyName; what: string; isValue: boolean; restored: string }[] = [
  {
    name: 'preferredSingleSignOnMode',
    what: 'Single sign-on method',
    isValue: false,
    restored: 'single-sign-on-method',
  },
  { name: 'identifierUris', what: 'Identifier (Entity ID)', isValue: true, restored: 'legacy-identifier' },
  { name: 'web', what: 'Reply URL (Assertion Consumer Service URL)', isValue: true, restored: 'legacy-reply-url' },
];

/** Both logins work: the new values behind the legacy ones. */
export function overlapping(there: EntraApplication, migration: Migration): Values {
  const { entityId, acsUrl } = connectionOf(migration);
  const { redirectUris, redirectUriSettings } = there.web;
  return {
    preferredSingleSignOnMode: 'saml',
    identifierUris: beside(there.identifierUris, entityId),
    web: replyUrls({ redirectUris: beside(redirectUris, acsUrl), redirectUriSettings }),
  };
}

/** What the properties shall be. */
type Values = Readonly<Partial<Record<PropertyName, Change['after']>>>;

/** What a property is now, in the form of a change. */
export function presentValue(there: EntraApplication, name: PropertyName): Change['after'] {
  if (name === 'web') return replyUrls(there.web);
  return name === 'identifierUris' ? [...there.identifierUris] : there.preferredSingleSignOnMode;
}

/** The new values in the place of the legacy ones. */
export function enhanced(there: EntraApplication, migration: Migration): Values {
  const { entityId, acsUrl } = connectionOf(migration);
  const legacy = legacyValues(migration);
  const { redirectUris, redirectUriSettings } = there.web;
  return {
    preferredSingleSignOnMode: 'saml',
    identifierUris: replaced(there.identifierUris, legacy, entityId),
    web: replyUrls({
      redirectUris: replaced(redirectUris, legacy, acsUrl),
      redirectUriSettings: replaced(
        redirectUriSettings.map(({ uri }) => uri),
        legacy,
        acsUrl,
      ).map(uri => ({ uri, index: indexOf(uri) })),
    }),
  };

  /** The new URL takes the index over that its predecessor had. */
  function indexOf(uri: string): number | null {
    const own = redirectUriSettings.find(setting => setting.uri === uri);
    const predecessor = redirectUriSettings.find(setting => isLegacyValue(legacy, setting.uri));
    return own?.index ?? predecessor?.index ?? null;
  }
}

/** `value` in the place of the first legacy one; every other legacy one goes, and whatever else is there stays where it is. */
function replaced(values: readonly string[], legacy: ReadonlySet<string>, value: string): string[] {
  const place = values.findIndex(held => held === value || isLegacyValue(legacy, held));
  const others = values.map(held => (held === value || isLegacyValue(legacy, held) ? undefined : held));
  if (place < 0) return [...values, value];
  return others.flatMap((held, index) => (index === place ? [value] : (held ?? [])));
}

/** Repeats checks for some seconds as long as one fails: reads lag behind writes. */
export async function checkUntilPassed(
  context: ReadContext,
  check: (there: EntraApplication) => Check[],
): Promise<Check[]> {
  const graph = await context.graph();
  let checks: Check[] = [];
  await look(
    async () => {
      checks = check(await readExistingOf(context));
      return checks.every(({ result }) => result !== 'failed') || undefined;
    },
    { wait: graph.wait, longestMs: settleMs },
  );
  return checks;
}

/**
 * The existing application as a plan has to take it: as Entra shows it, and with what a run the other way was cut off in as if it were
 * made. So it is written again, which does no harm, and what shows only later is not left behind.
 */
export async function readForPlan(context: ReadContext): Promise<EntraApplication> {
  let there = await readExistingOf(context);
  for (const { name, what } of properties) {
    const change = cutOffTheOtherWay(context.migration, name);
    if (!change) continue;
    const shown = presentValue(there, name);
    const made = asIfMade(change, shown);
    there = { ...there, [name]: name === 'web' ? { ...there.web, ...readWeb({ web: made as object }) } : made };
    if (!sameValue(shown, presentValue(there, name))) noteOnce(context.report, mayBeMade(what));
  }
  return there;
}

const mayBeMade = (what: string) =>
  `The last run was cut off while it wrote the ${what}, and Entra can take a while to show what it took. So it counts as written in ` +
  'this plan, and is written as it should be.';

/** The existing application as Entra shows it now. */
async function readExistingOf(context: ReadContext): Promise<EntraApplication> {
  return readExisting(await context.graph(), existingIds(context.migration));
}

/**
 * The existing application under the name that it was found by: changes are known by it, whatever it is called since. Throws where it
 * is not known which one it is.
 */
export function existingIds({ facts }: Migration): ApplicationIds {
  if (facts.legacyApplication) return facts.legacyApplication;
  throw inputError(
    'legacy-application-missing',
    'It is not known which Entra application your agents log in through.',
    'Name it with `--legacy-application <appId>`.',
  );
}
