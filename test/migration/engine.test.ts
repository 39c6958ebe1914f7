import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FlexSsoError } from '../../src/errors.js';
import { type EngineOptions, walk } from '../../src/migration/engine.js';
import type { MigrationEvent } from '../../src/migration/events.js';
import type { Person } from '../../src/migration/person.js';
import { beginMigration, type Change, type Migration, type StepId } from '../../src/migration/state.js';
import type { Step, WriteContext } from '../../src/migration/step.js';
import { createFileStore } from '../../src/stores/file-store.js';
import { temporaryDirectory } from '../support/cli.js';

const accountSid = `AC${'0'.repeat(32)}`;

/** A world of named values, which steps want to be something else. */
type Values = Record<string, string>;

const change = (
  key: string,
  before: string | null,
  after: string | null,
  action: Change['action'] = 'update',
): Change => ({
  action,
  resource: 'value',
  key,
  title: `${key} becomes ${after}`,
  before,
  after,
});

/** A step that sets values, and on the way back restores what its first change of each recorded. */
function setting(world: Values, id: StepId, wanted: Values, action: Change['action'] = 'update'): Step {
  const apply = async ({ key, after }: Change) => {
    if (action !== 'manual') world[key] = String(after);
    return {};
  };
  return {
    id,
    title: id,
    applies: () => true,
    forward: {
      plan: async () =>
        Object.entries(wanted).flatMap(([key, value]) =>
          world[key] === value ? [] : [change(key, world[key] ?? null, value, action)],
        ),
      apply,
      verify: async () =>
        Object.entries(wanted).map(([key, value]) => ({
          name: key,
          result: world[key] === value ? 'passed' : 'failed',
          strength: 'observed',
          message: `${key} is ${world[key]}.`,
          hint: `Set ${key}.`,
        })),
    },
    back: {
      plan: async ({ migration }) =>
        Object.keys(wanted).flatMap(key => {
          const first = migration.journal.find(
            entry => entry.step === id && entry.direction === 'forward' && entry.change.key === key,
          );
          const before = first?.change.before;
          return typeof before !== 'string' || world[key] === before
            ? []
            : [change(key, world[key] ?? null, before, action)];
        }),
      apply,
    },
  };
}

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const willing: Person = {
  answer: async (_step, { suggestion }) => suggestion ?? '',
  confirm: async () => true,
  perform: async () => 'done',
  reconsider: async () => 'stop',
  visit: async () => {},
};

function engine(steps: readonly Step[], person: Partial<Person> = {}, signal = new AbortController().signal) {
  const events: MigrationEvent[] = [];
  const notes: string[] = [];
  const options: EngineOptions = {
    steps,
    store: createFileStore(directory.path),
    person: { ...willing, ...person },
    signal,
    emit: event => void events.push(event),
    context: (_step, migration) =>
      ({
        get migration() {
          return migration();
        },
        signal,
        report: { note: (message: string) => void notes.push(message), progress: () => undefined },
      }) as unknown as WriteContext,
  };
  const stored = async () => (await options.store.load(accountSid)) ?? beginMigration(accountSid);
  return {
    events,
    notes,
    stored,
    forward: async () => walk(options, await stored(), 'forward'),
    back: async () => walk(options, await stored(), 'back'),
  };
}

const onDisk = async (): Promise<Migration> =>
  JSON.parse(await readFile(createFileStore(directory.path).location(accountSid), 'utf8'));

describe('the way forward', () => {
  test('shows, confirms, applies and verifies, step by step', async () => {
    const world: Values = { a: '1', b: '1' };
    const { forward, events } = engine([setting(world, 'discover', { a: '2' }), setting(world, 'finish', { b: '2' })]);
    expect(await forward()).toMatchObject({ status: 'finished', changed: 2 });
    expect(world).toEqual({ a: '2', b: '2' });
    expect(events.map(event => `${'step' in event && event.step.id} ${event.type}`)).toEqual(
      ['discover', 'finish'].flatMap(id =>
        ['step', 'plan', 'applying', 'applied', 'checks', 'completed'].map(type => `${id} ${type}`),
      ),
    );
  });

  test('has nothing to do the second time', async () => {
    const world: Values = { a: '1' };
    const { forward } = engine([setting(world, 'discover', { a: '2' })]);
    await forward();
    expect(await forward()).toMatchObject({ status: 'finished', changed: 0 });
  });

  test('has the intention on disk, with what was before, when a change is applied', async () => {
    const world: Values = { a: '1' };
    const step = setting(world, 'discover', { a: '2' });
    const seen: unknown[] = [];
    const watched: Step = {
      ...step,
      forward: {
        ...step.forward,
        apply: async (todo, context) => {
          seen.push((await onDisk()).journal.map(({ status, change: { before } }) => ({ status, before })));
          return (await step.forward.apply?.(todo, context)) ?? {};
        },
      },
    };
    await engine([watched]).forward();
    expect(seen).toEqual([[{ status: 'intended', before: '1' }]]);
    expect((await onDisk()).journal).toMatchObject([{ status: 'applied', by: 'tool' }]);
  });

  test('applies nothing that was not confirmed', async () => {
    const world: Values = { a: '1' };
    const { forward } = engine([setting(world, 'discover', { a: '2' })], { confirm: async () => false });
    expect(await forward()).toMatchObject({ status: 'declined' });
    expect(world).toEqual({ a: '1' });
  });

  test('applies nothing where the world changed while the plan was read', async () => {
    const world: Values = { a: '1' };
    const { forward } = engine([setting(world, 'discover', { a: '3' })], {
      confirm: async () => {
        world.a = '2';
        return true;
      },
    });
    await expect(forward()).rejects.toMatchObject({ code: 'plan-outdated', ending: 'changed' });
    expect(world).toEqual({ a: '2' });
  });

  test('shows the plan again where less is left to do of it, and asks again', async () => {
    const world: Values = { a: '1', b: '1' };
    const shown: number[] = [];
    const { forward, events } = engine([setting(world, 'discover', { a: '2', b: '2' })], {
      confirm: async (_step, changes) => {
        shown.push(changes.length);
        world.a = '2';
        return true;
      },
    });
    expect(await forward()).toMatchObject({ status: 'finished', changed: 1 });
    expect(shown).toEqual([2, 1]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'note', message: expect.stringContaining('shown again') }),
    );
    expect(world).toEqual({ a: '2', b: '2' });
  });

  test.each([
    ['nobody approves it, and the step can do without it', false, ['value'], '2', 'finished'],
    ['nobody approves it, and the step needs it', false, [], '2', 'changed-by-others'],
    ['it is approved by itself', true, [], '3', 'finished'],
  ] as const)('asks for a change that undoes what others made: %s', async (_, approves, canDoWithout, end, ended) => {
    const world: Values = { a: '1', b: '1' };
    const step = setting(world, 'discover', { a: '3' });
    await engine([step]).forward();
    // What others made is all that a second run meets; so its check would not pass, and is not asked.
    world.a = '2';
    const { verify: _verify, ...forward } = step.forward;
    const asked: string[] = [];
    const second = engine([{ ...step, forward: { ...forward, canDoWithout } }], {
      overwrite: async (_step, { key }) => {
        asked.push(key);
        return approves;
      },
    });
    const outcome = await second
      .forward()
      .catch((error: FlexSsoError) => ({ status: error.code, ending: error.ending }));
    expect(outcome).toMatchObject({ status: ended, ...(ended === 'changed-by-others' && { ending: 'changed' }) });
    expect(world.a).toBe(end);
    expect(asked).toEqual(['a']);
    expect(second.notes.map(note => note.includes('--overwrite value'))).toEqual(
      end === '2' && ended === 'finished' ? [true] : [],
    );
  });

  test('stops between two changes when it is interrupted', async () => {
    const world: Values = { a: '1', b: '1' };
    const stop = new AbortController();
    const step = setting(world, 'discover', { a: '2', b: '2' });
    const stopping: Step = {
      ...step,
      forward: {
        ...step.forward,
        apply: async (todo, context) => {
          stop.abort();
          return (await step.forward.apply?.(todo, context)) ?? {};
        },
      },
    };
    await expect(engine([stopping], {}, stop.signal).forward()).rejects.toMatchObject({ ending: 'interrupted' });
    expect(world).toEqual({ a: '2', b: '1' });
    expect(await engine([step]).forward()).toMatchObject({ status: 'finished', changed: 1 });
  });
});

describe('what only people can do', () => {
  const manual = (world: Values) => setting(world, 'start-setup', { a: '2' }, 'manual');

  test('pauses until somebody has done it', async () => {
    const { forward } = engine([manual({ a: '1' })], { perform: async () => 'later' });
    expect(await forward()).toMatchObject({ status: 'paused', change: { key: 'a' } });
    expect((await onDisk()).journal).toMatchObject([{ status: 'intended', by: 'person' }]);
  });

  test('a claim that is visibly not true is refused, and asked for again', async () => {
    const world: Values = { a: '1' };
    const { forward, stored } = engine([manual(world)]);
    // Its plan takes a claim for the deed: once recorded, only the check tells.
    const believing = engine([
      { ...manual(world), forward: { ...manual(world).forward, plan: plannedUntilTold(world) } },
    ]);
    await expect(believing.forward()).rejects.toMatchObject({ code: 'verification-failed', ending: 'verification' });
    expect((await stored()).journal).toMatchObject([{ status: 'intended' }]);
    expect((await stored()).completed).toEqual([]);
    world.a = '2';
    expect(await forward()).toMatchObject({ status: 'finished' });
  });

  test('at a terminal it can be looked at again, or taken as a word', async () => {
    const world: Values = { a: '1' };
    const decisions = ['again', 'accept'] as const;
    let asked = 0;
    const step = { ...manual(world), forward: { ...manual(world).forward, plan: plannedUntilTold(world) } };
    const { forward } = engine([step], { reconsider: async () => decisions[asked++] ?? 'stop' });
    const outcome = await forward();
    expect(outcome).toMatchObject({ status: 'finished' });
    expect(outcome.migration.checks['start-setup']).toMatchObject([{ result: 'unknown', strength: 'word' }]);
    expect(asked).toBe(2);
  });

  test('what an instruction could not show can be repeated', async () => {
    const world: Values = { a: '1' };
    let performed = 0;
    const step = manual(world);
    const seeing: Step = {
      ...step,
      forward: {
        ...step.forward,
        apply: async () => {
          if (world.a === '1')
            throw new FlexSsoError('not-seen', 'It is not done.', 'Do it.', { ending: 'verification' });
          return {};
        },
      },
    };
    const { forward } = engine([seeing], {
      perform: async () => {
        if (++performed === 2) world.a = '2';
        return 'done';
      },
      reconsider: async () => 'again',
    });
    expect(await forward()).toMatchObject({ status: 'finished' });
    expect(performed).toBe(2);
  });

  /** Plans by the journal alone, as a step must that cannot see what a person did. */
  function plannedUntilTold(world: Values): Step['forward']['plan'] {
    return async ({ migration }) =>
      migration.journal.some(entry => entry.status === 'applied') ? [] : [change('a', world.a ?? null, '2', 'manual')];
  }
});

describe('the way back', () => {
  test('undoes in reverse order, and forward again keeps the past apart', async () => {
    const world: Values = { a: '1', b: '1' };
    const { forward, back, events } = engine([
      setting(world, 'discover', { a: '2' }),
      setting(world, 'finish', { b: '2' }),
    ]);
    await forward();
    events.length = 0;
    const reverted = await back();
    expect(reverted).toMatchObject({ status: 'reverted', migration: { facts: { revertedAt: expect.any(String) } } });
    expect(world).toEqual({ a: '1', b: '1' });
    expect(events.filter(event => event.type === 'applied').map(event => event.step.id)).toEqual([
      'finish',
      'discover',
    ]);

    const again = await forward();
    expect(again).toMatchObject({ status: 'finished', migration: { facts: { revertedAt: undefined } } });
    expect(again.migration.history).toHaveLength(4);
    expect(again.migration.journal).toHaveLength(2);
  });

  test('begins with what the others build on, whatever its place on the way forward', async () => {
    const world: Values = { a: '1', b: '1' };
    const first = setting(world, 'discover', { a: '2' });
    const steps = [
      { ...first, back: { plan: async () => [], ...first.back, first: true } },
      setting(world, 'finish', { b: '2' }),
    ];
    const { forward, back, events } = engine(steps);
    await forward();
    events.length = 0;
    await back();
    expect(events.filter(event => event.type === 'applied').map(event => event.step.id)).toEqual([
      'discover',
      'finish',
    ]);
  });

  test('half of the way back, then forward, then back restores the first world', async () => {
    const world: Values = { a: '1', b: '1' };
    const steps = [setting(world, 'discover', { a: '2' }), setting(world, 'finish', { b: '2' })];
    await engine(steps).forward();
    await engine(steps, { confirm: async ({ id }) => id === 'finish' }).back();
    expect(world).toEqual({ a: '2', b: '1' });
    await engine(steps).forward();
    expect(world).toEqual({ a: '2', b: '2' });
    await engine(steps).back();
    expect(world).toEqual({ a: '1', b: '1' });
  });
});

test('cut off at any save, in any world, it comes to the same end', async () => {
  const values = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2', '3'), { minKeys: 1 });
  await fc.assert(
    fc.asyncProperty(values, values, values, fc.nat({ max: 12 }), async (start, first, second, survives) => {
      const own = await temporaryDirectory();
      const world: Values = { a: '0', b: '0', c: '0', d: '0', ...start };
      // What two steps want of the same value cannot both hold.
      const others = Object.fromEntries(Object.entries(second).filter(([key]) => !(key in first)));
      const steps = [setting(world, 'discover', first), setting(world, 'finish', others)];
      const store = createFileStore(own.path);
      let saves = 0;
      const options: EngineOptions = {
        steps,
        store: {
          ...store,
          save: async (migration, revision) => {
            if (saves++ === survives) throw new Error('cut off');
            return store.save(migration, revision);
          },
        },
        person: willing,
        signal: new AbortController().signal,
        emit: () => {},
        context: (_step, migration) =>
          ({
            get migration() {
              return migration();
            },
          }) as WriteContext,
      };
      const stored = async () => (await store.load(accountSid)) ?? beginMigration(accountSid);
      await walk(options, await stored(), 'forward').catch(() => {});
      expect(await walk({ ...options, store }, await stored(), 'forward')).toMatchObject({ status: 'finished' });
      expect(world).toMatchObject({ ...first, ...others });
      for (const step of steps)
        expect(await step.forward.plan({ migration: await stored() } as WriteContext)).toEqual([]);
      await own.remove();
    }),
    { numRuns: 60 },
  );
});
