import { describeFinding } from '../diagnosis/finding.js';
import { exitCodes, FlexSsoError } from '../errors.js';
import type { Migration } from '../migration/state.js';
import { drawChecks } from '../terminal/checks.js';
import { drawFindings } from '../terminal/findings.js';
import { drawFollowedLogins } from '../terminal/followed-login.js';
import { diagnoseLegacy } from '../validation/diagnose-legacy.js';
import { checksWithoutProbes, probesByConnection } from './probes.js';
import { describe, printDocument } from './result.js';
import type { Session } from './session.js';

/** On the way back and after it the legacy connection is the one that agents log in through: it is checked, without a login. */
export async function validateLegacy(session: Session, migration: Migration, since: string): Promise<number> {
  const { options, store, terminal, engine, notes } = session;
  if (options.flags.login !== undefined)
    throw new FlexSsoError(
      'nothing-to-validate',
      'The migration goes back, or went back, to the legacy connection, so there is no login through the enhanced one to try.',
      'Run `flex-sso validate` without `--login` to check the legacy connection, or `flex-sso migrate` to go forward again.',
    );
  const step = { id: 'validate-connection', title: 'Validate the connection' } as const;
  const { findings, checks } = await diagnoseLegacy(engine.context(step, () => migration));
  const probes = checks.flatMap(({ probe }) => probe ?? []);
  if (options.json) {
    const looked = { ...migration, checks: { ...migration.checks, [step.id]: [...checks] } };
    printDocument('validate', {
      ...describe(store, migration, since),
      checks: checksWithoutProbes(looked),
      notes,
      findings: findings.map(describeFinding),
      probes: probesByConnection(probes),
    });
  } else {
    drawFollowedLogins(terminal.result, probes, { hops: options.debug === true });
    terminal.result.gap();
    drawChecks(terminal.result, checks);
    drawFindings(terminal.result, findings);
  }
  return findings.some(({ severity }) => severity === 'error') ? exitCodes.verification : exitCodes.done;
}
