import { describe, expect, it } from 'vitest';
import { markOthers } from '../../src/migration/others.js';
import { beginMigration, type Change, type JournalEntry, type Migration } from '../../src/migration/state.js';

const step = 'update-identity-provider';
const now = Date.parse('2026-05-01T12:00:00.000Z');
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

const change = (before: Change['before'], after: Change['after'], key = 'Flex'): Change => ({
  action: 'update',
  resource: 'setting',
  key,
  title: 'A setting',
  before,
  after,
});

const applied = (written: Change, checked = true, minutes = 1): JournalEntry => ({
  step,
  direction: 'forward',
  change: written,
  status: 'applied',
  by: 'tool',
  intendedAt: minutesAgo(minutes),
  appliedAt: minutesAgo(minutes),
  ...(checked && { checkedAt: minutesAgo(minutes) }),
});

const recorded = (more: Partial<Migration>): Migration => ({ ...beginMigration(`AC${'0'.repeat(32)}`), ...more });
const isMarked = (migration: Migration, planned: Change) =>
  markOthers(migration, step, [planned], now)[0]?.changedByOthers !== undefined;

describe('a change undoes what others made', () => {
  it.each([
    ['replaces a value of theirs', 'ours', 'theirs', 'ours', true],
    ['goes on from the value that was written', 'ours', 'ours', 'next', false],
    ['takes away what they added', ['ours'], ['ours', 'theirs'], ['ours'], true],
    ['keeps what they added, in any order', ['ours'], ['theirs', 'ours'], ['theirs', 'next'], false],
    ['brings back what they removed', ['a', 'b'], ['a'], ['a', 'b'], true],
    ['leaves out what they removed', ['a', 'b'], ['a'], ['a', 'c'], false],
    ['sets a member of theirs', { a: 1, b: 1 }, { a: 1, b: 2 }, { a: 1, b: 1 }, true],
    ['sets another member', { a: 1, b: 1 }, { a: 1, b: 2 }, { a: 2, b: 2 }, false],
    ['takes away what is no value any more', { a: 1 }, null, { a: 1 }, true],
    ['names without an id what has one now', [{ displayName: 'p' }], [{ displayName: 'p', id: '1' }], [], false],
  ] as const)('if it %s', (_, written, seen, wanted, expected) => {
    const migration = recorded({ journal: [applied(change(null, written as never))] });
    expect(isMarked(migration, change(seen as never, wanted as never))).toBe(expected);
    // The past of before a revert counts as well.
    const history = recorded({ history: [applied(change(null, written as never))] });
    expect(isMarked(history, change(seen as never, wanted as never))).toBe(expected);
  });
});

describe('what was written last', () => {
  it('may still be shown as it was before, as long as it was not checked and is new', () => {
    const written = change(['a'], ['a', 'b']);
    const again = change(['a'], ['a', 'b']);
    expect(isMarked(recorded({ journal: [applied(written, false)] }), again)).toBe(false);
    expect(isMarked(recorded({ journal: [applied(written, false, 20)] }), again)).toBe(true);
    expect(isMarked(recorded({ journal: [applied(written)] }), again)).toBe(true);
    // Nobody but others can have made this of it.
    expect(isMarked(recorded({ journal: [applied(written, false)] }), change(['a', 'x'], ['a', 'b']))).toBe(true);
  });

  it('may be what a run intended that was cut off', () => {
    const { appliedAt: _, checkedAt: __, ...cutOff } = applied(change('first', 'second'));
    const journal: JournalEntry[] = [applied(change('none', 'first'), true, 5), { ...cutOff, status: 'intended' }];
    expect(isMarked(recorded({ journal }), change('second', 'third'))).toBe(false);
    expect(isMarked(recorded({ journal }), change('theirs', 'third'))).toBe(true);
  });

  it('is known by resource and key', () => {
    const journal = [applied(change(null, 'ours', 'another application'))];
    expect(isMarked(recorded({ journal }), change('theirs', 'ours'))).toBe(false);
  });
});

describe('what was only seen', () => {
  it('is what an outdated plan showed', () => {
    const outdated = [{ step, at: minutesAgo(1), change: change(null, 'ours') } as const];
    expect(isMarked(recorded({ outdated }), change('theirs', 'ours'))).toBe(true);
    expect(isMarked(recorded({ outdated }), change(null, 'ours'))).toBe(false);
  });

  it('was right without a change if the step was completed', () => {
    const completed = recorded({ completed: [step] });
    expect(isMarked(completed, change(false, true))).toBe(true);
    expect(isMarked(completed, change([], ['new']))).toBe(false);
    expect(isMarked(completed, change(['theirs'], ['new']))).toBe(true);
    expect(isMarked(recorded({}), change(false, true))).toBe(false);
  });
});
