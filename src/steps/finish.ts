import { FlexSsoError } from '../errors.js';
import { finish as finishInConsole, switchToEnhanced } from '../flex/console.js';
import { entraFinish } from '../identity-providers/entra/way.js';
import { lastApplied } from '../migration/journal.js';
import type { ReadContext, Step } from '../migration/step.js';

/**
 * Console makes the enhanced connection the active one; Flex keeps the legacy details for 30 days from here. Where the identity provider
 * has both connections' values, the legacy ones go.
 */
export const finish: Step = {
  id: 'finish',
  title: 'Finish',
  applies: () => true,

  forward: {
    async observe(context) {
      if (context.migration.facts.finishedAt || !(await isActive(context))) return {};
      return { finishedAt: new Date().toISOString() };
    },

    async plan(context) {
      const { migration } = context;
      const overlapEnd = await entraFinish.plan(context);
      if (migration.facts.finishedAt) return overlapEnd;
      const { answers, history, journal } = migration;
      // A new connection that was finished once stays saved when it is switched off.
      const saved = answers.setupType === 'new' && lastApplied([...history, ...journal], 'finish', 'flexConsole');
      const instruction = saved ? switchToEnhanced() : finishInConsole();
      return [
        {
          action: 'manual',
          resource: 'flexConsole',
          key: 'finish',
          title: instruction.summary,
          before: null,
          after: null,
          instruction,
        },
        ...overlapEnd,
      ];
    },

    async apply(change, context) {
      if (change.action !== 'manual') return entraFinish.apply(change, context);
      if (await isActive(context)) return { finishedAt: new Date().toISOString() };
      throw new FlexSsoError(
        'not-active',
        `Flex does not list the enhanced connection ${context.migration.facts.connection?.name ?? ''} as active yet.`,
        'Do in Console what the step says, then go on.',
        { ending: 'verification' },
      );
    },

    async verify(context) {
      const overlapEnd = await entraFinish.verify(context);
      if (await isActive(context))
        return [
          ...overlapEnd,
          {
            name: 'active',
            result: 'passed',
            strength: 'observed',
            message: `Flex lists the enhanced connection ${context.migration.facts.connection?.name ?? ''} as active.`,
          },
        ];
      return [
        ...overlapEnd,
        {
          name: 'active',
          result: 'failed',
          strength: 'observed',
          message: 'Flex lists the enhanced connection as inactive.',
          hint: 'If somebody switched back to the legacy connection in Console, run `flex-sso revert` so that the rest follows.',
        },
      ];
    },
  },
};

async function isActive({ flex, migration }: ReadContext): Promise<boolean> {
  const connections = await flex.connections();
  return connections.some(({ name, active }) => active && name === migration.facts.connection?.name);
}
