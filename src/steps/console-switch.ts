import type { Connection } from '../flex/client.js';
import { leaveSetup, switchToLegacy } from '../flex/console.js';
import { loginRedirectUrl } from '../flex/login.js';
import type { Facts } from '../migration/facts.js';
import { isSetupRecorded } from '../migration/journal.js';
import type { Migration } from '../migration/state.js';
import type { Change, Found, ReadContext } from '../migration/step.js';

/** The `resource` of what is done on the Single sign-on page of Console. */
export const flexConsole = 'flexConsole';

/** The word that the identity provider of a modified connection has its values; from then on Console waits for the validation. */
export const confirmation = 'save-and-continue';

export const switchKey = 'switch-to-legacy';

/** What Console still has to be told before logins take the legacy connection; nothing where it is the one in use. */
export async function planSwitchToLegacy(context: ReadContext): Promise<Change[]> {
  const { migration } = context;
  const setupType = migration.answers.setupType ?? 'new';
  if (await activeConnection(context)) return [switchChange(setupType)];
  // Nothing shows which connection logins take while a modified one is set up.
  const isInSetup = setupType === 'modify' && migration.facts.connection && (await mayBeInSetup(context));
  return isInSetup ? [manual('leave-setup', leaveSetup())] : [];
}

/** By what was done in Console; if that is not recorded, by whether the connection has the data of an identity provider. */
async function mayBeInSetup(context: ReadContext): Promise<boolean> {
  const { migration } = context;
  if (standsInConsole(migration, confirmation)) return true;
  return !isSetupRecorded(migration) && !migration.facts.switchedBackAt && (await reachesIdentityProvider(context));
}

/**
 * Which connection Flex uses: whether it was switched back where a run was cut off before it could record it, or somebody did it
 * beforehand; and whether a new one is saved, although nobody said that the setup was finished.
 */
export async function observeSwitchToLegacy(context: ReadContext): Promise<Facts | Found | undefined> {
  const { facts, answers, direction, journal } = context.migration;
  const isOnItsWay = direction === 'back' || journal.some(({ change }) => change.key === switchKey);
  if (!isOnItsWay) return undefined;
  const active = await activeConnection(context);
  if (active) return savedIfNew(context.migration, active);
  if (!facts.finishedAt) return undefined;
  const switched = switchedToLegacy(context.migration);
  return direction === 'back' ? { facts: switched, done: [switchChange(answers.setupType ?? 'new')] } : switched;
}

/** Console keeps a new connection that was finished once. */
export const savedIfNew = ({ answers }: Migration, { name }: Pick<Connection, 'name'>): Facts =>
  answers.setupType === 'new' ? { savedConnection: name } : {};

/** The same context, with what Flex shows of the switch. */
export async function withSwitch(context: ReadContext): Promise<ReadContext> {
  const seen = await observeSwitchToLegacy(context);
  const facts = { ...context.migration.facts, ...(seen && 'done' in seen ? seen.facts : seen) };
  return { ...context, migration: { ...context.migration, facts } };
}

/**
 * What holds from then on. A modified connection is set up anew to come back to it; a new one stays saved and is switched to. A login
 * from before proves nothing of what comes after.
 */
export function switchedToLegacy({ answers }: Migration): Facts {
  const switchedBackAt = new Date().toISOString();
  return {
    finishedAt: undefined,
    switchedBackAt,
    evidence: undefined,
    loginAwaitedSince: switchedBackAt,
    ...(answers.setupType === 'modify' && { connection: undefined }),
  };
}

/** The enhanced connection, where Flex uses it. */
export const activeConnection = async ({ flex }: ReadContext) =>
  (await flex.connections()).find(({ active }) => active);

/** Whether Flex sends a login through the enhanced connection to an identity provider, so that it has the data of one. */
export async function reachesIdentityProvider({ flex, migration }: ReadContext, ssoUrl?: string): Promise<boolean> {
  const { connection } = migration.facts;
  if (!connection) return false;
  const probe = await flex.probe(connection.name, loginRedirectUrl(migration));
  return probe.reached === 'identity-provider' && (ssoUrl === undefined || probe.ssoUrl === ssoUrl);
}

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

const switchChange = (setupType: 'new' | 'modify'): Change => manual(switchKey, switchToLegacy(setupType));

export function manual(key: string, instruction: NonNullable<Change['instruction']>): Change {
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
