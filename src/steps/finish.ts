import { FlexSsoError } from '../errors.js';
import { finish as finishInConsole, switchToEnhanced } from '../flex/console.js';
import { entraFinish } from '../identity-providers/entra/way.js';
import { lastApplied } from '../migration/journal.js';
import type { Change, Facts, Found, Migration, ReadContext, Refused, Step } from '../migration/step.js';
import { holdsValues } from '../validation/held-values.js';
import { flexConsole, manual, savedIfNew } from './console-switch.js';

/**
 * Console makes the enhanced connection the active one; Flex keeps the legacy details for 30 days from here. Where the identity provider
 * has both connections' values, the legacy ones go.
 */
export const finish: Step = {
  id: 'finish',
  title: 'Finish',
  applies: () => true,

  forward: {
    async observe(context): Promise<Facts | Found> {
      if (context.migration.facts.finishedAt || !(await isActive(context))) return {};
      return { facts: nowActive(context.migration), done: [finishChange(context.migration)] };
    },

    async plan(context) {
      const { migration } = context;
      const overlapEnd = await entraFinish.plan(context);
      // Who switched back in Console needs the legacy values.
      if (migration.facts.finishedAt) return (await isActive(context)) ? overlapEnd : [];
      return [finishChange(migration), ...overlapEnd];
    },

    isDone: (_change, context) => isActive(context),

    async apply(change, context): Promise<Facts | Refused> {
      const { migration } = context;
      const isManual = change.action === 'manual';
      if (await isActive(context)) return isManual ? nowActive(migration) : entraFinish.apply(change, context);
      if (isManual && maybeSavedBefore(migration))
        return { refused: { savedConnection: migration.facts.connection?.name } };
      throw await notActive(context);
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

/** Nothing shows whether someone has left the setup; then Console has no “Finish”, and the way on is another one. */
async function notActive(context: ReadContext): Promise<FlexSsoError> {
  const { answers, facts } = context.migration;
  const isModified = answers.setupType === 'modify';
  const isNobodyIn = isModified && (await holdsValues(context, 'legacy')) === false;
  return new FlexSsoError(
    'not-active',
    `Flex does not list the enhanced connection ${facts.connection?.name ?? ''} as active yet.` +
      `${isNobodyIn ? ' The identity provider does not have the legacy values. So nobody can log in if the setup in Console was left.' : ''}`,
    `Do in Console what the step says, then go on. ${isModified ? ifModifiedWasLeft : ifNewWasLeft}`,
    { ending: 'verification' },
  );
}

const ifModifiedWasLeft =
  'If Console does not show “Finish”, someone has left the setup or switched back. Then run `flex-sso revert`: it leads to a legacy login ' +
  'that works. `flex-sso migrate` sets the connection up again.';

const ifNewWasLeft =
  'If Console shows “switch back to OAuth 2.0 connection” instead, click that and “Confirm”. If it shows “Start setup”, someone has left ' +
  'the setup: go through it again there with the same values, then click “Finish”.';

/** A new connection that was finished once stays saved when it is switched off: then it is switched on again. */
function finishChange({ answers, facts, history, journal }: Migration): Change {
  const isSaved =
    facts.savedConnection !== undefined
      ? facts.savedConnection === facts.connection?.name
      : lastApplied([...history, ...journal], 'finish', flexConsole) !== undefined;
  return manual('finish', answers.setupType === 'new' && isSaved ? switchToEnhanced() : finishInConsole());
}

/**
 * Flex listed the new connection before its setup was asked for, so that it may have been finished once: then Console has no “Finish”. One
 * that is left from another setup type was not.
 */
const maybeSavedBefore = ({ answers, facts, journal, earlier }: Migration): boolean =>
  answers.setupType === 'new' &&
  earlier === undefined &&
  facts.savedConnection === undefined &&
  journal.some(({ step, direction, notDoneAt }) => step === 'start-setup' && direction === 'forward' && !notDoneAt);

function nowActive(migration: Migration): Facts {
  const { connection } = migration.facts;
  return {
    finishedAt: new Date().toISOString(),
    notFinishedAt: lastNotFinished(migration),
    ...(connection && savedIfNew(migration, connection)),
  };
}

/** The last time that Flex was seen to list no connection, or this one as not active. */
function lastNotFinished({ journal, facts }: Migration): string | undefined {
  const open = journal.flatMap(({ step, direction, notDoneAt }) =>
    direction === 'forward' && (step === 'start-setup' || step === 'finish') && notDoneAt ? [notDoneAt] : [],
  );
  return [facts.switchedBackAt ?? [], ...open].flat().sort().at(-1);
}

async function isActive({ flex, migration }: ReadContext): Promise<boolean> {
  const connections = await flex.connections();
  return connections.some(({ name, active }) => active && name === migration.facts.connection?.name);
}
