import { inputError } from '../../errors.js';
import type { Migration } from '../../migration/state.js';
import type { Change, Check, Facts, Question, ReadContext, WriteContext } from '../../migration/step.js';
import { byIdentifier, findApplications } from './application.js';
import { findLegacyApplications, findNamedApplication } from './legacy-application.js';
import {
  applyModification,
  planModification,
  planRestoration,
  verifyModification,
  verifyRestoration,
} from './modified-application.js';
import {
  applyToNewApplication,
  planNewApplication,
  settleInterrupted,
  verifyNewApplication,
} from './new-application.js';
import { noteOnce } from './note-once.js';
import { explained } from './refusals.js';

const isNew = ({ answers }: Pick<Migration, 'answers'>) => answers.setupType !== 'modify';

/** Entra's part of the way forward. */
export const entraForward = {
  /** The legacy application, and a new one that an interrupted run or somebody else created. */
  observe: (context: ReadContext): Promise<Facts> =>
    explained(async () => {
      const legacyApplication = await observeLegacy(context);
      const { migration } = context;
      const known = { ...migration, facts: { ...migration.facts, ...(legacyApplication && { legacyApplication }) } };
      const application = isNew(migration) ? await settleInterrupted({ ...context, migration: known }) : undefined;
      return { ...(legacyApplication && { legacyApplication }), ...(application && { application }) };
    }),

  /** An existing application cannot be modified before it is known. */
  asks: ({ answers, facts }: Pick<Migration, 'answers' | 'facts'>): Question | undefined =>
    isNew({ answers }) || facts.legacyApplication || answers.legacyApplication
      ? undefined
      : { input: 'legacyApplication' },

  plan: (context: ReadContext): Promise<readonly Change[]> =>
    explained(() => (isNew(context.migration) ? planNewApplication(context) : planModification(context))),

  apply: (change: Change, context: WriteContext): Promise<Facts> =>
    explained(() =>
      isNew(context.migration) ? applyToNewApplication(change, context) : applyModification(change, context),
    ),

  verify: (context: ReadContext): Promise<readonly Check[]> =>
    explained(() => (isNew(context.migration) ? verifyNewApplication(context) : verifyModification(context))),
};

/** Entra's part of the way back, for a modified application. */
export const entraBack = {
  plan: (context: ReadContext): Promise<readonly Change[]> => explained(() => planRestoration(context)),
  apply: (change: Change, context: WriteContext): Promise<Facts> => explained(() => applyModification(change, context)),
  verify: (context: ReadContext): Promise<readonly Check[]> => explained(() => verifyRestoration(context)),
};

async function observeLegacy(context: ReadContext): Promise<Facts['legacyApplication']> {
  const { migration, report } = context;
  const { answers, facts } = migration;
  const known = facts.legacyApplication;
  if (known && (!answers.legacyApplication || answers.legacyApplication === known.appId)) return undefined;
  const graph = await context.graph();
  if (answers.legacyApplication) return findNamedApplication(graph, answers.legacyApplication);
  const found = await findLegacyApplications(graph, migration);
  // A modification that was done before this state was kept has put the Entity ID in the place of the legacy one.
  if (found.length === 0 && !isNew(migration) && facts.connection)
    found.push(...(await findApplications(graph, byIdentifier(facts.connection.entityId))));
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  const named = found.map(({ displayName, appId }) => `"${displayName}" (${appId})`).join(', ');
  if (only && isNew(migration))
    throw inputError(
      'legacy-application-unclear',
      `Several applications have an identifier of the legacy connection: ${named}.`,
      'Say which one your agents log in through, with `--legacy-application <appId>`.',
    );
  if (!isNew(migration))
    noteOnce(
      report,
      only
        ? `Several applications have an identifier of the legacy connection: ${named}.`
        : 'No application of this tenant has an identifier of the legacy connection.',
    );
  return undefined;
}
