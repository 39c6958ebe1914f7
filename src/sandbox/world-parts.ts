import type { World } from './host.js';

/**
 * What changed in a world since it was last looked at. Long lists are told entry by entry, everything else as a whole:
 * a batch of assignments in a tenant of ten thousand people changes a few thousand bytes.
 */
export interface Changes {
  /** New values by name of the part, `directory.applications`. */
  parts: Record<string, unknown>;
  lists: Record<string, { gone: string[]; put: Entry[] }>;
}

type Entry = Readonly<Record<string, unknown>>;
type Parts = Record<string, unknown>;

/** The long lists, and what their entries are told apart by. */
const keys: Readonly<Record<string, string>> = {
  'directory.users': 'id',
  'directory.groups': 'id',
  'directory.appRoleAssignments': 'id',
  'account.workers': 'sid',
};

/** What is on disk of a list: its entries in order, and of each a copy, as most are changed in place. */
interface Shadow {
  entries: Entry[];
  copies: Map<unknown, Entry>;
}

/** Compares a world with what it was at the last call, or when this was made; `undefined` where nothing changed. */
export function createComparison(world: World): () => Changes | undefined {
  const texts = new Map<string, string>();
  const lists = new Map<string, Shadow>();
  const compare = (): Changes | undefined => {
    const changes: Changes = { parts: {}, lists: {} };
    for (const [name, value] of partsOf(world)) {
      const key = keys[name];
      if (key) compareList(changes, name, key, value as Entry[]);
      else comparePart(changes, name, value);
    }
    return Object.keys(changes.parts).length + Object.keys(changes.lists).length > 0 ? changes : undefined;
  };
  compare();
  return compare;

  function comparePart(changes: Changes, name: string, value: unknown): void {
    const text = JSON.stringify(value);
    if (texts.get(name) !== text) changes.parts[name] = value;
    texts.set(name, text);
  }

  function compareList(changes: Changes, name: string, key: string, entries: readonly Entry[]): void {
    const shadow = lists.get(name) ?? { entries: [], copies: new Map<unknown, Entry>() };
    lists.set(name, shadow);
    const { copies } = shadow;
    const looksInside = name !== constantList;
    const candidates = entries.filter((entry, index) => entry !== shadow.entries[index] || looksInside);
    const put = candidates.filter(entry => !isSame(copies.get(entry[key]), entry));
    for (const entry of put) copies.set(entry[key], { ...entry });
    const gone = copies.size > entries.length ? missing(copies, entries, key) : [];
    for (const id of gone) copies.delete(id);
    if (put.length + gone.length === 0) return;
    changes.lists[name] = { gone, put };
    shadow.entries = [...entries];
  }
}

/** The longest list is not looked into after every batch: an assignment is made and removed, never changed. */
const constantList = 'directory.appRoleAssignments';

/** Makes the changes in another copy of the world. */
export function applyChanges(world: World, { parts, lists }: Changes): void {
  for (const [name, value] of Object.entries(parts)) setPart(world, name, value);
  for (const [name, { gone, put }] of Object.entries(lists)) {
    const key = keys[name] ?? 'id';
    const entries = new Map((partNamed(world, name) as Entry[]).map(entry => [String(entry[key]), entry]));
    for (const id of gone) entries.delete(id);
    for (const entry of put) entries.set(String(entry[key]), entry);
    setPart(world, name, [...entries.values()]);
  }
}

const halves = ['directory', 'account'] as const;
const half = (world: World, name: string) => world[name as (typeof halves)[number]] as unknown as Parts;

function* partsOf(world: World): Generator<[name: string, value: unknown]> {
  for (const name of halves)
    for (const [part, value] of Object.entries(half(world, name))) yield [`${name}.${part}`, value];
}

function partNamed(world: World, name: string): unknown {
  const [of = '', part = ''] = name.split('.');
  return half(world, of)[part];
}

function setPart(world: World, name: string, value: unknown): void {
  const [of = '', part = ''] = name.split('.');
  half(world, of)[part] = value;
}

function isSame(before: Entry | undefined, entry: Entry): boolean {
  if (!before) return false;
  for (const name in entry) if (before[name] !== entry[name]) return false;
  return true;
}

function missing(before: ReadonlyMap<unknown, Entry>, entries: readonly Entry[], key: string): string[] {
  const there = new Set(entries.map(entry => entry[key]));
  return [...before.keys()].flatMap(id => (there.has(id) ? [] : String(id)));
}
