import type { Context } from 'hono';
import { graphUrl } from '../addresses.js';
import type { Entra } from '../entra.js';
import { type Entity, parseFilter } from './filter.js';
import { badRequest } from './refusals.js';

const maxTop = 999;
/** How many entries the first pages hold where they are short. */
const shortPages = [3, 0];

/** Answers a collection: what is replicated, filtered, ordered, paged and selected as the query says. */
export function answerList<T extends { id: string }>(
  c: Context,
  entra: Entra,
  list: { name: string; entries: readonly T[]; present(entry: T): Entity },
): Response {
  const matches = filterOf(c);
  const found = list.entries
    .map(entry => ({ id: entry.id, shown: list.present(entry) }))
    .filter(({ shown }) => matches(shown));
  const replicated = ordered(c, entra.replication.listed(found));
  const [start = 0, number = 0] = (c.req.query('$skiptoken') ?? '0').split('.').map(Number);
  const page = entra.has('short-pages') ? { number } : undefined;
  const end = start + Math.min(topOf(c), (page && shortPages[page.number]) ?? maxTop);
  const isLast = end >= replicated.length && !(page && page.number < shortPages.length);
  if (isLast) entra.replication.listRead(found, list.entries);
  const next = page ? `${end}.${page.number + 1}` : String(end);
  return c.json({
    '@odata.context': `${graphUrl('/v1.0/$metadata', entra.directory.cloud)}#${list.name}`,
    ...(c.req.query('$count') === 'true' ? { '@odata.count': replicated.length } : {}),
    ...(isLast ? {} : { '@odata.nextLink': nextLink(c, entra, next) }),
    value: replicated.slice(start, end).map(({ shown }) => select(c, { ...nameless(entra, shown), ...strange(entra) })),
  });
}

/** Answers one entity with the selected properties. */
export function answerEntity(
  c: Context,
  entra: Entra,
  name: string,
  entity: Entity,
  status: 200 | 201 = 200,
): Response {
  const context = `${graphUrl('/v1.0/$metadata', entra.directory.cloud)}#${name}/$entity`;
  return c.json({ '@odata.context': context, ...select(c, { ...nameless(entra, entity), ...strange(entra) }) }, status);
}

/** A person, a group or an assignment without a name: Graph's schema lets each of them be null. */
function nameless(entra: Entra, entity: Entity): Entity {
  if (!entra.has('names-null')) return entity;
  const isPerson = 'userPrincipalName' in entity || 'mailEnabled' in entity || 'groupTypes' in entity;
  return {
    ...entity,
    ...(isPerson && 'displayName' in entity && { displayName: null }),
    ...('principalDisplayName' in entity && { principalDisplayName: null }),
  };
}

/** Properties that nobody has heard of, in the two forms in which an open type may have them. */
const strange = (entra: Entra): Entity =>
  entra.has('unknown-properties')
    ? { '@sandbox.addedLater': true, extsandbox_addedLater: { kind: 'unheardOf', values: [null, {}] } }
    : {};

/** The properties that the query selects, in the order of the entity; undefined for all. */
export function selected(c: Context): string[] | undefined {
  return c.req
    .query('$select')
    ?.split(',')
    .map(name => name.trim());
}

function select(c: Context, entity: Entity): Entity {
  const names = selected(c);
  if (!names) return entity;
  return Object.fromEntries(
    Object.entries(entity).filter(([name]) => names.includes(name) || /^(@|extsandbox_)/.test(name)),
  );
}

function filterOf(c: Context): (entity: Entity) => boolean {
  if (c.req.query('$search') !== undefined)
    throw badRequest('The sandbox does not search; use $filter.', 'Request_UnsupportedQuery');
  const text = c.req.query('$filter');
  if (text === undefined) return () => true;
  const filter = parseFilter(text);
  const isAdvanced = c.req.header('ConsistencyLevel') === 'eventual' && c.req.query('$count') === 'true';
  if (filter.advanced && !isAdvanced)
    throw badRequest(
      'Operator is not supported because the required parameters might be missing. Set the ConsistencyLevel header to eventual and $count to true.',
      'Request_UnsupportedQuery',
    );
  return filter.matches;
}

function ordered<T extends { shown: Entity }>(c: Context, entries: T[]): T[] {
  const [name, direction = 'asc'] = c.req.query('$orderby')?.trim().split(/\s+/) ?? [];
  if (!name) return entries;
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1;
  return entries.toSorted((a, b) => sign * String(a.shown[name]).localeCompare(String(b.shown[name])));
}

function topOf(c: Context): number {
  const asked = c.req.query('$top');
  if (asked === undefined) return 100;
  const top = Number(asked);
  if (!Number.isInteger(top) || top < 1 || top > maxTop)
    throw badRequest(
      `Invalid page size specified: '${asked}'. Must be between 1 and ${maxTop} inclusive.`,
      'Request_UnsupportedQuery',
    );
  return top;
}

function nextLink(c: Context, { directory }: Entra, skipToken: string): string {
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.set('$skiptoken', skipToken);
  return graphUrl(`${pathname.slice(pathname.search(/\/(v1\.0|beta)\//))}?${searchParams}`, directory.cloud);
}
