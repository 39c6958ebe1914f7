import { leaveSetup, switchToLegacy } from '../flex/console.js';
import type { Facts } from '../migration/facts.js';
import type { Migration } from '../migration/state.js';
import type { Change, ReadContext } from '../migration/step.js';

/** The `resource` of what is done on the Single sign-on page of Console. */
export const flexConsole = 'flexConsole';

/** The word that the identity provider of a modified connection has its values; from then on Console waits for the validation. */
export const confirmation = 'save-and-continue';

const switchKey = 'switch-to-legacy';

/** What Console still has to be told before logins take the legacy connection; nothing where it is the one in use. */
export async function planSwitchToLegacy(context: ReadContext): Promise<Change[]> {
  const { migration } = context;
  const setupType = migration.answers.setupType ?? 'new';
  if (await activeConnection(context)) return [manual(switchKey, switchToLegacy(setupType))];
  // Nothing shows which connection logins take while a modified one is set up.
  const isInSetup = setupType === 'modify' && migration.facts.connection && standsInConsole(migration, confirmation);
  return isInSetup ? [manual('leave-setup', leaveSetup())] : [];
}

/** Whether Flex was switched back where a run was cut off before it could record it, or somebody did it beforehand. */
export async function observeSwitchToLegacy(context: ReadContext): Promise<Facts | undefined> {
  const { facts, direction, journal } = context.migration;
  const isOnItsWay = direction === 'back' || journal.some(({ change }) => change.key === switchKey);
  return facts.finishedAt && isOnItsWay && !(await activeConnection(context))
    ? switchedToLegacy(context.migration)
    : undefined;
}

/** What holds from then on. A modified connection is set up anew to come back to it; a new one stays saved and is switched to. */
export const switchedToLegacy = ({ answers }: Migration): Facts => ({
  finishedAt: undefined,
  switchedBackAt: new Date().toISOString(),
  ...(answers.setupType === 'modify' && { connection: undefined }),
});

/** The enhanced connection, where Flex uses it. */
export const activeConnection = async ({ flex }: ReadContext) =>
  (await flex.connections()).find(({ active }) => active);

/** Whether people did this in Console on the way forward, and have not left the setup or switched back since. */
export const standsInConsole = ({ journal, facts }: Pick<Migration, 'journal' | 'facts'>, key: string): boolean =>
  journal.some(
    ({ direction, change, appliedAt }) =>
      direction === 'forward' &&
      change.resource === flexConsole &&
      change.key === key &&
      appliedAt !== undefined &&
      appliedAt > (facts.switchedBackAt ?? ''),
  );

function manual(key: string, instruction: NonNullable<Change['instruction']>): Change {
  return {
    action: 'manual',
    resource: flexConsole,
    key,
    title: instruction.summary,
    before: null,
    after: null,
    instruction,
  };
}
