import { FlexSsoError } from '../errors.js';
import { walk } from '../migration/engine.js';
import type { CommandOptions } from './options.js';
import { reportOutcome } from './result.js';
import { withSession } from './session.js';

/** Checks the enhanced connection as it is now. With `--login` somebody logs in again, and the evidence is renewed. */
export function validate(options: CommandOptions): Promise<number> {
  return withSession(options, async session => {
    const { migration, engine } = session;
    if (!migration?.facts.connection || migration.direction === 'back')
      throw new FlexSsoError(
        'nothing-to-validate',
        `There is no enhanced connection to validate for ${session.accountSid}.`,
        'Run `flex-sso migrate` first; `flex-sso status` shows where it is.',
      );
    const steps = engine.steps.filter(step => step.id === 'validate-connection');
    const again = options.flags.login !== undefined;
    const start = again ? { ...migration, facts: { ...migration.facts, evidence: undefined } } : migration;
    return reportOutcome(session, await walk({ ...engine, steps }, start, 'forward'));
  });
}
