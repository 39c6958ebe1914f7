import { toEndpoint } from '../endpoints.js';
import { singleSignOnPage } from '../flex/console.js';
import { type Direction, walk } from '../migration/engine.js';
import type { Migration } from '../migration/state.js';
import { statusOf } from '../migration/status.js';
import { drawIntroduction } from '../terminal/introduction.js';
import type { CommandOptions } from './options.js';
import { showPlan } from './plan.js';
import { reportOutcome } from './result.js';
import { nothingTo, type Session, withSession } from './session.js';

/** Goes forward from wherever the migration is: from nothing, from a pause, or from a revert. */
export function migrate(options: CommandOptions): Promise<number> {
  return withSession(options, session => go(session, session.migration ?? session.begin(), 'forward'));
}

/** Goes on in the direction that the migration already has. */
export function resume(options: CommandOptions): Promise<number> {
  return withSession(options, async session => {
    const { migration, accountSid } = session;
    if (!migration) throw nothingTo('resume', accountSid);
    if (statusOf(session.engine.steps, migration) === 'reverted')
      throw nothingTo('resume', accountSid, 'It was reverted. Run `flex-sso migrate` to go forward again.');
    return go(session, migration, migration.direction);
  });
}

/** Goes back to the legacy connection, from wherever the migration is; `--dry-run` only shows the way. */
export function revert(options: CommandOptions): Promise<number> {
  return withSession(options, async session => {
    const { migration, accountSid } = session;
    if (!migration) throw nothingTo('revert', accountSid, 'No migration has begun, so nothing was changed.');
    return options.dryRun ? showPlan(session, migration, 'back') : go(session, migration, 'back');
  });
}

async function go(session: Session, migration: Migration, direction: Direction): Promise<number> {
  const { options, terminal, endpoints, engine } = session;
  if (!terminal.silent)
    drawIntroduction(terminal.drawing.output, {
      migration,
      direction,
      sandboxConsole: options.sandbox ? toEndpoint(endpoints, singleSignOnPage) : undefined,
    });
  return reportOutcome(session, await walk(engine, migration, direction));
}
