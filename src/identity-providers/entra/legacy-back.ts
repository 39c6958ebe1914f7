import { serviceProviderOf } from '../../flex/service-provider.js';
import { isSetupRecorded } from '../../migration/journal.js';
import type { Change, ReadContext } from '../../migration/step.js';
import { isSameForm } from './legacy-values.js';
import type { PropertyName } from './properties.js';
import { replyUrls } from './read.js';
import { restored } from './recorded-values.js';

type Value = Change['after'];

/** What the legacy login needs of the application, and what of the enhanced connections is in its place. */
export interface LegacyNeeds {
  entityId: string;
  acsUrl: string;
  /** The values of the account's enhanced connections, if nothing records who put them there; else none. */
  unrecorded: ReadonlySet<string>;
}

/** What Flex sends for a legacy login; undefined if Flex did not show it. */
export async function legacyNeeds({ flex, migration }: ReadContext): Promise<LegacyNeeds | undefined> {
  const { legacy, connection } = migration.facts;
  if (!legacy) return undefined;
  const { entityId, acsUrl } = legacy;
  if (isSetupRecorded(migration)) return { entityId, acsUrl, unrecorded: new Set() };
  const listed = (await flex.connections()).map(({ name }) => serviceProviderOf(name));
  const held = [...listed, ...(connection ? [connection] : [])];
  return { entityId, acsUrl, unrecorded: new Set(held.flatMap(values => [values.entityId, values.acsUrl])) };
}

/** The recorded value of a property, with whatever the legacy login needs besides: the record may be lost, or incomplete. */
export function valueBack(
  name: PropertyName,
  changes: readonly Pick<Change, 'before' | 'after'>[],
  now: Value,
  needs: LegacyNeeds | undefined,
): Value {
  const recorded = changes.length > 0 ? restored(changes, now) : now;
  return needs ? withLegacy(name, recorded, needs, changes.length > 0 ? new Set() : needs.unrecorded) : recorded;
}

/** A value of the application with what the legacy login needs in it; `goes` makes room for it. */
export function withLegacy(
  name: PropertyName,
  value: Value,
  { entityId, acsUrl }: Pick<LegacyNeeds, 'entityId' | 'acsUrl'>,
  goes: ReadonlySet<string> = new Set(),
): Value {
  if (name === 'identifierUris') return withValue((value ?? []) as string[], entityId, goes);
  if (name !== 'web' || !acsUrl) return value;
  const { redirectUris = [], redirectUriSettings = [] } = (value ?? {}) as Partial<ReturnType<typeof replyUrls>>;
  const uris = withValue(redirectUris, acsUrl, goes);
  const predecessor = redirectUriSettings.find(({ uri }) => goes.has(uri));
  const isIndexed = redirectUriSettings.some(({ uri }) => isSameForm(uri, acsUrl));
  const settings = redirectUriSettings.flatMap(setting => {
    if (!goes.has(setting.uri)) return [setting];
    return setting === predecessor && !isIndexed ? [{ uri: acsUrl, index: setting.index }] : [];
  });
  return replyUrls({ redirectUris: uris, redirectUriSettings: settings });
}

function withValue(values: readonly string[], wanted: string, goes: ReadonlySet<string>): string[] {
  const stays = values.filter(value => !goes.has(value));
  return stays.some(value => isSameForm(value, wanted)) ? stays : [...stays, wanted];
}
