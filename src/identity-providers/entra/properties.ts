import { isDeepStrictEqual } from 'node:util';
import type { Application } from '@microsoft/microsoft-graph-types';
import type { ApplicationIds } from '../../migration/facts.js';
import type { Change, WriteContext } from '../../migration/step.js';
import { readWeb, replyUrls, type Web } from './read.js';
import { writeAndSee } from './replication.js';

/** Properties that a change sets whole, and on which of the two objects they are written. */
const homes = {
  preferredSingleSignOnMode: 'servicePrincipals',
  notificationEmailAddresses: 'servicePrincipals',
  appRoleAssignmentRequired: 'servicePrincipals',
  identifierUris: 'applications',
  web: 'applications',
  displayName: 'applications',
} as const;

export type PropertyName = keyof typeof homes;
type Value = Change['after'];

const isPropertyName = (name: string): name is PropertyName => name in homes;

/** The change of one property, as a list of none or one: none where it is right already. The order of a list is not told apart. */
export function planProperty(
  property: PropertyName,
  key: string,
  title: string,
  before: Value | undefined,
  after: Value,
): Change[] {
  if (before !== undefined && sameValue(before, after)) return [];
  return [{ action: 'update', resource: property, key, title, before: before ?? null, after }];
}

/** Writes a property, the service principal's or the application's, and waits until it is to be seen. */
export async function applyProperty(change: Change, at: ApplicationIds, context: WriteContext): Promise<void> {
  const property = change.resource;
  if (!isPropertyName(property)) throw new TypeError(`no property: ${property}`);
  const graph = await context.graph();
  const id = homes[property] === 'applications' ? at.id : at.servicePrincipalId;
  const value = property === 'web' ? await wholeWeb(context, at, change.after) : change.after;
  await writeAndSee<Record<string, Value>>(graph, `/${homes[property]}/${id}`, { [property]: value }, read =>
    sameValue(property === 'web' ? replyUrls(readWeb(read)) : (read[property] ?? null), change.after),
  );
}

/** `web` is replaced whole, so what it holds besides goes with it; indexes only where the change speaks of them. */
async function wholeWeb(context: WriteContext, at: ApplicationIds, after: Value): Promise<Web> {
  const graph = await context.graph();
  const there = await graph.find<Application>(`/applications/${at.id}?$select=web`);
  const { redirectUriSettings: _, ...rest } = readWeb(there ?? {});
  return { ...rest, ...(after as object) } as Web;
}

/** Lists hold the same values in any order (Entra's is not stable); objects agree in what `wanted` names. */
export function sameValue(seen: Value, wanted: Value): boolean {
  if (Array.isArray(seen) && Array.isArray(wanted)) return isDeepStrictEqual(sorted(seen), sorted(wanted));
  if (typeof seen === 'object' && typeof wanted === 'object' && seen && wanted) {
    const [held, named] = [seen as Record<string, Value>, wanted as Record<string, Value>];
    return Object.keys(named).every(name => sameValue(held[name] ?? null, named[name] ?? null));
  }
  return seen === wanted;
}

const sorted = (values: readonly Value[]) => values.map(value => JSON.stringify(value)).sort();
