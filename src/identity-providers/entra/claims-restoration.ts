import type { ApplicationIds } from '../../migration/facts.js';
import type { Migration } from '../../migration/state.js';
import type { Change, Check, ReadContext, WriteContext } from '../../migration/step.js';
import { existingIds } from './existing-application.js';
import { changesOfLastRun } from './journal.js';
import { assignedIn, claimsPolicy, policyChanges } from './modified-claims.js';
import { noteOnce } from './note-once.js';
import { assignedPolicies, deletePolicy, findPolicy, type Policy, setAssigned, unassign } from './policies.js';
import { portalClaims } from './portal-claims-by-hand.js';
import { look, settleMs } from './replication.js';
import { sharedBy } from './shared-policies.js';

const kind = 'claimsMappingPolicies';

/** Puts the policy back that was assigned before, or none, and deletes this tool's own. */
export async function planClaimsRestoration(context: ReadContext): Promise<Change[]> {
  const { migration } = context;
  if (changesOfLastRun(migration.journal, portalClaims).length > 0) noteOnce(context.report, handworkStays);
  const first = firstOf(migration);
  if (!first) return [];
  const { assigned, own } = await readPolicies(context, first);
  const lost = await deleted(context, first);
  // To take ours away would leave the application without what both of them say.
  if (lost) noteOnce(context.report, ownStays(lost));
  const others = assigned.filter(({ id }) => id !== own?.id);
  // What somebody else has assigned since stays.
  const wanted = others.length > 0 ? others : assignedIn(first.before);
  const shared = own && (await sharedBy(await context.graph(), kind, own, existingIds(migration).servicePrincipalId));
  if (isSame(assigned, wanted) ? !own || shared : lost && others.length === 0) return [];
  if (own && shared) noteOnce(context.report, sharedStays(own, shared));
  if (own && wanted.length > 0) noteOnce(context.report, neitherHolds);
  return [
    {
      action: 'update',
      resource: claimsPolicy,
      key: first.key,
      title: `Attributes & Claims: as they were; the policy that flex-sso made ${shared ? 'stays in the tenant' : 'is deleted'}`,
      before: { assigned: assigned.map(named), ClaimsMappingPolicy: definitionIn(own?.content) },
      after: {
        assigned: wanted.map(named),
        ClaimsMappingPolicy: definitionIn(others[0]?.content ?? first.before),
        ...(own && shared && { stays: named(own) }),
      },
    },
  ];
}

/** A policy that others use is theirs as well. */
const sharedStays = ({ displayName }: Policy, shared: string) =>
  `${shared} So flex-sso only takes "${displayName}" away from this application, and does not delete it.`;

/** The change that found the claims as they were before this tool came. */
const firstOf = (migration: Migration): Change | undefined =>
  migration.facts.legacyApplication && policyChanges(migration, migration.facts.legacyApplication)[0];

const handworkStays =
  'The claims that were added by hand on the claims page of the portal stay: they do no harm to the legacy login. Delete them there if ' +
  'you want the page as it was.';

const neitherHolds =
  'Entra takes one claims mapping policy at a time, so while the former one comes back neither holds for a moment, and whoever logs in ' +
  'just then may get another NameID: do it at a quiet time.';

const definitionIn = (content: unknown) =>
  (content as { ClaimsMappingPolicy?: Change['before'] } | undefined)?.ClaimsMappingPolicy ?? null;

const named = ({ id, displayName }: Pick<Policy, 'id' | 'displayName'>) => ({ id, displayName });

const isSame = (some: readonly Pick<Policy, 'id'>[], others: readonly Pick<Policy, 'id'>[]) =>
  some.length === others.length && some.every(({ id }) => others.some(other => other.id === id));

/** What is assigned, and this tool's own policy. */
async function readPolicies(context: ReadContext, { key }: Change) {
  const graph = await context.graph();
  const { servicePrincipalId } = existingIds(context.migration);
  const [assigned, own] = await Promise.all([
    assignedPolicies(graph, kind, servicePrincipalId),
    findPolicy(graph, kind, key),
  ]);
  return { assigned, own };
}

/** A policy that was assigned before and is no longer in the tenant. */
async function deleted(context: ReadContext, { before }: Change): Promise<Pick<Policy, 'displayName'> | undefined> {
  const graph = await context.graph();
  for (const policy of assignedIn(before)) if (!(await graph.find(`/policies/${kind}/${policy.id}`))) return policy;
  return undefined;
}

const ownStays = ({ displayName }: Pick<Policy, 'displayName'>) =>
  `The claims mapping policy "${displayName}", which the application had before, was deleted since. So the one that flex-sso made stays, ` +
  'which says all the same; `flex-sso revert` deletes it once another one is assigned.';

/**
 * Does the change of this plan. Each part of it may have been done by a run that was cut off, and what that did may not be shown yet: so
 * this tool's own policy is taken away even where it does not seem to be assigned, and the one from before is assigned even where it does.
 */
export async function restoreClaims({ key, after }: Change, at: ApplicationIds, context: WriteContext): Promise<void> {
  const graph = await context.graph();
  const own = await findPolicy(graph, kind, key);
  if (own) await unassign(graph, kind, at.servicePrincipalId, own);
  await setAssigned(graph, kind, at.servicePrincipalId, assignedIn(after), { again: true });
  // Someone may have assigned it to another application since the plan.
  const stays = (after as { stays?: unknown } | null)?.stays !== undefined;
  if (own && !stays && !(await sharedBy(graph, kind, own, at.servicePrincipalId))) await deletePolicy(graph, kind, own);
}

/** Whether that is so; nothing where this tool changed no claims. Looks for some seconds: reads lag behind writes. */
export async function checkClaimsRestored(context: ReadContext): Promise<Check[]> {
  const first = firstOf(context.migration);
  if (!first) return [];
  const { wait } = await context.graph();
  let check = await checkOnce(context, first);
  if (check.result === 'failed')
    await look(
      async () => {
        check = await checkOnce(context, first);
        return check.result !== 'failed' || undefined;
      },
      { wait, longestMs: settleMs },
    );
  return [check];
}

async function checkOnce(context: ReadContext, first: Change): Promise<Check> {
  const { assigned, own } = await readPolicies(context, first);
  const check = { name: 'claims', strength: 'observed' } as const;
  const lost = own && (await deleted(context, first));
  if (lost) return { ...check, result: 'unknown', message: ownStays(lost) };
  const isAssigned = assigned.some(({ id }) => id === own?.id);
  const at = existingIds(context.migration);
  const shared = own && !isAssigned && (await sharedBy(await context.graph(), kind, own, at.servicePrincipalId));
  if (own && !shared)
    return {
      ...check,
      result: 'failed',
      message: `The claims mapping policy "${own.displayName}" that flex-sso made is still there.`,
      hint: 'Run `flex-sso revert`: it plans to delete it.',
    };
  const before = assignedIn(first.before);
  const how = (policies: readonly Pick<Policy, 'displayName'>[]) =>
    policies.map(({ displayName }) => `by the policy "${displayName}"`).join(' and ') ||
    'by the claims page of the portal';
  const left = own && shared ? ` ${sharedStays(own, shared)}` : '';
  if (isSame(assigned, before))
    return {
      ...check,
      result: 'passed',
      message: `The application makes its claims as before: ${how(assigned)}.${left}`,
    };
  if (assigned.length === 0)
    return {
      ...check,
      result: 'failed',
      message: `The application does not make its claims as before, ${how(before)}.`,
      hint: 'Run `flex-sso revert`: it plans to assign it again.',
    };
  return {
    ...check,
    result: 'passed',
    message: `The application makes its claims ${how(assigned)}, which somebody else has assigned since; that stays.`,
  };
}
