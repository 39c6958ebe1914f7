import { FlexSsoError } from '../errors.js';
import { walk } from '../migration/engine.js';
import { statusOf } from '../migration/status.js';
import type { CommandOptions } from './options.js';
import { reportOutcome } from './result.js';
import { withSession } from './session.js';

/** Goes forward from wherever the migration is: from nothing, from a pause, or from a revert. */
export function migrate(options: CommandOptions): Promise<number> {
  return withSession(options, async session => {
    const migration = session.migration ?? session.begin();
    return reportOutcome(session, await walk(session.engine, migration, 'forward'));
  });
}

/** Goes on in the direction that the migration already has. */
export function resume(options: CommandOptions): Promise<number> {
  return withSession(options, async session => {
    const { migration } = session;
    if (!migration) throw nothingTo('resume', session.accountSid, 'Run `flex-sso migrate` to begin.');
    if (statusOf(session.engine.steps, migration) === 'reverted')
      throw nothingTo('resume', session.accountSid, 'It was reverted. Run `flex-sso migrate` to go forward again.');
    return reportOutcome(session, await walk(session.engine, migration, migration.direction));
  });
}

/** Goes back to the legacy connection, from wherever the migration is. */
export function revert(options: CommandOptions): Promise<number> {
  return withSession(options, async session => {
    const { migration } = session;
    if (!migration) throw nothingTo('revert', session.accountSid, 'No migration has begun, so nothing was changed.');
    return reportOutcome(session, await walk(session.engine, migration, 'back'));
  });
}

function nothingTo(what: string, accountSid: string, hint: string): FlexSsoError {
  return new FlexSsoError(`nothing-to-${what}`, `There is nothing to ${what} for ${accountSid}.`, hint);
}
