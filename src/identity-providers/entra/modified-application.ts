import { inputError } from '../../errors.js';
import type { ApplicationIds, Migration } from '../../migration/state.js';
import type { Change, Check, Facts, ReadContext, WriteContext } from '../../migration/step.js';
import { readExisting } from './application.js';
import { connectionOf } from './connection.js';
import { isLegacyValue, legacyValues } from './legacy-application.js';
import { applyProperty, type PropertyName, planProperty } from './properties.js';
import { type EntraApplication, replyUrls } from './read.js';
import { look, settleMs } from './replication.js';
import { firstOfLastRun, restored } from './restoration.js';
import { containment } from './saml.js';
import { noteOnIdentifierPolicy } from './tenant-policy.js';

/** In the order of writing: the mode is put right first, so that neither the way forward nor the way back is refused a foreign host. */
const properties: readonly { name: PropertyName; title: string; back: string }[] = [
  { name: 'preferredSingleSignOnMode', title: 'Sign in with SAML', back: 'The single sign-on mode as it was' },
  {
    name: 'identifierUris',
    title: 'Identifier (Entity ID): the enhanced one in the place of the legacy one',
    back: 'Identifier (Entity ID): the legacy one again',
  },
  {
    name: 'web',
    title: 'Reply URL (Assertion Consumer Service URL): the enhanced one in the place of the legacy one',
    back: 'Reply URL (Assertion Consumer Service URL): the legacy one again',
  },
];

/** The two values of the existing application that are not as they should be yet. */
export async function planModification(context: ReadContext): Promise<Change[]> {
  const graph = await context.graph();
  const there = await read(context);
  const wanted = enhanced(there, context.migration);
  const changes = properties.flatMap(({ name, title }) =>
    planProperty(name, there.ids.displayName, title, presentValue(there, name), wanted[name] ?? null),
  );
  if (changes.length > 0) await noteOnIdentifierPolicy(context, graph, connectionOf(context.migration).entityId);
  return changes;
}

/** Puts the recorded values back, each as it was before this tool first changed it; the last one written is the first restored. */
export async function planRestoration(context: ReadContext): Promise<Change[]> {
  const { journal } = context.migration;
  const recorded = properties.flatMap(({ name, back }) => {
    const first = firstOfLastRun(journal, name);
    return first ? [{ name, back, first }] : [];
  });
  if (recorded.length === 0) return [];
  const there = await read(context);
  return recorded
    .toReversed()
    .flatMap(({ name, back, first }) =>
      planProperty(
        name,
        there.ids.displayName,
        back,
        presentValue(there, name),
        restored(first.change, presentValue(there, name)),
      ),
    );
}

/** Does one change of either plan. */
export async function applyModification(change: Change, context: WriteContext): Promise<Facts> {
  await applyProperty(change, idsOf(context.migration), context);
  return {};
}

/** Whether the two values are there, and the legacy ones gone. */
export async function verifyModification(context: ReadContext): Promise<Check[]> {
  const { entityId, acsUrl } = connectionOf(context.migration);
  return checkUntilPassed(context, there => [
    containment('identifier', 'The identifier (Entity ID)', entityId, there.identifierUris),
    containment('reply-url', 'The reply URL (ACS URL)', acsUrl, there.web.redirectUris),
  ]);
}

/** Whether the legacy values are back. */
export async function verifyRestoration(context: ReadContext): Promise<Check[]> {
  const { legacy } = context.migration.facts;
  if (!legacy || !properties.some(({ name }) => firstOfLastRun(context.migration.journal, name))) return [];
  const slashed = (values: readonly string[], value: string) => values.find(held => held === `${value}/`) ?? value;
  return checkUntilPassed(context, there => [
    containment(
      'legacy-identifier',
      'The legacy identifier (Entity ID)',
      slashed(there.identifierUris, legacy.entityId),
      there.identifierUris,
    ),
    ...(legacy.acsUrl
      ? [
          containment(
            'legacy-reply-url',
            'The legacy reply URL (ACS URL)',
            slashed(there.web.redirectUris, legacy.acsUrl),
            there.web.redirectUris,
          ),
        ]
      : []),
  ]);
}

async function checkUntilPassed(context: ReadContext, check: (there: EntraApplication) => Check[]): Promise<Check[]> {
  const graph = await context.graph();
  let checks: Check[] = [];
  await look(
    async () => {
      checks = check(await read(context));
      return checks.every(({ result }) => result === 'passed') || undefined;
    },
    { wait: graph.wait, longestMs: settleMs },
  );
  return checks;
}

async function read(context: ReadContext): Promise<EntraApplication> {
  return readExisting(await context.graph(), idsOf(context.migration));
}

function idsOf({ facts }: Migration): ApplicationIds {
  if (facts.legacyApplication) return facts.legacyApplication;
  throw inputError(
    'legacy-application-missing',
    'It is not known which Entra application your agents log in through.',
    'Name it with `--legacy-application <appId>`.',
  );
}

type Values = Readonly<Partial<Record<PropertyName, Change['after']>>>;

function presentValue(there: EntraApplication, name: PropertyName): Change['after'] {
  if (name === 'web') return replyUrls(there.web);
  return name === 'identifierUris' ? [...there.identifierUris] : there.preferredSingleSignOnMode;
}

function enhanced(there: EntraApplication, migration: Migration): Values {
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
    return (own ?? predecessor)?.index ?? null;
  }
}

/** `value` in the place of the first legacy one; every other legacy one goes, and whatever else is there stays where it is. */
function replaced(values: readonly string[], legacy: ReadonlySet<string>, value: string): string[] {
  const place = values.findIndex(held => held === value || isLegacyValue(legacy, held));
  const others = values.map(held => (held === value || isLegacyValue(legacy, held) ? undefined : held));
  if (place < 0) return [...values, value];
  return others.flatMap((held, index) => (index === place ? [value] : (held ?? [])));
}
