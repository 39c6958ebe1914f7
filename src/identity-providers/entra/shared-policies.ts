import { isDeepStrictEqual } from 'node:util';
import type { DirectoryObject, ServicePrincipal } from '@microsoft/microsoft-graph-types';
import type { ApplicationIds } from '../../migration/facts.js';
import type { Change, ReadContext } from '../../migration/step.js';
import type { GraphReader } from './client.js';
import { readable } from './deleted-applications.js';
import type { Page } from './pages.js';
import { findPolicy, type Policy, type PolicyKind } from './policies.js';
import { look, settleMs } from './replication.js';

type Holder = DirectoryObject & Pick<ServicePrincipal, 'displayName'>;

const kinds = new Map<string, PolicyKind>([
  ['claimsMappingPolicy', 'claimsMappingPolicies'],
  ['tokenIssuancePolicy', 'tokenIssuancePolicies'],
]);

/**
 * Why a policy of this tool's own belongs to others as well, in a sentence: it is assigned to more than this application, or Graph does
 * not say what it is assigned to. `undefined` if it is this application's alone.
 */
export async function sharedBy(
  graph: GraphReader,
  kind: PolicyKind,
  { id, displayName }: Pick<Policy, 'id' | 'displayName'>,
  servicePrincipalId: string,
): Promise<string | undefined> {
  // A policy that was just made may not be known yet.
  const page = await readable(() =>
    look(() => graph.find<Page<Holder>>(`/policies/${kind}/${id}/appliesTo`), {
      wait: graph.wait,
      longestMs: settleMs,
    }),
  );
  if (!page?.value) return `Microsoft Graph does not say which other applications have the policy "${displayName}".`;
  const others = page.value.filter(holder => holder.id !== servicePrincipalId);
  if (others.length === 0) return undefined;
  const names = others.map(other => `“${other.displayName || other.id}”`);
  return `Someone has assigned the policy "${displayName}" to ${names.join(', ')} as well.`;
}

/**
 * A plan in which a change says so if it would edit a policy of this tool's own that others have assigned to their applications. Only a
 * policy that an earlier run may have made is looked for.
 */
export async function markShared(
  { migration: { journal, history } }: ReadContext,
  graph: GraphReader,
  changes: readonly Change[],
  { servicePrincipalId }: Pick<ApplicationIds, 'servicePrincipalId'>,
): Promise<Change[]> {
  const isMade = ({ resource, key }: Change) =>
    [...history, ...journal].some(({ change }) => change.resource === resource && change.key === key);
  return Promise.all(
    changes.map(async change => {
      const kind = kinds.get(change.resource);
      const own = kind && isMade(change) ? await findPolicy(graph, kind, change.key) : undefined;
      if (!kind || !own || isDeepStrictEqual(own.content, contentOf(change))) return change;
      const shared = await sharedBy(graph, kind, own, servicePrincipalId);
      return shared ? { ...change, changedByOthers: `${shared} This change would edit it for them, too.` } : change;
    }),
  );
}

/** The definition that a change leads to, without what it says of the assignment. */
function contentOf({ after }: Change): unknown {
  const { assigned: _, ...content } = (after ?? {}) as Record<string, unknown>;
  return content;
}
