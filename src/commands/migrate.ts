import { toEndpoint } from '../endpoints.js';
import { singleSignOnPage } from '../flex/console.js';
import { type Direction, walk } from '../migration/engine.js';
import type { Migration } from '../migration/state.js';
import { statusOf } from '../migration/status.js';
import { isRecordLost, lostRecord, rebuildRecord } from '../steps/lost-record.js';
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
    const known = migration && !isRecordLost(migration) ? migration : ((await rebuilt(session)) ?? migration);
    if (!known) throw nothingTo('revert', accountSid, nothingToGoBackFrom);
    return options.dryRun ? showPlan(session, known, 'back') : go(session, known, 'back');
  });
}

const nothingToGoBackFrom =
  'No migration is recorded, and Flex lists no enhanced connection. Run `flex-sso migrate` to begin.';

/** The migration as far as Flex and the identity provider show it. */
const rebuilt = ({ migration, begin, engine }: Session): Promise<Migration | undefined> =>
  rebuildRecord(migration ?? begin(), current => engine.context(lostRecord, current), engine.person.answer);

async function go(session: Session, migration: Migration, direction: Direction): Promise<number> {
  const { options, terminal, endpoints, engine } = session;
  if (!terminal.silent)
    drawIntroduction(terminal.drawing.output, {
      migration,
      direction,
      sandboxConsole: options.sandbox ? toEndpoint(endpoints, singleSignOnPage) : undefined,
    });
  const outcome = await walk(engine, migration, direction);
  session.noteUnmet();
  return reportOutcome(session, outcome);
}
