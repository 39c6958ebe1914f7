import { describeFinding, type Finding, findingOf } from '../diagnosis/finding.js';
import { FlexSsoError } from '../errors.js';
import { callbackUrl } from '../flex/login.js';
import { type EngineOptions, walk } from '../migration/engine.js';
import type { Migration, RecordedFinding } from '../migration/state.js';
import { awaitedElsewhere, isSetUp } from '../steps/validate-connection.js';
import { diagnose } from '../validation/diagnose.js';
import { withLegacy } from '../validation/with-legacy.js';
import { mayAsk } from './credentials.js';
import type { CommandOptions } from './options.js';
import { reportOutcome } from './result.js';
import { type Session, withSession } from './session.js';
import { validateLegacy } from './validate-legacy.js';
import { drawInFull, drawProbes, findingsOf, inDocument, isError, named, reportBroken } from './validate-report.js';

/**
 * Checks the enhanced connection as it is now, and explains what is wrong with it. With `--login` somebody logs in again, and the
 * evidence is renewed; without, an earlier login is told with its date, and verifies nothing of now.
 */
export function validate(options: CommandOptions): Promise<number> {
  const since = new Date().toISOString();
  return withSession(options, async session => {
    const { migration, store } = session;
    if (migration?.facts.legacy && migration.direction === 'back') return validateLegacy(session, migration, since);
    if (!migration?.facts.connection || migration.direction === 'back')
      throw new FlexSsoError(
        'nothing-to-validate',
        `There is no enhanced connection to validate for ${session.accountSid}.`,
        'Run `flex-sso migrate` first; `flex-sso status` shows where it is.',
      );
    const unfinished = isSetUp(migration) ? [] : await seenWithoutLogin(session, migration);
    if (unfinished.some(isError)) return reportBroken(session, migration, unfinished);
    const untrusted = mayAsk(options) ? undefined : await untrustedCallback(session, migration);
    const besides = untrusted ? [describeFinding(untrusted)] : [];
    const asked = new Set<string>();
    const engine = engineOfNow(session, since, asked);
    try {
      const start = startOf(migration, options);
      const awaited = untrusted ? await awaitedElsewhere(engine.context(step, () => start)) : {};
      const outcome = await walk(engine, { ...start, facts: { ...start.facts, ...awaited } }, 'forward');
      // Of a walk that stopped before its checks, those that are recorded are old.
      const checked = outcome.status === 'finished' ? outcome.migration : undefined;
      const findings = findingsOf(checked, besides);
      if (checked && findings.some(isError)) return reportBroken(session, checked, findings, { checked, asked });
      drawProbes(session, checked);
      if (!options.json) drawInFull(session, findings, outcome.migration, asked);
      const more = { ...inDocument(outcome.migration, checked), findings: named(findings) };
      return reportOutcome(session, outcome, more, since);
    } catch (error) {
      if (!(error instanceof FlexSsoError) || error.code !== 'verification-failed') throw error;
      const seen = (await store.load(session.accountSid)) ?? migration;
      const findings = findingsOf(seen, besides);
      if (!findings.some(isError)) throw error;
      return reportBroken(session, seen, findings, { checked: seen, asked });
    }
  });
}

const step = { id: 'validate-connection', title: 'Validate the connection' } as const;

/**
 * Walks this one step, the legacy connection looked at besides. What is wrong is drawn once, in full and as the result; before that only
 * where somebody is asked what to do about it, whose codes go into `asked`.
 */
function engineOfNow({ engine, options }: Session, since: string, asked: Set<string>): EngineOptions {
  return {
    ...engine,
    steps: engine.steps.filter(({ id }) => id === step.id).map(withLegacy),
    context: (title, current) => Object.assign(engine.context(title, current), { loginsCountFrom: since }),
    emit: event =>
      engine.emit(
        event.type === 'checks' ? { ...event, checks: event.checks.filter(({ finding }) => !finding) } : event,
      ),
    person: {
      ...engine.person,
      reconsider(title, failed, claimed) {
        if (mayAsk(options)) for (const { finding } of failed) if (finding) asked.add(finding.code);
        return engine.person.reconsider(title, failed, claimed);
      },
    },
  };
}

/** A new login is awaited: what was seen of an earlier one stays until this one has an outcome, and does not count for it. */
function startOf(migration: Migration, { flags }: CommandOptions): Migration {
  const { facts } = migration;
  if (flags.login !== undefined && flags.login !== 'skip') {
    const loginAwaitedSince = new Date().toISOString();
    const renewed = {
      loginAwaitedSince,
      workersBeforeLogin: undefined,
      callbackRefused: undefined,
      refusal: undefined,
    };
    return { ...migration, facts: { ...facts, ...renewed } };
  }
  // A login that was to come back to a run that is over cannot any more; one elsewhere still can be seen.
  const isOver = facts.evidence !== undefined && facts.workersBeforeLogin === undefined;
  return isOver ? { ...migration, facts: { ...facts, loginAwaitedSince: undefined } } : migration;
}

/** What is wrong with a connection that is not set up to the end: nobody is asked to log in to it. */
async function seenWithoutLogin({ engine }: Session, migration: Migration): Promise<RecordedFinding[]> {
  const { findings } = await diagnose(engine.context(step, () => migration));
  return findings.map(describeFinding);
}

/** Why a login cannot come back here, where nobody is there to add the address to the Trusted URLs: then it is one elsewhere. */
async function untrustedCallback({ options, engine }: Session, migration: Migration): Promise<Finding | undefined> {
  if (options.flags.login !== 'browser' || !isSetUp(migration)) return undefined;
  const { flex } = engine.context(step, () => migration);
  const address = callbackUrl(migration.answers);
  const probe = await flex.probe(migration.facts.connection?.name ?? '', address);
  if (probe.reached !== 'error' || !/trusted/i.test(probe.message)) return undefined;
  return findingOf('trusted-url-missing', `Flex does not trust ${address}: ${probe.message}`);
}
