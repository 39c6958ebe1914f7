import { isDeepStrictEqual } from 'node:util';

/** A property by its name, or an entry of a list by what tells it apart. */
type Step = string | readonly [key: string, value: string];

/** A place in a JSON value that changed. Absent: there was, or is, nothing. */
export interface Difference {
  at: readonly Step[];
  before?: unknown;
  after?: unknown;
}

type Fields = Record<string, unknown>;

/** What changed between two states of a JSON value, as deep as it can be told. */
export function differencesBetween(before: unknown, after: unknown, at: readonly Step[] = []): Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    const key = keys.find(name => [before, after].every(list => tells(list, name)));
    if (key) return differencesBetweenMaps(byKey(before, key), byKey(after, key), value => [...at, [key, value]]);
  } else if (isFields(before) && isFields(after))
    return differencesBetweenMaps(entriesOf(before), entriesOf(after), name => [...at, name]);
  return [{ at, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

/** Whether the place still is as the change left it. */
export const isLeft = (root: unknown, { at, after }: Difference): boolean =>
  isDeepStrictEqual(valueAt(root, at), after);

/** Gives a place that is as the change left it back what it held before. */
export function undo(root: unknown, difference: Difference): void {
  const [last, holder] = [difference.at.at(-1), valueAt(root, difference.at.slice(0, -1))];
  if (last === undefined || !isLeft(root, difference)) return;
  const { before } = difference;
  if (Array.isArray(holder)) {
    const index = holder.findIndex(entry => isEntry(entry, last));
    holder.splice(index < 0 ? holder.length : index, index < 0 ? 0 : 1, ...(before === undefined ? [] : [before]));
  } else if (isFields(holder) && typeof last === 'string') {
    if (before === undefined) delete holder[last];
    else holder[last] = before;
  }
}

/** What entries of the world's lists are told apart by. */
const keys = ['id', 'sid', 'signKeyId', 'name'];

function tells(list: readonly unknown[], key: string): boolean {
  const values = new Set(list.map(entry => (isFields(entry) ? entry[key] : undefined)));
  return values.size === list.length && [...values].every(value => typeof value === 'string');
}

const byKey = (list: readonly Fields[], key: string) => new Map(list.map(entry => [String(entry[key]), entry]));
const entriesOf = (fields: Fields) => new Map(Object.entries(fields));

function differencesBetweenMaps(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
  place: (name: string) => readonly Step[],
): Difference[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap(name => differencesBetween(before.get(name), after.get(name), place(name)));
}

const valueAt = (root: unknown, at: readonly Step[]): unknown =>
  at.reduce<unknown>((held, step) => {
    if (Array.isArray(held)) return held.find(entry => isEntry(entry, step));
    return isFields(held) && typeof step === 'string' && Object.hasOwn(held, step) ? held[step] : undefined;
  }, root);

const isEntry = (entry: unknown, step: Step) => isFields(entry) && Array.isArray(step) && entry[step[0]] === step[1];

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
