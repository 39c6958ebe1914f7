import type { Context } from 'hono';
import { graphUrl } from '../addresses.js';
import type { Entra } from '../entra.js';
import { type Entity, parseFilter } from './filter.js';
import { badRequest } from './refusals.js';

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

function select(c: Context, entity: Entity): Entity {
  const names = selected(c);
  if (!names) return entity;
  return Object.fromEntries(
    Object.entries(entity).filter(([name]) => names.includes(name) || /^(@|extsandbox_)/.test(name)),
  );
}

function isCounted(c: Context): boolean {
  const asked = c.req.query('$count');
  if (asked === undefined || asked === 'true' || asked === 'false') return asked === 'true';
  throw badRequest(`Invalid value '${asked}' for $count query option found.`, 'BadRequest');
}

function filterOf(c: Context): (entity: Entity) => boolean {
  if (c.req.query('$search') !== undefined)
    throw badRequest('The sandbox does not search; use $filter.', 'Request_UnsupportedQuery');
  const text = c.req.query('$filter');
  if (text === undefined) return () => true;
  const filter = parseFilter(text);
  const isAdvanced = c.req.header('ConsistencyLevel') === 'eventual' && isCounted(c);
  if (filter.advanced && !isAdvanced)
    throw badRequest(
      'Operator is not supported because the required parameters might be missing. Set the ConsistencyLevel header to eventual and $count to true.',
      'Request_UnsupportedQuery',
    );
  return filter.matches;
}

/** By one property; Graph knows more. */
function ordered<T extends { shown: Entity }>(c: Context, entries: T[]): T[] {
  const [name, direction = 'asc'] = c.req.query('$orderby')?.trim().split(/\s+/) ?? [];
  if (!name) return entries;
  if (!/^\w+$/.test(name) || !/^(asc|desc)$/i.test(direction))
    throw badRequest(`The sandbox does not order by '${c.req.query('$orderby')}'.`, 'Request_UnsupportedQuery');
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
