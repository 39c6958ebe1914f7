import { isCauseCode } from '../diagnosis/causes.js';
import { type Finding, findingOf } from '../diagnosis/finding.js';
import { exitCodes } from '../errors.js';
import type { Migration, RecordedFinding } from '../migration/state.js';
import { drawFindings } from '../terminal/findings.js';
import { drawFollowedLogins } from '../terminal/followed-login.js';
import { legacyFinding } from '../validation/legacy-finding.js';
import { checksWithoutProbes, probesByConnection, probesIn } from './probes.js';
import { describe, printDocument } from './result.js';
import type { Session } from './session.js';

/** Says what is wrong, the one to mend first on top; returns the exit code. `checked` holds what was looked at in this run. */
export function reportBroken(
  session: Session,
  migration: Migration,
  findings: readonly RecordedFinding[],
  { checked, asked = new Set() }: { checked?: Migration; asked?: ReadonlySet<string> } = {},
): number {
  const { options, store, terminal, notes } = session;
  if (options.json) {
    const described = { ...describe(store, migration), ...inDocument(migration, checked), ...notShown };
    printDocument('validate', { ...described, notes, findings: named(findings) });
    return exitCodes.verification;
  }
  drawProbes(session, checked);
  drawInFull(session, findings, migration, asked);
  terminal.result.gap();
  terminal.result.text('Mend the first one first, then run `flex-sso validate` again.');
  return exitCodes.verification;
}

const notShown = { verified: false, confirmed: false };

/** What a document says of the checks: the probes of this run have a place of their own. */
export const inDocument = (migration: Migration, checked: Migration | undefined) => ({
  checks: checksWithoutProbes(migration),
  probes: probesByConnection(probesIn(checked)),
});

/** A script need not know that a finding without a connection is one of the enhanced. */
export const named = (findings: readonly RecordedFinding[]) =>
  findings.map(one => ({ connection: 'enhanced', ...one }));

/** The logins that were followed in this run. */
export function drawProbes({ options, terminal }: Session, checked: Migration | undefined): void {
  if (!options.json) drawFollowedLogins(terminal.result, probesIn(checked), { hops: options.debug === true });
}

/** Where results go to the screen at which somebody was asked about a finding, it stands there already. */
export function drawInFull(
  { terminal }: Session,
  findings: readonly RecordedFinding[],
  migration: Migration,
  asked: ReadonlySet<string>,
): void {
  const isThere = ({ code }: RecordedFinding) => process.stdout.isTTY === true && asked.has(code);
  const left = findings.filter(finding => !isThere(finding));
  drawFindings(
    terminal.result,
    left.flatMap(finding => inFull(finding, migration)),
  );
}

export const isError = ({ severity }: RecordedFinding) => severity === 'error';

/** With what the table of causes says of it, in the words of `flex-sso inspect`. */
function inFull(finding: RecordedFinding, migration: Migration): Finding[] {
  const { code, severity, evidence, certainty, connection } = finding;
  if (!isCauseCode(code)) return [];
  if (connection === 'legacy') return [legacyFinding(code, evidence, migration, { severity, certainty })];
  const { identityProvider } = migration.answers;
  return [findingOf(code, evidence, { severity, certainty, identityProvider })];
}

const order = ['error', 'warning', 'info'];

/** What was found, the worst first. */
export function findingsOf(checked: Migration | undefined, besides: readonly RecordedFinding[]): RecordedFinding[] {
  const found = (checked?.checks['validate-connection'] ?? []).flatMap(({ finding }) => finding ?? []);
  // Stable, so that among equals the order of the diagnosis stays.
  return [...besides, ...found].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
