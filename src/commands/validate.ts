import { isCauseCode } from '../diagnosis/causes.js';
import { type Finding, findingOf } from '../diagnosis/finding.js';
import { exitCodes, FlexSsoError } from '../errors.js';
import { callbackUrl } from '../flex/login.js';
import { walk } from '../migration/engine.js';
import type { Migration, RecordedFinding } from '../migration/state.js';
import { drawFindings } from '../terminal/findings.js';
import { findingCheck } from '../validation/checks.js';
import { checkWayBack } from '../validation/way-back.js';
import { mayAsk } from './credentials.js';
import type { CommandOptions } from './options.js';
import { describe, printDocument, reportOutcome } from './result.js';
import { type Session, withSession } from './session.js';

/**
 * Checks the enhanced connection as it is now, and explains what is wrong with it. With `--login` somebody logs in again, and the
 * evidence is renewed.
 */
export function validate(options: CommandOptions): Promise<number> {
  return withSession(options, async session => {
    const { migration, engine, store } = session;
    if (!migration?.facts.connection || migration.direction === 'back')
      throw new FlexSsoError(
        'nothing-to-validate',
        `There is no enhanced connection to validate for ${session.accountSid}.`,
        'Run `flex-sso migrate` first; `flex-sso status` shows where it is.',
      );
    const untrusted = mayAsk(options) ? undefined : await untrustedCallback(session, migration);
    const wayBack = await checkWayBack(engine.context({ id: 'validate-connection', title: '' }, () => migration));
    const besides = [...(untrusted ? [untrusted] : []), ...wayBack];
    const steps = engine.steps.filter(step => step.id === 'validate-connection');
    try {
      const outcome = await walk({ ...engine, steps }, untrusted ? migration : startOf(migration, options), 'forward');
      // Of a walk that stopped before its checks, those that are recorded are old.
      const checked = outcome.status === 'finished' ? outcome.migration : undefined;
      const findings = findingsOf(checked, besides);
      if (findings.some(isError)) return reportBroken(session, outcome.migration, findings);
      if (!options.json && wayBack.length > 0) drawFindings(session.terminal.result, wayBack);
      return reportOutcome(session, outcome, { findings });
    } catch (error) {
      if (!(error instanceof FlexSsoError) || error.code !== 'verification-failed') throw error;
      const seen = (await store.load(session.accountSid)) ?? migration;
      const findings = findingsOf(seen, besides);
      if (!findings.some(isError)) throw error;
      return reportBroken(session, seen, findings);
    }
  });
}

/** What was seen of an earlier login does not count for a new one. */
function startOf(migration: Migration, { flags }: CommandOptions): Migration {
  if (flags.login === undefined) return migration;
  const facts = {
    ...migration.facts,
    evidence: undefined,
    refusal: undefined,
    workersBeforeLogin: undefined,
    loginAwaitedSince: undefined,
  };
  return { ...migration, facts };
}

/** Why a login cannot come back here, where nobody is there to add the address to the Trusted URLs: then none is begun. */
async function untrustedCallback({ options, engine }: Session, migration: Migration): Promise<Finding | undefined> {
  if (options.flags.login !== 'browser' || options.sandbox) return undefined;
  const { flex } = engine.context({ id: 'validate-connection', title: '' }, () => migration);
  const address = callbackUrl(migration.answers);
  const probe = await flex.probe(migration.facts.connection?.name ?? '', address);
  if (probe.reached !== 'error' || !/trusted/i.test(probe.message)) return undefined;
  return findingOf('trusted-url-missing', `Flex does not trust ${address}: ${probe.message}`);
}

/** Says what is wrong, the one to mend first on top; returns the exit code. */
function reportBroken(session: Session, migration: Migration, findings: readonly RecordedFinding[]): number {
  const { options, store, terminal } = session;
  if (options.json) {
    printDocument('validate', { ...describe(store, migration), verified: false, notes: session.notes, findings });
    return exitCodes.verification;
  }
  drawFindings(
    terminal.result,
    findings.flatMap(finding => inFull(finding, migration)),
  );
  terminal.result.gap();
  terminal.result.text('Mend the first one first, then run `flex-sso validate` again.');
  return exitCodes.verification;
}

const isError = ({ severity }: RecordedFinding) => severity === 'error';

/** With what the table of causes says of it, in the words of `flex-sso inspect`. */
function inFull({ code, severity, evidence, certainty }: RecordedFinding, { answers }: Migration): Finding[] {
  const { identityProvider } = answers;
  return isCauseCode(code) ? [findingOf(code, evidence, { severity, certainty, identityProvider })] : [];
}

const order = ['error', 'warning', 'info'];

function findingsOf(checked: Migration | undefined, besides: readonly Finding[]): RecordedFinding[] {
  const found = (checked?.checks['validate-connection'] ?? []).flatMap(({ finding }) => finding ?? []);
  const first = besides.flatMap(finding => findingCheck(finding).finding ?? []);
  // Stable, so that among equals the order of the diagnosis stays.
  return [...first, ...found].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
