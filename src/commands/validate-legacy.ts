import { describeFinding, rank } from '../diagnosis/finding.js';
import { exitCodes, FlexSsoError } from '../errors.js';
import type { Migration } from '../migration/state.js';
import { activeConnection, withSwitch } from '../steps/console-switch.js';
import { drawChecks } from '../terminal/checks.js';
import { drawFindings } from '../terminal/findings.js';
import { drawFollowedLogins } from '../terminal/followed-login.js';
import { diagnose } from '../validation/diagnose.js';
import { diagnoseLegacy } from '../validation/diagnose-legacy.js';
import { halfWayBack } from '../validation/way-back.js';
import { checksWithoutProbes, probesByConnection } from './probes.js';
import { describe, printDocument } from './result.js';
import type { Session } from './session.js';
import { named } from './validate-report.js';

/**
 * On the way back and after it agents log in through the legacy connection, or will: it is checked, without a login. As long as Flex uses
 * the enhanced one, that is checked as well.
 */
export async function validateLegacy(session: Session, migration: Migration, since: string): Promise<number> {
  const { options, store, terminal, engine, notes } = session;
  if (options.flags.login !== undefined)
    throw new FlexSsoError(
      'nothing-to-validate',
      'The migration goes back, or went back, to the legacy connection, so there is no login through the enhanced one to try.',
      'Run `flex-sso validate` without `--login` to check the legacy connection, or `flex-sso migrate` to go forward again.',
    );
  const step = { id: 'validate-connection', title: 'Validate the connection' } as const;
  const context = await withSwitch(engine.context(step, () => migration));
  const isInUse = (await activeConnection(context)) !== undefined;
  const halfWay = isInUse ? await halfWayBack(context) : undefined;
  const isLockedOut = halfWay?.result === 'failed';
  const looks = [diagnoseLegacy(context), ...(isInUse && !isLockedOut ? [diagnose(context)] : [])];
  const seen = await Promise.all(looks);
  const findings = rank(seen.flatMap(one => one.findings));
  const checks = [...(halfWay ? [halfWay] : []), ...seen.flatMap(one => one.checks)];
  const probes = checks.flatMap(({ probe }) => probe ?? []);
  if (options.json) {
    const looked = { ...migration, checks: { ...migration.checks, [step.id]: [...checks] } };
    printDocument('validate', {
      ...describe(store, migration, since),
      checks: checksWithoutProbes(looked),
      notes,
      findings: named(findings.map(describeFinding)),
      probes: probesByConnection(probes),
    });
  } else {
    drawFollowedLogins(terminal.result, probes, { hops: options.debug === true });
    terminal.result.gap();
    drawChecks(terminal.result, checks);
    drawFindings(terminal.result, findings);
  }
  return isLockedOut || findings.some(({ severity }) => severity === 'error') ? exitCodes.verification : exitCodes.done;
}
