import { inputError } from '../../errors.js';
import type { Migration } from '../../migration/state.js';
import { legacyKeptUntil } from '../../migration/status.js';
import type { Change, Check, Facts, Question, ReadContext, Refused, WriteContext } from '../../migration/step.js';
import { askForDefaultRole, observePeople } from './default-role.js';
import { existingIds } from './existing-application.js';
import { findLegacyApplications, findNamedApplication } from './legacy-application.js';
import { askForLegacyApplication } from './legacy-question.js';
import { observeListedCertificates } from './listed-certificates.js';
import { applyModification, applyWayBack, planModification, verifyModification } from './modified-application.js';
import { settleInterruptedClaims } from './modified-claims.js';
import {
  applyToNewApplication,
  planNewApplication,
  settleInterrupted,
  verifyNewApplication,
} from './new-application.js';
import { noteOnce } from './note-once.js';
import { askForOverlap, isOverlapping } from './overlap.js';
import { planLegacyBeside, verifyLegacyBeside } from './overlap-back.js';
import { planOverlapEnd, verifyOverlapEnd } from './overlap-end.js';
import { explained } from './refusals.js';
import { applyRestoration, planRestoration, verifyRestoration } from './restoration.js';
import { untilSteady } from './steady.js';
import { noteOnModified } from './which-application.js';

const isNew = ({ answers }: Pick<Migration, 'answers'>) => answers.setupType !== 'modify';

/** Entra's part of the way forward. */
export const entraForward = {
  /** Flex lets people in without these as they were planned. */
  canDoWithout: ['appRoleAssignments', 'appRoleAssignmentRequired', 'notificationEmailAddresses'],

  /** The legacy application, and a new one that an interrupted run or somebody else created. */
  observe: (context: ReadContext): Promise<Facts> =>
    explained(async () => {
      const legacy = await observeLegacy(context);
      const { migration } = context;
      const known = { ...migration, facts: { ...migration.facts, ...legacy } };
      await untilSteady({ ...context, migration: known });
      const application = isNew(migration) ? await settleInterrupted({ ...context, migration: known }) : undefined;
      if (!isNew(migration)) await settleInterruptedClaims(context);
      const people = await observePeople({ ...context, migration: known });
      const { legacyApplication } = known.facts;
      const listed =
        isNew(migration) || !legacyApplication ? {} : await observeListedCertificates(context, legacyApplication);
      return { ...legacy, ...(application && { application }), ...people, ...listed };
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
  plan: (context: ReadContext): Promise<readonly Change[]> => explained(() => named(context, planOverlapEnd)),
  apply: (change: Change, context: WriteContext): Promise<Facts | Refused> =>
    explained(() => applyModification(change, context)),
  verify: (context: ReadContext): Promise<readonly Check[]> => explained(() => verifyOverlapEnd(context)),
};

/**
 * Entra's part of the way back, for a modified application: the legacy values come back beside the enhanced ones where Entra takes both,
 * else in their place.
 */
export const entraBack = {
  observe: (context: ReadContext): Promise<Facts> =>
    explained(async () => {
      await untilSteady(context);
      await settleInterruptedClaims(context);
      return {};
    }),
  plan: (context: ReadContext): Promise<readonly Change[]> =>
    explained(() => named(context, isOverlapping(context.migration) ? planLegacyBeside : planReplacement)),
  apply: (change: Change, context: WriteContext): Promise<Facts | Refused> =>
    explained(() => applyWayBack(change, context)),
  verify: (context: ReadContext): Promise<readonly Check[]> =>
    explained(() => (isOverlapping(context.migration) ? verifyLegacyBeside : verifyRestoration)(context)),
};

/** Entra does not take both, so there is a time at which only the connection works that is not in use. */
async function planReplacement(context: ReadContext): Promise<readonly Change[]> {
  const changes = await planRestoration(context);
  if (changes.length > 0) noteOnce(context.report, deniedUntilSwitched(context.migration));
  return changes;
}

/** A self-hosted Flex UI is deployed in between; and after 30 days the switch is likely gone, so that a way back that has begun is stuck. */
function deniedUntilSwitched(migration: Migration): string {
  const keptUntil = legacyKeptUntil(migration)?.slice(0, 10);
  const deployment = migration.answers.hosting === 'self-hosted' ? 'the deployment of your Flex UI and for ' : '';
  return (
    'If Flex uses the enhanced connection, nobody can log in between these changes and the click on “Switch connection” in Flex Console. ' +
    `That takes as long as you need for ${deployment}the click. Have Console open before you accept this plan.` +
    (deployment && ' Have the Flex UI without the oauth object ready for deployment.') +
    (keptUntil ? ` Click before ${keptUntil}: the way back likely closes then, and cannot be completed.` : '')
  );
}

/** Its end once Flex uses the legacy connection again, where the values were left beside each other: all is as it was. */
export const entraBackEnd = {
  plan: async (context: ReadContext): Promise<readonly Change[]> =>
    isOverlapping(context.migration) ? explained(() => named(context, planRestoration)) : [],
  apply: (change: Change, context: WriteContext): Promise<Facts> =>
    explained(() => applyRestoration(change, context).then(() => ({}))),
  verify: async (context: ReadContext): Promise<readonly Check[]> =>
    isOverlapping(context.migration) ? explained(() => verifyRestoration(context)) : [],
};

/** A plan that says whose it is. */
async function named(
  context: ReadContext,
  plan: (context: ReadContext) => Promise<readonly Change[]>,
): Promise<readonly Change[]> {
  const changes = await plan(context);
  if (changes.length > 0) noteOnModified(context, existingIds(context.migration));
  return changes;
}

async function observeLegacy(context: ReadContext): Promise<Facts> {
  const { migration } = context;
  const { answers, facts } = migration;
  const known = facts.legacyApplication;
  const named = answers.legacyApplication;
  if (known && (!named || named === known.appId)) return {};
  const graph = await context.graph();
  if (named === 'none') {
    if (isNew(migration)) return known ? { ...unknown, legacyApplication: undefined } : {};
    throw inputError(
      'legacy-application-needed',
      'Without the application that your agents log in through there is nothing to modify.',
      'Name it with `--legacy-application <appId>`, or choose `--setup-type new`.',
    );
  }
  if (named) return { ...unknown, legacyApplication: await findNamedApplication(graph, named) };
  const found = await findLegacyApplications(graph, migration);
  return 'only' in found
    ? { ...unknown, legacyApplication: found.only }
    : { ...unknown, legacyCandidates: found.candidates };
}

/** What was found out about another legacy application, or without one. */
const unknown: Facts = {
  legacyCandidates: undefined,
  legacyCertificate: undefined,
  peopleWithoutRole: undefined,
};
