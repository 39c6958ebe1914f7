import { FlexSsoError } from '../errors.js';
import { startSetup as startSetupInConsole } from '../flex/console.js';
import { readConnectionName, readServiceProvider, serviceProviderOf } from '../flex/service-provider.js';
import { entraBackEnd } from '../identity-providers/entra/way.js';
import type { Facts } from '../migration/facts.js';
import type { Migration } from '../migration/state.js';
import type { ReadContext, Step } from '../migration/step.js';
import { assertEnhancedMayGo, checkWayBack } from '../validation/way-back.js';
import { isDeployed } from './configure-self-hosted.js';
import {
  activeConnection,
  flexConsole,
  observeSwitchToLegacy,
  planSwitchToLegacy,
  standsInConsole,
  switchedToLegacy,
  switchKey,
  withSwitch,
} from './console-switch.js';
import { checkLegacyInUse } from './legacy-in-use.js';

/**
 * Console begins the setup; the Entity ID and the ACS URL of the new connection come back to the tool. Its way back is Console's switch;
 * where the identity provider has both connections' values until then, the enhanced ones go.
 */
export const startSetup: Step = {
  id: 'start-setup',
  title: 'Start the setup in Flex Console',
  applies: () => true,

  forward: {
    async observe(context) {
      const switched = await observeSwitchToLegacy(context);
      if (switched) return switched;
      const { answers, facts } = context.migration;
      if (facts.connection) return {};
      // Values that were pasted before Console was switched back are those of the setup of then.
      const arePasted = (answers.entityId || answers.acsUrl) && !facts.switchedBackAt;
      if (isStarted(context.migration) || arePasted) return findConnection(context);
      // Somebody may have migrated by hand already.
      return (await activeConnection(context)) ? findConnection(context) : {};
    },

    asks({ answers, facts, journal }) {
      if (facts.connection || !isStarted({ facts, journal })) return undefined;
      if (!answers.entityId) return { input: 'entityId' };
      if (!answers.acsUrl) return { input: 'acsUrl' };
      return undefined;
    },

    async plan({ migration }) {
      if (migration.facts.connection) return [];
      const { answers, earlier } = migration;
      const instruction = startSetupInConsole(answers.setupType ?? 'new', { isInAnotherSetup: earlier !== undefined });
      return [
        {
          action: 'manual',
          resource: flexConsole,
          key: startKey,
          title: instruction.summary,
          before: null,
          after: null,
          instruction,
        },
      ];
    },

    /** A connection that was listed when the setup was asked for may be left from another one. */
    isDone: async (_change, { flex }) => (await flex.connections()).length > 0,

    async apply(_change, context) {
      const facts = await findConnection(context);
      if (facts.connection || context.migration.answers.entityId) return facts;
      throw new FlexSsoError(
        'setup-not-seen',
        'Flex lists no enhanced connection of this account, so the setup does not seem to be started.',
        'Start it in Console. If Console already shows an Entity ID and an ACS URL, go on all the same and paste them when asked, ' +
          'or hand them over with --entity-id and --acs-url.',
        { ending: 'verification' },
      );
    },

    async verify({ migration }) {
      const { connection } = migration.facts;
      if (!connection) return [];
      return [
        {
          name: 'connection',
          result: 'passed',
          strength: connection.clientId ? 'observed' : 'word',
          message: `The enhanced connection is ${connection.name}: Entity ID ${connection.entityId}, ACS URL ${connection.acsUrl}.`,
        },
      ];
    },

    foresee: ({ facts }) => ({
      connection: facts.connection ?? { name: unknownName, ...serviceProviderOf(unknownName) },
    }),
  },

  back: {
    title: 'Switch back to the legacy connection',

    async admits(context) {
      const now = await withSwitch(context);
      // Where agents are there already, the enhanced values are what they could go back to.
      const isDecided = !(await leadsToLegacy(now)) && (await entraBackEnd.plan(now)).length === 0;
      return isDecided ? [] : checkWayBack(now);
    },
    observe: async context => (await observeSwitchToLegacy(context)) ?? {},
    plan: async context => [...(await planSwitchToLegacy(context)), ...(await entraBackEnd.plan(context))],

    // Nothing shows whether a setup was left.
    isDone: async (change, context) => (change.key === switchKey ? !(await activeConnection(context)) : undefined),

    async apply(change, context) {
      const active = await activeConnection(context);
      // Without having switched, nobody could log in once the enhanced values are gone.
      if (active)
        throw new FlexSsoError(
          'still-enhanced',
          `Flex still lists the enhanced connection ${active.name} as active.`,
          'Switch it in Console as described, then go on.',
          { ending: 'verification' },
        );
      if (change.action === 'manual') return switchedToLegacy(context.migration);
      await assertEnhancedMayGo(context);
      return entraBackEnd.apply(change, context);
    },

    verify: async context => [...(await checkLegacyInUse(context)), ...(await entraBackEnd.verify(context))],
  },
};

const startKey = 'start-setup';
/** Stands for the SID that Console has not shown yet, in a preview. */
const unknownName = 'JQ…';

/** Whether the way back sends agents to the legacy login who do not go there already. */
const leadsToLegacy = async (context: ReadContext) =>
  isDeployed(context.migration) || (await planSwitchToLegacy(context)).length > 0;

const isStarted = (migration: Pick<Migration, 'journal' | 'facts'>) => standsInConsole(migration, startKey);

/** The connection as Flex lists it, held against what was pasted; pasted values alone where Flex lists none. */
async function findConnection({ flex, migration }: ReadContext): Promise<Facts> {
  const { answers, accountSid } = migration;
  const listed = await flex.connections();
  const names = listed.map(connection => connection.name);
  const { entityId, acsUrl } = answers;
  const only = listed.length === 1 ? names[0] : undefined;
  if (!only && !(entityId && acsUrl)) {
    if (entityId) readConnectionName({ entityId, accountSid, connectionNames: names });
    return {};
  }
  const connection = readServiceProvider({
    ...(only ? serviceProviderOf(only) : {}),
    ...(entityId && { entityId }),
    ...(acsUrl && { acsUrl }),
    accountSid,
    connectionNames: names,
  });
  const clientId = listed.find(({ name }) => name === connection.name)?.clientId;
  return { connection: { ...connection, ...(clientId && { clientId }) } };
}
