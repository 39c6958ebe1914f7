import type { Json } from './json-value.js';

/** One property that differs; `before` is undefined where it was not there, `after` where it will not be. */
export interface ValueRow {
  kind: 'value';
  property: string;
  before: Json | undefined;
  after: Json | undefined;
}

/** A list that differs: what comes, what goes, and how many entries stay. */
export interface ListRow {
  kind: 'list';
  property: string;
  added: readonly Json[];
  removed: readonly Json[];
  kept: number;
}

export type Row = ValueRow | ListRow;

/** What differs between two values, property by property; nested ones by their path, `web.redirectUris`. */
export function differences(before: Json, after: Json): readonly Row[] {
  const was = new Map(leaves(before, ''));
  const will = new Map(leaves(after, ''));
  return [...new Set([...was.keys(), ...will.keys()])].flatMap(property =>
    difference(property, was.get(property), will.get(property)),
  );
}

function difference(property: string, before: Json | undefined, after: Json | undefined): Row[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isList(before) || !isList(after)) return [{ kind: 'value', property, before, after }];
  const removed = without(before ?? [], after ?? []);
  const added = without(after ?? [], before ?? []);
  return [{ kind: 'list', property, added, removed, kept: (before?.length ?? 0) - removed.length }];
}

function* leaves(value: Json, path: string): Generator<[string, Json]> {
  const read = parsed(value);
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
    for (const [key, held] of Object.entries(read)) yield* leaves(held as Json, path ? `${path}.${key}` : key);
    return;
  }
  if (path !== '' || read !== null) yield [path, read];
}

/** Policies keep JSON in a string, or in a list of one string: readers want to see what is in it. */
function parsed(value: Json): Json {
  const text = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof text !== 'string' || !text.startsWith('{')) return value;
  try {
    return JSON.parse(text);
  } catch {
    return value;
  }
}

function without(list: readonly Json[], others: readonly Json[]): Json[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(JSON.stringify(other), (left.get(JSON.stringify(other)) ?? 0) + 1);
  return list.filter(item => {
    const key = JSON.stringify(item);
    const times = left.get(key) ?? 0;
    left.set(key, times - 1);
    return times <= 0;
  });
}

/** Nothing counts as an empty list beside a list. */
const isList = (value: Json | undefined): value is Json[] | undefined => value === undefined || Array.isArray(value);
