import type { Context } from 'hono';
import { graphUrl } from '../addresses.js';
import type { Entra } from '../entra.js';
import { type Entity, parseFilter } from './filter.js';
import { badRequest } from './refusals.js';

const maxTop = 999;

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
  const top = topOf(c);
  const start = Number(c.req.query('$skiptoken') ?? 0);
  const isLast = start + top >= replicated.length;
  if (isLast) entra.replication.listRead(found);
  return c.json({
    '@odata.context': `${graphUrl('/v1.0/$metadata')}#${list.name}`,
    ...(c.req.query('$count') === 'true' ? { '@odata.count': replicated.length } : {}),
    ...(isLast ? {} : { '@odata.nextLink': nextLink(c, start + top) }),
    value: replicated.slice(start, start + top).map(({ shown }) => select(c, shown)),
  });
}

/** Answers one entity with the selected properties. */
export function answerEntity(c: Context, name: string, entity: Entity, status: 200 | 201 = 200): Response {
  return c.json({ '@odata.context': `${graphUrl('/v1.0/$metadata')}#${name}/$entity`, ...select(c, entity) }, status);
}

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
  return Object.fromEntries(Object.entries(entity).filter(([name]) => names.includes(name) || name.startsWith('@')));
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

function nextLink(c: Context, start: number): string {
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.set('$skiptoken', String(start));
  return graphUrl(`${pathname.slice(pathname.search(/\/(v1\.0|beta)\//))}?${searchParams}`);
}
