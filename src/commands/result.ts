import { exitCodes } from '../errors.js';
import type { Outcome } from '../migration/engine.js';
import type { Migration } from '../migration/state.js';
import { isVerified, legacyKeptUntil, statusOf, stepsLeft } from '../migration/status.js';
import { steps } from '../steps/index.js';
import type { StateStore } from '../stores/state-store.js';
import { printableJson } from '../terminal/json.js';
import { drawSummary } from '../terminal/summary.js';
import type { Session } from './session.js';

/** The version of every `--json` document. */
const documentVersion = 1;

export function printDocument(command: string, content: object): void {
  process.stdout.write(`${printableJson({ version: documentVersion, command, ...content })}\n`);
}

/** Says how a walk ended, as a summary or as a document; returns the exit code. */
export function reportOutcome(session: Session, outcome: Outcome): number {
  const { options, store, terminal } = session;
  const { migration, status } = outcome;
  const file = store.location(migration.accountSid);
  if (options.json) {
    const waiting = outcome.status === 'paused' && {
      waitingFor: { step: outcome.step.id, title: outcome.change.title, instruction: outcome.change.instruction },
    };
    const changed = 'changed' in outcome && { changed: outcome.changed };
    printDocument(options.command, { ...describe(store, migration), status, ...changed, ...waiting });
  } else {
    const titles = steps.filter(step => step.applies(migration)).map(({ id, title }) => ({ id, title }));
    drawSummary(terminal.result, migration, { ended: status, steps: titles, recordedIn: file });
  }
  return status === 'paused' || status === 'declined' ? exitCodes.paused : exitCodes.done;
}

/** A migration as documents show it. */
export function describe(store: StateStore, migration: Migration): object {
  const { accountSid, direction, answers, facts, checks } = migration;
  return {
    status: statusOf(steps, migration),
    accountSid,
    direction,
    setupType: answers.setupType,
    identityProvider: answers.identityProvider,
    connection: facts.connection,
    application: facts.application,
    verified: isVerified(migration),
    evidence: facts.evidence,
    finishedAt: facts.finishedAt,
    legacyKeptUntil: legacyKeptUntil(migration),
    revertedAt: facts.revertedAt,
    stepsLeft: stepsLeft(steps, migration),
    checks,
    state: store.location(accountSid),
  };
}
