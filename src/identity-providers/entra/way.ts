import { inputError } from '../../errors.js';
import type { Migration } from '../../migration/state.js';
import type { Change, Check, Facts, Question, ReadContext, Refused, WriteContext } from '../../migration/step.js';
import { byIdentifier, findApplications } from './application.js';
import { askForDefaultRole, observePeople } from './default-role.js';
import { findLegacyApplications, findNamedApplication } from './legacy-application.js';
import { askForLegacyApplication } from './legacy-candidates.js';
import { applyModification, planModification, verifyModification } from './modified-application.js';
import {
  applyToNewApplication,
  planNewApplication,
  settleInterrupted,
  verifyNewApplication,
} from './new-application.js';
import { askForOverlap } from './overlap.js';
import { planOverlapEnd, verifyOverlapEnd } from './overlap-end.js';
import { explained } from './refusals.js';
import { planRestoration, verifyRestoration } from './restoration.js';

const isNew = ({ answers }: Pick<Migration, 'answers'>) => answers.setupType !== 'modify';

/** Entra's part of the way forward. */
export const entraForward = {
  /** The legacy application, and a new one that an interrupted run or somebody else created. */
  observe: (context: ReadContext): Promise<Facts> =>
    explained(async () => {
      const legacy = await observeLegacy(context);
      const { migration } = context;
      const known = { ...migration, facts: { ...migration.facts, ...legacy } };
      const application = isNew(migration) ? await settleInterrupted({ ...context, migration: known }) : undefined;
      const people = await observePeople({ ...context, migration: known });
      return { ...legacy, ...(application && { application }), ...people };
    }),

  /** Nothing is modified, and nobody carried over, before it is known from where, and how. */
  asks: (known: Pick<Migration, 'answers' | 'facts'>): Question | undefined =>
    askForLegacyApplication(known) ?? askForDefaultRole(known) ?? askForOverlap(known),

  plan: (context: ReadContext): Promise<readonly Change[]> =>
    explained(() => (isNew(context.migration) ? planNewApplication(context) : planModification(context))),

  apply: (change: Change, context: WriteContext): Promise<Facts | Refused> =>
    explained<Facts | Refused>(() =>
      isNew(context.migration) ? applyToNewApplication(change, context) : applyModification(change, context),
    ),

  verify: (context: ReadContext): Promise<readonly Check[]> =>
    explained(() => (isNew(context.migration) ? verifyNewApplication(context) : verifyModification(context))),
};

/** Entra's part of finishing, where the legacy values were left beside the new ones. */
export const entraFinish = {
  plan: (context: ReadContext): Promise<readonly Change[]> => explained(() => planOverlapEnd(context)),
  apply: (change: Change, context: WriteContext): Promise<Facts | Refused> =>
    explained(() => applyModification(change, context)),
  verify: (context: ReadContext): Promise<readonly Check[]> => explained(() => verifyOverlapEnd(context)),
};

/** Entra's part of the way back, for a modified application. */
export const entraBack = {
  plan: (context: ReadContext): Promise<readonly Change[]> => explained(() => planRestoration(context)),
  apply: (change: Change, context: WriteContext): Promise<Facts | Refused> =>
    explained(() => applyModification(change, context)),
  verify: (context: ReadContext): Promise<readonly Check[]> => explained(() => verifyRestoration(context)),
};

async function observeLegacy(context: ReadContext): Promise<Facts> {
  const { migration } = context;
  const { answers, facts } = migration;
  const known = facts.legacyApplication;
  const named = answers.legacyApplication;
  if (known && (!named || named === known.appId)) return {};
  const graph = await context.graph();
  if (named === 'none') {
    if (isNew(migration)) return {};
    throw inputError(
      'legacy-application-needed',
      'Without the application that your agents log in through there is nothing to modify.',
      'Name it with `--legacy-application <appId>`, or choose `--setup-type new`.',
    );
  }
  if (named) return { legacyApplication: await findNamedApplication(graph, named), legacyCandidates: undefined };
  const found = await findLegacyApplications(graph, migration);
  if ('only' in found) return { legacyApplication: found.only, legacyCandidates: undefined };
  if (found.candidates.length === 0 && !isNew(migration) && facts.connection) {
    // A modification that was done before this state was kept has put the Entity ID in the place of the legacy one.
    const [modified] = await findApplications(graph, byIdentifier(facts.connection.entityId));
    if (modified) return { legacyApplication: modified };
  }
  return { legacyCandidates: found.candidates };
}
