import { isDeepStrictEqual } from 'node:util';
import { FlexSsoError, interrupted } from '../errors.js';
import type { StateStore } from '../stores/state-store.js';
import { assertAdmitted } from './admission.js';
import type { Emit } from './events.js';
import type { Facts } from './facts.js';
import {
  complete,
  forget,
  intend,
  isDoneByTool,
  markApplied,
  markSeen,
  outdate,
  turn,
  waitingFor,
  withdraw,
} from './journal.js';
import { changedByOthers, leftOut, markOthers } from './others.js';
import type { Person, StepTitle } from './person.js';
import { hasGrown, isSamePlan, wantsLess } from './same-or-less.js';
import type { Answers, Change, Check, Migration } from './state.js';
import type { Found, ReadContext, Refused, Step, Way, WriteContext } from './step.js';

export type Direction = Migration['direction'];

export interface EngineOptions {
  steps: readonly Step[];
  store: StateStore;
  person: Person;
  emit: Emit;
  signal: AbortSignal;
  /** Answers that this run brought along as values; they are not kept where they turn out to be of no use. */
  pasted?: readonly (keyof Answers)[];
  /** Checks before the first change that need not pass, by name. */
  accepted?: readonly string[];
  /** Makes the context of a step; `migration()` is the document as it is then. */
  context(step: StepTitle, migration: () => Migration): WriteContext;
}

/** How a walk through the steps ended. */
export type Outcome =
  | { status: 'finished' | 'reverted'; migration: Migration; changed: number }
  | { status: 'paused'; migration: Migration; step: StepTitle; change: Change }
  | { status: 'declined'; migration: Migration; step: StepTitle };

/**
 * Walks a migration forward, or back in reverse order: plan → show → confirm → apply → verify, step by step. The document is on disk
 * before and after every change, so that the walk may be cut off anywhere and started again.
 *
 * Throws `FlexSsoError`: 'plan-outdated' (the world changed since the plan was shown), 'changed-by-others' (the step cannot do without
 * a change that undoes what others made), 'verification-failed', 'interrupted', and what the steps throw.
 */
export async function walk(options: EngineOptions, start: Migration, direction: Direction): Promise<Outcome> {
  let migration = start;
  let changed = 0;
  const save = async (next: Migration) => {
    migration = await options.store.save(next, migration.revision);
  };
  const record = async (facts: Facts) => {
    const next = { ...migration.facts, ...facts };
    if (!isDeepStrictEqual(next, migration.facts)) await save({ ...migration, facts: next });
  };
  const route = routeOf(options.steps, direction);

  // What does not begin leaves no trace: the migration still stands where it stood.
  if (migration.direction !== direction) await heedWhatWasDone();
  const turned = migration.direction === direction ? migration : turn(migration, direction);
  const ahead = route
    .filter(step => step.applies(turned))
    .map(step => ({ step, title: titleOf(step, direction) }))
    .map(({ step, title }) => ({ title, way: step[direction] as Way, context: options.context(title, () => turned) }));
  await assertAdmitted(ahead, options);
  if (turned !== migration) await save(turned);

  for (let position = 0; ; position++) {
    // Answers decide which steps apply, so the route is looked at again after each step.
    const steps = route.filter(step => step.applies(migration));
    const step = steps[position];
    if (!step) break;
    const outcome = await walkStep(step, position, steps);
    if (outcome) return outcome;
  }
  if (direction === 'forward') return { status: 'finished', migration, changed };
  await record({ finishedAt: undefined, evidence: undefined, revertedAt: new Date().toISOString() });
  return { status: 'reverted', migration, changed };

  /** Records what people have done since they were asked for it, in one step or all, on the way that the migration went until now. */
  async function heedWhatWasDone(steps = options.steps): Promise<void> {
    for (const { step: id, change, notDoneAt } of waitingFor(migration, migration.direction)) {
      const step = steps.find(one => one.id === id);
      const way = step?.[migration.direction];
      if (!step || !way || !notDoneAt) continue;
      const title = titleOf(step, migration.direction);
      const context = contextOf(title);
      const facts = await factsIfDone(way, change, context);
      if (!facts || 'refused' in facts) continue;
      await save(markSeen({ ...migration, facts: { ...migration.facts, ...facts } }, id, change));
      options.emit({ type: 'note', step: title, message: `Done in the meantime: ${change.title}.` });
    }
  }

  function contextOf(step: StepTitle): WriteContext {
    return Object.assign(
      options.context(step, () => migration),
      { record },
    );
  }

  async function walkStep(
    step: Step,
    position: number,
    steps: readonly Step[],
    isLate = false,
  ): Promise<Outcome | undefined> {
    const title = titleOf(step, direction);
    const way = step[direction] as Way;
    const context = contextOf(title);
    const again = migration.completed.includes(step.id);
    options.emit({ type: 'step', step: title, position: position + 1, total: steps.length, direction, again });
    stopIfAborted();
    await heedWhatWasDone([step]);

    const done: Change[] = [];
    let shownAgain = 0;
    /** Changes that undo what others made, by name: those that are approved, and those that are left out. */
    const [overwritten, left] = [new Set<string>(), new Set<string>()];
    const planNow = async () => {
      const changes = markOthers(migration, step.id, await way.plan(context));
      return changes.filter(change => !left.has(nameOf(change)));
    };
    const approved = async (changes: readonly Change[]) => {
      const open = changes.filter(change => change.changedByOthers && !overwritten.has(nameOf(change)));
      const unapproved: Change[] = [];
      for (const change of open) {
        if (await options.person.overwrite?.(title, change)) overwritten.add(nameOf(change));
        else unapproved.push(change);
      }
      const needed = unapproved.filter(({ resource }) => !way.canDoWithout?.includes(resource));
      if (needed.length > 0)
        throw changedByOthers(title, needed, {
          approved: changes.filter(change => change.changedByOthers && overwritten.has(nameOf(change))),
          direction: migration.direction,
        });
      if (unapproved.length > 0) context.report.note(leftOut(unapproved));
      for (const change of unapproved) left.add(nameOf(change));
      return changes.filter(change => !left.has(nameOf(change)));
    };
    for (let previous: readonly Change[] = []; ; ) {
      await learn(way, title, context);
      const changes = await approved(await planNow());
      // What is still planned although somebody said that it is done is for the checks to judge.
      if (changes.length === 0 || isSamePlan(changes, previous)) break;
      previous = changes;
      options.emit({ type: 'plan', step: title, changes });
      if (changes.some(isDoneByTool)) {
        if (!(await options.person.confirm(title, changes))) return { status: 'declined', migration, step: title };
        // What was confirmed is what is applied: time may have passed, and somebody else may have worked on it.
        const now = await planNow();
        if (!isSamePlan(now, changes)) {
          const why = wantsLess(now, changes) ? lessIsLeft : hasGrown(now, changes) ? moreIsListed : undefined;
          if (!why || ++shownAgain > mostShownAgain) {
            await save(outdate(migration, step.id, changes));
            throw outdated(title);
          }
          options.emit({ type: 'note', step: title, message: why });
          previous = [];
          continue;
        }
      }
      let isRefused = false;
      for (const change of changes) {
        stopIfAborted();
        const ended = await applyChange(way, title, change, context);
        if (ended === 'later') {
          options.emit({ type: 'paused', step: title, change });
          return { status: 'paused', migration, step: title, change };
        }
        isRefused = ended === 'refused';
        if (isRefused) break;
        done.push(change);
      }
      // What a person did may show something new to learn or to ask. What the tool wrote may not be readable yet, so that is not
      // planned a second time: it is verified.
      if (changes.some(isDoneByTool) && !isRefused) break;
    }
    changed += done.length;
    const ended = await verify(way, title, done, context, !isLate);
    if (ended) return walkStep(step, position, steps, ended === 'late');
    const completed = complete(migration, step.id, change => left.has(nameOf(change)));
    if (!isDeepStrictEqual(completed, migration)) await save(completed);
    const next = steps[position + 1];
    options.emit({ type: 'completed', step: title, changed: done, next: next && titleOf(next, direction) });
    return undefined;
  }

  /** Observes and asks until nothing is left to ask: an answer may be the key to another observation. */
  async function learn(way: Way, step: StepTitle, context: ReadContext): Promise<void> {
    const typed: (keyof Answers)[] = [];
    for (;;) {
      try {
        const found = (await way.observe?.(context)) ?? {};
        if ('done' in found) await recordDone(step, found);
        else await record(found);
      } catch (error) {
        // What cannot be used is asked again, now or on the next run. What was typed before it was looked at already, and stays.
        if (!isUnusable(error)) throw error;
        const last = typed.pop();
        await dropAnswers(last ? (error.inputs ?? [last]) : (options.pasted ?? []));
        if (!last) throw error;
        options.emit({ type: 'checks', step, checks: [failedCheck(error)] });
      }
      const question = way.asks?.(migration);
      if (!question) return;
      const { settled, suggestion } = question;
      const answer = settled && suggestion ? suggestion : await options.person.answer(step, question);
      if (answer !== suggestion) typed.push(question.input);
      await save({ ...migration, answers: { ...migration.answers, [question.input]: answer } as Answers });
    }
  }

  async function recordDone(step: StepTitle, { facts, done }: Found): Promise<void> {
    const seen = done.reduce((known, change) => markSeen(known, step.id, change), migration);
    await save({ ...seen, facts: { ...migration.facts, ...facts } });
  }

  async function dropAnswers(unusable: readonly string[]): Promise<void> {
    const usable = Object.entries(migration.answers).filter(([name]) => !unusable.includes(name));
    await save({ ...migration, answers: Object.fromEntries(usable) });
  }

  async function applyChange(
    way: Way,
    step: StepTitle,
    change: Change,
    context: WriteContext,
  ): Promise<'done' | 'later' | 'refused'> {
    const isManual = !isDoneByTool(change);
    const isVisiblyOpen = isManual && (await way.isDone?.(change, context)) === false;
    await save(intend(migration, step.id, change, isVisiblyOpen));
    for (;;) {
      const performed = isManual ? await options.person.perform(step, change) : 'done';
      if (performed === 'later') return 'later';
      const saw = performed === 'done' ? undefined : performed.saw;
      stopIfAborted();
      options.emit({ type: 'applying', step, change });
      try {
        const facts = (await way.apply?.(change, context, saw)) ?? {};
        if ('refused' in facts) {
          await save({ ...forget(migration, step.id, change), facts: { ...migration.facts, ...facts.refused } });
          return 'refused';
        }
        await save(markApplied({ ...migration, facts: { ...migration.facts, ...facts } }, step.id, change));
        break;
      } catch (error) {
        const check = isManual ? refusedClaim(error) : undefined;
        const decision = check ? await options.person.reconsider(step, [check], change) : 'stop';
        if (decision === 'stop') throw error;
        if (decision === 'again') continue;
        await save(markApplied(migration, step.id, change));
        break;
      }
    }
    options.emit({ type: 'applied', step, change });
    return 'done';
  }

  async function verify(
    way: Way,
    step: StepTitle,
    changes: readonly Change[],
    context: ReadContext,
    mayPlanAgain: boolean,
  ): Promise<'redo' | 'late' | undefined> {
    for (;;) {
      let checks = (await way.verify?.(context)) ?? [];
      options.emit({ type: 'checks', step, checks });
      const failed = checks.filter(check => check.result === 'failed');
      // What the plan did not show because it was listed too late is planned once more.
      const isIdle = failed.length > 0 && changes.length === 0 && mayPlanAgain;
      if (isIdle && (await way.plan(context)).some(isDoneByTool)) return 'late';
      const redo = way.redo?.(migration);
      const claimed = redo && changes.findLast(change => !isDoneByTool(change));
      const decision = failed.length > 0 ? await options.person.reconsider(step, failed, claimed) : 'accept';
      if (decision === 'again' && redo) {
        await record(redo);
        return 'redo';
      }
      if (decision === 'again') continue;
      if (decision === 'accept')
        checks = checks.map(check =>
          check.result === 'failed' ? { ...check, strength: 'word', result: 'unknown' } : check,
        );
      // A check of a finished migration that fails says how it is now, and undoes nothing of what was done.
      const undoes = decision === 'stop' && migration.facts.finishedAt === undefined;
      const claims = undoes ? changes.filter(change => !isDoneByTool(change)) : [];
      const completed = undoes ? migration.completed.filter(id => id !== step.id) : migration.completed;
      await save({
        ...withdraw(migration, step.id, claims),
        completed,
        checks: { ...migration.checks, [step.id]: checks },
      });
      if (decision === 'stop') throw verificationFailed(step, failed);
      return undefined;
    }
  }

  function stopIfAborted(): void {
    if (options.signal.aborted) throw interrupted();
  }
}

/** How often a plan is shown again of which less and less is left to do. */
const mostShownAgain = 3;
const lessIsLeft =
  'Some of this was done while the plan was made, as by a run that was cut off a moment ago. So the plan is shown again, with what is ' +
  'left.';

const moreIsListed =
  'Entra lists more than when the plan was made: it shows late what is new. So the plan is shown again, with all of it.';

const nameOf = ({ resource, key }: Change) => `${resource} ${key}`;

/** The steps in the order of a direction, those without a way there left out. */
export function routeOf(steps: readonly Step[], direction: Direction): readonly Step[] {
  if (direction === 'forward') return steps;
  const back = steps.filter(step => step.back).toReversed();
  return [...back.filter(step => step.back?.first), ...back.filter(step => !step.back?.first)];
}

/** A step by the name that it has in a direction. */
export function titleOf(step: Step, direction: Direction): StepTitle {
  return { id: step.id, title: step[direction]?.title ?? step.title };
}

const isUnusable = (error: unknown): error is FlexSsoError => error instanceof FlexSsoError && error.ending === 'usage';

/** What to record of a manual change that the world shows as done; undefined if it does not, or shows it done only in part. */
async function factsIfDone(way: Way, change: Change, context: WriteContext): Promise<Facts | Refused | undefined> {
  try {
    return (await way.isDone?.(change, context)) ? ((await way.apply?.(change, context)) ?? {}) : undefined;
  } catch (error) {
    // What was answered and cannot be used is told where it is asked for.
    if (refusedClaim(error) || isUnusable(error)) return undefined;
    throw error;
  }
}

function refusedClaim(error: unknown): Check | undefined {
  return error instanceof FlexSsoError && error.ending === 'verification' ? failedCheck(error) : undefined;
}

function failedCheck({ code, message, hint }: FlexSsoError): Check {
  return { name: code, result: 'failed', strength: 'observed', message, hint };
}

function outdated(step: StepTitle): FlexSsoError {
  return new FlexSsoError(
    'plan-outdated',
    `Something changed after the plan of “${step.title}” was shown. Nothing of it was applied.`,
    'Run `flex-sso resume`: it shows the plan as it is now.',
    { ending: 'changed' },
  );
}

function verificationFailed(step: StepTitle, failed: readonly Check[]): FlexSsoError {
  const seen = failed.map(check => check.message).join(' ');
  const hints = failed.flatMap(check => check.hint ?? []).join(' ');
  return new FlexSsoError(
    'verification-failed',
    `“${step.title}” is not done as it should be: ${seen}`,
    hints || 'Fix it, then run `flex-sso resume`.',
    { ending: 'verification' },
  );
}
