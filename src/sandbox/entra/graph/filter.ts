import { badRequest } from './refusals.js';

export type Entity = Readonly<Record<string, unknown>>;
type Condition = (entity: Entity) => boolean;

/** What a filter means, and whether Graph answers it only to an advanced query. */
export interface Filter {
  matches: Condition;
  /** The properties that it compares, as paths; of those of a collection's elements, below the collection. */
  paths: readonly string[];
  advanced: boolean;
}

/**
 * Reads an OData filter of the kind that Graph's directory understands: eq, in, ge, le, gt, lt, ne, not, and, or,
 * startswith, endswith and any over a collection. Throws a 400 for anything else.
 */
export function parseFilter(text: string): Filter {
  const tokens = tokenize(text);
  let position = 0;
  let advanced = false;
  const paths: string[] = [];
  /** What the variables of `any` stand for. */
  const variables = new Map<string, string>();
  const named = (path: string): string => {
    const [first = '', ...rest] = path.split('/');
    paths.push([variables.get(first) ?? first, ...rest].join('/'));
    return path;
  };

  const peek = () => tokens[position] ?? '';
  const take = () => tokens[position++] ?? '';
  const expect = (token: string) => {
    if (take() !== token) throw invalid(text);
  };

  const either = (): Condition => {
    let left = both();
    while (peek() === 'or') {
      take();
      const [first, second] = [left, both()];
      left = entity => first(entity) || second(entity);
    }
    return left;
  };
  const both = (): Condition => {
    let left = single();
    while (peek() === 'and') {
      take();
      const [first, second] = [left, single()];
      left = entity => first(entity) && second(entity);
    }
    return left;
  };
  const single = (): Condition => {
    const token = take();
    if (token === 'not') {
      advanced = true;
      const negated = single();
      return entity => !negated(entity);
    }
    if (token === '(') {
      const inner = either();
      expect(')');
      return inner;
    }
    if (/^(startswith|endswith)$/i.test(token)) return textFunction(token.toLowerCase());
    if (token.endsWith('/any')) return any(token.slice(0, -'/any'.length));
    if (/^[A-Za-z_][\w/]*$/.test(token)) return comparison(token);
    throw invalid(text);
  };
  const textFunction = (name: string): Condition => {
    expect('(');
    const path = named(take());
    expect(',');
    const wanted = String(literal()).toLowerCase();
    expect(')');
    if (name === 'endswith') advanced = true;
    return entity => {
      const value = String(valueAt(entity, path) ?? '').toLowerCase();
      return name === 'startswith' ? value.startsWith(wanted) : value.endsWith(wanted);
    };
  };
  const any = (path: string): Condition => {
    named(path);
    expect('(');
    const variable = take();
    variables.set(variable, path);
    expect(':');
    const inner = either();
    expect(')');
    return entity => {
      const values = valueAt(entity, path);
      return Array.isArray(values) && values.some(value => inner({ ...entity, [variable]: value }));
    };
  };
  const comparison = (path: string): Condition => {
    named(path);
    const operator = take();
    if (operator === 'in') return oneOf(path);
    const compare = operators.get(operator);
    if (!compare) throw invalid(text);
    if (operator === 'ne') advanced = true;
    const wanted = comparable(literal());
    return entity => compare(comparable(valueAt(entity, path) ?? null), wanted);
  };
  const oneOf = (path: string): Condition => {
    expect('(');
    const wanted = [comparable(literal())];
    while (peek() === ',') {
      take();
      wanted.push(comparable(literal()));
    }
    expect(')');
    if (wanted.length > 15) throw badRequest('Too many child clauses specified in search filter expression.');
    return entity => wanted.includes(comparable(valueAt(entity, path) ?? null));
  };
  const literal = (): unknown => {
    const token = take();
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (token === 'null') return null;
    if (token === 'true' || token === 'false') return token === 'true';
    if (/^-?\d+$/.test(token)) return Number(token);
    if (/^[0-9a-f]/i.test(token)) return token;
    throw invalid(text);
  };

  const matches = either();
  if (position < tokens.length) throw invalid(text);
  return { matches, paths, advanced };
}

type Comparable = string | number | boolean | null;

const operators: ReadonlyMap<string, (value: Comparable, wanted: Comparable) => boolean> = new Map([
  ['eq', (value, wanted) => value === wanted],
  ['ne', (value, wanted) => value !== wanted],
  ['ge', (value, wanted) => value !== null && wanted !== null && value >= wanted],
  ['gt', (value, wanted) => value !== null && wanted !== null && value > wanted],
  ['le', (value, wanted) => value !== null && wanted !== null && value <= wanted],
  ['lt', (value, wanted) => value !== null && wanted !== null && value < wanted],
]);

/** Graph's directory compares text without its case; times as moments, whatever digits they are written with. */
function comparable(value: unknown): Comparable {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return Date.parse(value);
  if (typeof value === 'string') return value.toLowerCase();
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function valueAt(entity: Entity, path: string): unknown {
  return path
    .split('/')
    .reduce<unknown>(
      (at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined),
      entity,
    );
}

/** Whether an entity has what a path names; what is empty might. */
export function holds(value: unknown, path: string): boolean {
  const [name, ...rest] = path === '' ? [] : path.split('/');
  if (name === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0 || value.some(item => holds(item, path));
  if (typeof value !== 'object' || !Object.hasOwn(value, name)) return false;
  return holds((value as Record<string, unknown>)[name], rest.join('/'));
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const pattern = /\s*('(?:[^']|'')*'|\d{4}-\d\d-\d\dT[\d:.]+Z|[\w/.-]+|[(),:])/y;
  for (let end = 0; text.slice(end).trim(); end = pattern.lastIndex) {
    pattern.lastIndex = end;
    const token = pattern.exec(text)?.[1];
    if (token === undefined) throw invalid(text);
    tokens.push(token);
  }
  return tokens;
}

const invalid = (text: string) => badRequest(`Invalid filter clause: '${text}'.`, 'BadRequest');
