import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { waitingFor } from '../../src/migration/journal.js';
import type { Migration } from '../../src/migration/state.js';
import { logins } from '../support/logins.js';
import type { Arena, How, Told } from './arena.js';
import { announcesGap } from './gap.js';
import { administer, administrations, click, clicks } from './hands.js';
import { flagsOf, loadMigration, migrationsIn, newestFile, type Setup, siteOf, stateText } from './place.js';
import type { Wrong } from './tally.js';

/** What is known of a sequence besides the world itself. */
export interface Past {
  setup: Setup;
  /** Everything that the tool has said so far. */
  said: string;
  /** Whether agents got in after the last command. */
  open: boolean;
  /** Whether somebody else did something since the tool last looked. */
  meddled: boolean;
  /** The state file was damaged or taken away, so that the tool may know no more than the world shows. */
  forgotten: boolean;
  wrong: Wrong[];
  done: string[];
}

export type Real = { arena: Arena };
type Command = fc.AsyncCommand<Past, Real>;

type Note = (fault: Wrong['fault'], seen: unknown) => void;

/** A command of a sequence: does its work, then tries a login as an agent would. */
function command(name: string, work: (past: Past, arena: Arena, note: Note) => Promise<unknown>): Command {
  return {
    check: () => true,
    async run(past, { arena }) {
      past.done.push(name);
      const where = past.done.join('; ');
      await work(past, arena, (fault, seen) => past.wrong.push({ fault, where, seen }));
      past.open = (await logins(arena.state)).flex === 'in';
      if (past.wrong.length > 0) throw new Error(JSON.stringify(past.wrong, undefined, 1));
    },
    toString: () => name,
  };
}

/** Somebody other than the tool does something; what becomes of the logins is theirs to answer for. */
const meddling = (name: string, work: (past: Past, arena: Arena) => Promise<unknown>): Command =>
  command(name, async (past, arena) => {
    await work(past, arena);
    past.meddled = true;
  });

interface Typed extends How {
  command: 'migrate' | 'resume' | 'revert' | 'plan' | 'validate' | 'status';
  saysDone: boolean;
  twice: boolean;
}

const readsOnly = ['plan', 'status'];

/** One run of the tool, and what must hold of each. */
function toolRun({ command: name, by, killAt, saysDone, twice }: Typed): Command {
  const words = [name, by, saysDone && '--done', killAt !== undefined && `killed at ${killAt}`, twice && 'twice'];
  return command(words.filter(Boolean).join(' '), async (past, arena, note) => {
    const { state } = arena;
    const before = { text: stateText(state), waiting: await waited(state) };
    const begins = name === 'migrate' || name === 'plan';
    const toldAnew = begins ? flagsOf(state, past.setup) : name === 'revert' ? siteOf(state, past.setup) : {};
    const flags = before.text ? {} : toldAnew;
    const done = saysDone && !readsOnly.includes(name) ? before.waiting?.step : undefined;
    const told = await arena.tool(name, flags as Record<string, string>, { by, killAt, done });
    past.said += told.said;
    judgeRun(told, note);
    if (readsOnly.includes(name) && (told.writes.length > 0 || stateText(state) !== before.text))
      note('undisclosed', `${name} wrote: ${told.writes}`);
    const doors = await logins(state);
    if (past.open && doors.flex !== 'in' && !announcesGap(past.said))
      note('locked out', { ...doors, tool: ending(told) });
    const migration = await loadMigration(state).catch(error => {
      if (!past.forgotten) note('corrupt', String(error));
      return undefined;
    });
    const { finishedAt, revertedAt } = migration?.facts ?? {};
    if (told.code === 0 && name === 'revert' && (doors.legacy !== 'in' || doors.flex !== 'in'))
      note('locked out', { false: 'reverted', ...doors });
    if (told.code === 0 && name === 'migrate' && finishedAt && !revertedAt && doors.flex !== 'in')
      note('locked out', { false: 'finished', ...doors });
    const { directory } = await arena.world();
    for (const seen of twiceIn(directory)) note('duplicate', seen);
    if (!twice || told.code !== 0) return;
    const again = await arena.tool(name, {}, { by });
    past.said += again.said;
    judgeRun(again, note);
    if (again.writes.length > 0) note('duplicate', { again: again.writes });
  });
}

function judgeRun(told: Told, note: Note): void {
  for (const seen of told.undisclosed) note('undisclosed', seen);
  if (told.error?.startsWith('not expected')) note('hung', told.error);
}

const ending = ({ code, error, said }: Told) => ({ code, error, said: said.slice(-800) });

/** The newest thing that a person was shown to do. */
async function waited(state: string): Promise<Migration['journal'][number] | undefined> {
  const migration = await loadMigration(state).catch(() => undefined);
  return migration && waitingFor(migration, migration.direction).at(-1);
}

type Directory = Awaited<ReturnType<Arena['world']>>['directory'];

/** What is there twice of what flex-sso makes once. */
function twiceIn({ applications, claimsMappingPolicies, tokenIssuancePolicies, signingKeys }: Directory): string[] {
  const made = applications.filter(({ displayName }) => /^(Twilio Flex SSO|flex-sso )/.test(displayName));
  const keys = signingKeys.filter(({ displayName }) => displayName.startsWith('CN=Flex SSO signing'));
  const lists = { applications: made, claimsMappingPolicies, tokenIssuancePolicies };
  return [
    ...(made.length > 1 ? [`applications: ${made.map(({ displayName }) => displayName).join(', ')}`] : []),
    ...repeated(keys.map(({ servicePrincipalId, displayName }) => `${displayName} of ${servicePrincipalId}`)),
    ...repeated(lists.claimsMappingPolicies.map(({ displayName }) => displayName)),
    ...repeated(lists.tokenIssuancePolicies.map(({ displayName }) => displayName)),
  ];
}

const repeated = (names: readonly string[]) => names.filter((name, index) => names.indexOf(name) !== index);

/** Somebody does what the tool waits for, to the letter. If that shuts agents out, the instruction was wrong. */
const asAsked: Command = command('as asked', async (past, arena, note) => {
  const entry = await waited(arena.state);
  if (!entry?.change.instruction) return;
  const person = await arena.person();
  await person.perform({ id: entry.step, title: entry.change.title }, entry.change).catch(() => undefined);
  const doors = await logins(arena.state);
  if (past.open && !past.meddled && doors.flex !== 'in' && !announcesGap(past.said))
    note('locked out', { ...doors, asked: entry.change.title });
});

/** Somebody does what the tool waits for, and says so. */
const asAskedAndSaid: Command = {
  ...asAsked,
  async run(past, real) {
    await asAsked.run(past, real);
    await toolRun({ command: 'resume', by: 'nobody', saysDone: true, twice: false }).run(past, real);
  },
  toString: () => 'as asked, and said',
};

const damages: Readonly<Record<string, (text: string) => string>> = {
  'cut off': text => text.slice(0, 4096),
  emptied: () => '',
  'filled with zeros': text => '\0'.repeat(text.length),
  'without its journal': text => JSON.stringify({ ...JSON.parse(text), journal: [] }),
};

const damage = (how: string): Command =>
  meddling(`state file ${how}`, async (past, { state }) => {
    const file = newestFile(state);
    if (!file) return;
    past.forgotten = true;
    writeFileSync(file, damages[how]?.(readFileSync(file, 'utf8')) ?? '');
  });

const removal: Command = meddling('state files removed', async (past, { state }) => {
  past.forgotten = true;
  rmSync(migrationsIn(state), { recursive: true, force: true });
});

/** As people do who want to begin anew, and leave the revision before. */
const newestRemoval: Command = meddling('newest state file removed', async (past, { state }) => {
  past.forgotten = true;
  const file = newestFile(state);
  if (file) rmSync(file);
});

const run = fc
  .record({
    command: fc.constantFrom<Typed['command'][]>(
      'migrate',
      'migrate',
      'resume',
      'resume',
      'revert',
      'plan',
      'validate',
      'status',
    ),
    by: fc.constantFrom<How['by'][]>('nobody', 'nobody', 'operator'),
    saysDone: fc.boolean(),
    twice: fc.nat(3).map(chance => chance === 0),
  })
  .map(toolRun);
const killed = fc
  .record({
    command: fc.constantFrom<Typed['command'][]>('migrate', 'resume', 'revert'),
    by: fc.constantFrom<How['by'][]>('nobody', 'operator', 'operator'),
    killAt: fc.nat(120),
  })
  .map(how => toolRun({ ...how, saysDone: true, twice: false }));
const clicked = fc
  .constantFrom(...Object.keys(clicks))
  .map(name => meddling(`clicks: ${name}`, (_, arena) => click(arena, name)));
const administered = fc
  .tuple(fc.constantFrom(...Object.keys(administrations)), fc.constantFrom('legacy' as const, 'new' as const))
  .map(([name, which]) => meddling(`administrator ${name} (${which})`, (_, arena) => administer(arena, name, which)));
const damaged = fc.oneof(fc.constantFrom(...Object.keys(damages)).map(damage), fc.constantFrom(removal, newestRemoval));
const aged = fc.constantFrom(1, 12, 31).map(days => meddling(`${days} days`, (_, arena) => arena.days(days)));

/** All that can happen, as often as it is worth trying. */
export const happenings: fc.Arbitrary<Command>[] = [
  run,
  run,
  run,
  run.map(made => made),
  fc.constant(asAsked),
  fc.constant(asAskedAndSaid),
  fc.constant(asAskedAndSaid),
  killed,
  clicked,
  administered,
  damaged,
  aged,
];
