import { exitCodes } from '../errors.js';
import { type Outcome, titleOf } from '../migration/engine.js';
import { worthOf } from '../migration/evidence.js';
import type { Change, Migration } from '../migration/state.js';
import {
  isVerified,
  leftToDo,
  legacyKeptUntil,
  shownSince,
  statusOf,
  stepsLeft,
  stepsOf,
} from '../migration/status.js';
import { steps } from '../steps/index.js';
import type { StateStore } from '../stores/state-store.js';
import { printableJson } from '../terminal/json.js';
import { drawSummary } from '../terminal/summary.js';
import { pagesAt } from './pages.js';
import type { Session } from './session.js';

/** The version of every `--json` document. */
const documentVersion = 1;

export function printDocument(command: string, content: object): void {
  process.stdout.write(`${printableJson({ version: documentVersion, command, ...content })}\n`);
}

/**
 * Says how a walk ended, as a summary or as a document, which `more` is put into; returns the exit code. Where it was asked how it is now,
 * logins count `since` then.
 */
export function reportOutcome(session: Session, outcome: Outcome, more: object = {}, since?: string): number {
  const { options, store, terminal } = session;
  const { migration, status } = outcome;
  const instructionOf = (change: Change) => pagesAt(session.endpoints).change(change).instruction;
  // To validate is to walk one step, which may be done while others are not.
  const isWhole = status !== 'finished' || statusOf(steps, migration) === 'finished';
  if (options.json) {
    const waiting = outcome.status === 'paused' && {
      waitingFor: { step: outcome.step.id, title: outcome.change.title, instruction: instructionOf(outcome.change) },
    };
    const changed = 'changed' in outcome && { changed: outcome.changed };
    const described = describe(store, migration, since);
    const { notes, startedAt } = session;
    printDocument(options.command, {
      ...described,
      ...(isWhole && { status }),
      ...changed,
      applied: appliedSince(migration, startedAt),
      ...waiting,
      notes,
      ...more,
    });
  } else {
    drawSummary(terminal.result, migration, {
      ended: status === 'paused' && options.command === 'validate' ? 'awaiting-login' : isWhole ? status : 'checked',
      steps: stepsOf(steps, migration),
      recordedIn: store.location(migration.accountSid),
      isSandbox: options.sandbox === true,
      since,
    });
  }
  return status === 'paused' || status === 'declined' ? exitCodes.paused : exitCodes.done;
}

/** The plans that were applied since a moment (ISO 8601), by step and in the order of their doing, with their times. */
function appliedSince({ journal, direction }: Migration, moment: string): object[] {
  const applied = journal.filter(({ appliedAt = '' }) => appliedAt >= moment);
  return [...new Set(applied.map(({ step }) => step))].map(id => {
    const step = steps.find(one => one.id === id);
    const changes = applied
      .filter(entry => entry.step === id)
      .map(({ change: { instruction: _, ...change }, by, intendedAt, appliedAt }) => ({
        ...change,
        by,
        intendedAt,
        appliedAt,
      }));
    return { step: step && titleOf(step, direction), changes };
  });
}

function shownNow(migration: Migration, since: string) {
  const shown = shownSince(migration, since);
  return { verified: shown === 'verified', confirmed: shown === 'confirmed' };
}

/**
 * A migration as documents show it. Where a check names the moment (ISO 8601) that it began at, only a login since then counts: `verified`
 * by Flex's own answer, `confirmed` where it was seen from outside.
 */
export function describe(store: StateStore, migration: Migration, since?: string): object {
  const { accountSid, direction, answers, facts, checks } = migration;
  return {
    status: statusOf(steps, migration),
    accountSid,
    direction,
    setupType: answers.setupType,
    identityProvider: answers.identityProvider,
    connection: facts.connection,
    application: facts.application,
    legacyApplication: facts.legacyApplication,
    ...(since === undefined ? { verified: isVerified(migration) } : shownNow(migration, since)),
    evidence: facts.evidence,
    proof: facts.evidence && worthOf(facts.evidence),
    finishedAt: facts.finishedAt,
    legacyKeptUntil: legacyKeptUntil(migration),
    revertedAt: facts.revertedAt,
    stepsLeft: stepsLeft(steps, migration),
    leftToDo: leftToDo(migration),
    checks,
    state: store.location(accountSid),
  };
}
