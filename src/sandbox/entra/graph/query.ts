import type { Context } from 'hono';
import { graphUrl } from '../addresses.js';
import type { Entra } from '../entra.js';
import { type Entity, type Filter, holds, parseFilter } from './filter.js';
import { badRequest } from './refusals.js';
import { schemaOf } from './schema.js';

const maxTop = 999;
/** How many entries the first pages hold where they are short. */
const shortPages = [3, 0];

/** What an entity can be expanded by: the related entities, by the name of the property that they go into. */
export type Related = Readonly<Record<string, (id: string) => readonly Entity[]>>;

/** Graph expands no more than this many of the directory's objects. */
const maxExpanded = 20;

/** Answers a collection: what is replicated, filtered, ordered, paged, selected and expanded as the query says. */
export function answerList<T extends { id: string }>(
  c: Context,
  entra: Entra,
  list: { name: string; entries: readonly T[]; present(entry: T): Entity; related?: Related },
): Response {
  const expand = expansionOf(c, list.related);
  const [filter, order] = [filterOf(c), orderOf(c)];
  assertSelectable(c, list.name);
  const all = list.entries.map(entry => ({ id: entry.id, shown: list.present(entry) }));
  for (const path of [...(filter?.paths ?? []), ...(order ? [order.name] : [])]) assertKept(path, list.name, all);
  const found = filter ? all.filter(({ shown }) => filter.matches(shown)) : all;
  const replicated = ordered(order, entra.replication.listed(found));
  if (isCount(c)) return countOnly(c, replicated.length);
  const [start = 0, number = 0] = (c.req.query('$skiptoken') ?? '0').split('.').map(Number);
  const page = entra.has('short-pages') ? { number } : undefined;
  const end = start + Math.min(topOf(c), (page && shortPages[page.number]) ?? maxTop);
  const isLast = end >= replicated.length && !(page && page.number < shortPages.length);
  if (isLast) entra.replication.listRead(found, list.entries);
  const next = page ? `${end}.${page.number + 1}` : String(end);
  return c.json({
    '@odata.context': `${graphUrl('/v1.0/$metadata', entra.directory.cloud)}#${list.name}`,
    ...(isCounted(c) ? { '@odata.count': replicated.length } : {}),
    ...(isLast ? {} : { '@odata.nextLink': nextLink(c, entra, next) }),
    value: replicated.slice(start, end).map(({ id, shown }) => ({
      ...select(c, { ...nameless(entra, shown), ...strange(entra) }),
      ...expand(id),
    })),
  });
}

/** Answers one entity with the selected properties. */
export function answerEntity(
  c: Context,
  entra: Entra,
  name: string,
  entity: Entity,
  { status = 200, related }: { status?: 200 | 201; related?: Related } = {},
): Response {
  const context = `${graphUrl('/v1.0/$metadata', entra.directory.cloud)}#${name}/$entity`;
  const expanded = expansionOf(c, related)(String(entity.id));
  if (c.req.method === 'GET') assertSelectable(c, name);
  const shown = select(c, { ...nameless(entra, entity), ...strange(entra) });
  return c.json({ '@odata.context': context, ...shown, ...expanded }, status);
}

function expansionOf(c: Context, related: Related = {}): (id: string) => Entity {
  const names = c.req.query('$expand')?.split(',') ?? [];
  const unknown = names.find(name => !Object.hasOwn(related, name));
  if (unknown !== undefined)
    throw badRequest(`The sandbox does not expand '${unknown}' here.`, 'Request_UnsupportedQuery');
  return id => Object.fromEntries(names.map(name => [name, related[name]?.(id).slice(0, maxExpanded)]));
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

/** What the query selects of an entity. What Graph has and the sandbox does not keep is null. */
function select(c: Context, entity: Entity): Entity {
  const names = selected(c);
  if (!names || names.includes('*')) return entity;
  const empty = names.filter(name => !(name in entity)).map(name => [name, null]);
  const shown = Object.entries(entity).filter(([name]) => names.includes(name) || /^(@|extsandbox_)/.test(name));
  return Object.fromEntries([...shown, ...empty]);
}

function assertSelectable(c: Context, collection: string): void {
  const { type, has } = schemaOf(collection);
  const unknown = selected(c)?.find(name => name !== '*' && !has(name));
  if (unknown !== undefined)
    throw badRequest(`Parsing OData Select and Expand failed: ${absent(unknown, type)}`, 'BadRequest');
}

/** Graph refuses a property that it does not have. The sandbox refuses one that it does not keep: nothing would match. */
function assertKept(path: string, collection: string, all: readonly { shown: Entity }[]): void {
  const { type, has } = schemaOf(collection);
  const [property = ''] = path.split('/');
  if (!has(property)) throw badRequest(`Invalid filter clause: ${absent(property, type)}`, 'BadRequest');
  if (all.length > 0 && !all.some(({ shown }) => holds(shown, path)))
    throw badRequest(`The sandbox does not keep '${path}' of ${type}.`, 'Request_UnsupportedQuery');
}

const absent = (property: string, type: string) => `Could not find a property named '${property}' on type '${type}'.`;

/** Whether only the number of a collection is asked for. */
const isCount = (c: Context) => /\/(?:\$|%24)count$/.test(new URL(c.req.url).pathname);

function countOnly(c: Context, count: number): Response {
  const other = Object.keys(c.req.query()).find(name => name !== '$filter');
  if (other !== undefined) throw badRequest(`The query option '${other}' is not supported for $count.`);
  if (c.req.header('ConsistencyLevel') !== 'eventual') throw badRequest('$count is not currently supported.');
  return c.text(String(count));
}

function isCounted(c: Context): boolean {
  const asked = c.req.query('$count');
  if (asked === undefined || asked === 'true' || asked === 'false') return asked === 'true';
  throw badRequest(`Invalid value '${asked}' for $count query option found.`, 'BadRequest');
}

function filterOf(c: Context): Filter | undefined {
  if (c.req.query('$search') !== undefined)
    throw badRequest('The sandbox does not search; use $filter.', 'Request_UnsupportedQuery');
  const text = c.req.query('$filter');
  if (text === undefined) return undefined;
  const filter = parseFilter(text);
  const isAdvanced = c.req.header('ConsistencyLevel') === 'eventual' && (isCount(c) || isCounted(c));
  if (filter.advanced && !isAdvanced)
    throw badRequest(
      'Operator is not supported because the required parameters might be missing. Set the ConsistencyLevel header to eventual and $count to true.',
      'Request_UnsupportedQuery',
    );
  return filter;
}

interface Order {
  name: string;
  sign: 1 | -1;
}

/** By one property; Graph knows more. */
function orderOf(c: Context): Order | undefined {
  const asked = c.req.query('$orderby');
  if (asked === undefined) return undefined;
  const [name = '', direction = 'asc', ...more] = asked.trim().split(/\s+/);
  if (!/^\w+$/.test(name) || !/^(asc|desc)$/i.test(direction) || more.length > 0)
    throw badRequest(`The sandbox does not order by '${asked}'.`, 'Request_UnsupportedQuery');
  return { name, sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
}

function ordered<T extends { shown: Entity }>(order: Order | undefined, entries: T[]): T[] {
  if (!order) return entries;
  const { name, sign } = order;
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
