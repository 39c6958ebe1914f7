import { isDeepStrictEqual } from 'node:util';
import type { StsPolicy } from '@microsoft/microsoft-graph-types';
import { GraphError, type GraphReader, type GraphWriter } from './client.js';
import { createOnce } from './create-once.js';
import { untilReplicated, untilSeen, writeAndSee } from './replication.js';

/** A policy object of Entra; `content` is its definition as JSON. */
export interface Policy {
  id: string;
  displayName: string;
  content: unknown;
}

export type PolicyKind = 'claimsMappingPolicies' | 'tokenIssuancePolicies';

/** The policies of a kind that are assigned to a service principal: none or one. */
export async function assignedPolicies(graph: GraphReader, kind: PolicyKind, principalId: string): Promise<Policy[]> {
  return (await graph.list<StsPolicy>(`/servicePrincipals/${principalId}/${kind}`)).map(readPolicy);
}

/** The policy of this name, assigned or not. */
export async function findPolicy(
  graph: GraphReader,
  kind: PolicyKind,
  displayName: string,
): Promise<Policy | undefined> {
  const policies = await graph.list<StsPolicy>(`/policies/${kind}`);
  return policies.map(readPolicy).find(held => held.displayName === displayName);
}

/**
 * Assigns the policy of this name and content, created where there is none, to a service principal, in the place of any other of its
 * kind: Entra takes one. The others stay in the tenant as they are, since more applications may have them.
 */
export async function assignPolicy(
  graph: GraphWriter,
  kind: PolicyKind,
  principalId: string,
  wanted: Omit<Policy, 'id'>,
): Promise<void> {
  await setAssigned(graph, kind, principalId, [await ownPolicy(graph, kind, wanted)]);
}

/**
 * Makes these the policies that are assigned to a service principal; they exist, and none or one is what Entra takes. `again`: even those
 * that seem to be assigned, where what is shown may be older than what was written.
 */
export async function setAssigned(
  graph: GraphWriter,
  kind: PolicyKind,
  principalId: string,
  wanted: readonly Pick<Policy, 'id' | 'displayName'>[],
  { again } = { again: false },
): Promise<void> {
  const path = `/servicePrincipals/${principalId}/${kind}`;
  const assigned = await assignedPolicies(graph, kind, principalId);
  for (const other of assigned) if (!isIn(wanted, other)) await unassign(graph, kind, principalId, other);
  for (const policy of wanted)
    if (again || !isIn(assigned, policy))
      await untilReplicated(() => assign(graph, path, `/policies/${kind}/${policy.id}`), {
        wait: graph.wait,
        until: `assign the policy "${policy.displayName}"`,
      });
  await untilSeen(
    async () => {
      const seen = await assignedPolicies(graph, kind, principalId);
      return (seen.length === wanted.length && seen.every(policy => isIn(wanted, policy))) || undefined;
    },
    {
      wait: graph.wait,
      until: `show ${wanted.map(({ displayName }) => `the policy "${displayName}"`).join(' and ') || 'no policy'} as assigned`,
    },
  );
}

const isIn = (policies: readonly Pick<Policy, 'id'>[], { id }: Pick<Policy, 'id'>) =>
  policies.some(held => held.id === id);

/** Takes a policy away from a service principal, and waits until it is shown as assigned no longer. */
export async function unassign(
  graph: GraphWriter,
  kind: PolicyKind,
  principalId: string,
  policy: Pick<Policy, 'id' | 'displayName'>,
): Promise<void> {
  await removeUntil(graph, `/servicePrincipals/${principalId}/${kind}/${policy.id}/$ref`, {
    gone: async () => !isIn(await assignedPolicies(graph, kind, principalId), policy),
    until: `take the policy "${policy.displayName}" away`,
  });
}

/** Deletes a policy that is not assigned any more, and waits until it is listed no longer. */
export async function deletePolicy(graph: GraphWriter, kind: PolicyKind, { id, displayName }: Policy): Promise<void> {
  await removeUntil(graph, `/policies/${kind}/${id}`, {
    gone: async () => !(await findPolicy(graph, kind, displayName)),
    until: `delete the policy "${displayName}"`,
  });
}

/** A 404 says that it is gone, or that it is too new to be known there: what is still to be seen is removed again. */
async function removeUntil(
  graph: GraphWriter,
  path: string,
  { gone, until }: { gone(): Promise<boolean>; until: string },
): Promise<void> {
  await untilSeen(
    async () => {
      await graph.delete(path).catch(error => {
        if (!(error instanceof GraphError && error.status === 404)) throw error;
      });
      return (await gone()) || undefined;
    },
    { wait: graph.wait, until },
  );
}

async function ownPolicy(graph: GraphWriter, kind: PolicyKind, wanted: Omit<Policy, 'id'>): Promise<Policy> {
  const { displayName, content } = wanted;
  const body = { displayName, definition: [JSON.stringify(content)] };
  const policy = await createOnce({
    wait: graph.wait,
    what: `the policy "${displayName}"`,
    by: 'its name',
    again: true,
    find: () => findPolicy(graph, kind, displayName),
    async create() {
      const created = await graph.post<StsPolicy | undefined>(`/policies/${kind}`, body, { creates: true });
      return created?.id ? readPolicy(created) : undefined;
    },
  });
  if (!isDeepStrictEqual(policy.content, content))
    await writeAndSee<StsPolicy>(graph, `/policies/${kind}/${policy.id}`, { definition: body.definition }, read =>
      isDeepStrictEqual(readPolicy(read).content, content),
    );
  return policy;
}

async function assign(graph: GraphWriter, path: string, policyPath: string): Promise<void> {
  try {
    await graph.post(`${path}/$ref`, { '@odata.id': graph.urlOf(policyPath) });
  } catch (error) {
    if (!(error instanceof GraphError && /already exist/i.test(error.message))) throw error;
  }
}

/** A policy as Graph shows it. */
export function readPolicy({ id, displayName, definition }: StsPolicy): Policy {
  return { id: id ?? '', displayName: displayName ?? '', content: contentOf(definition?.[0]) };
}

/** Somebody else's policy may hold anything. */
function contentOf(definition: string | undefined): unknown {
  try {
    return JSON.parse(definition ?? 'null');
  } catch {
    return definition;
  }
}
