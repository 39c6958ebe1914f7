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
 * kind: Entra takes one.
 */
export async function assignPolicy(
  graph: GraphWriter,
  kind: PolicyKind,
  principalId: string,
  wanted: Omit<Policy, 'id'>,
): Promise<void> {
  const policy = await ownPolicy(graph, kind, wanted);
  const assigned = await assignedPolicies(graph, kind, principalId);
  if (assigned.some(({ id }) => id === policy.id)) return;
  const path = `/servicePrincipals/${principalId}/${kind}`;
  for (const other of assigned) await graph.delete(`${path}/${other.id}/$ref`);
  await untilReplicated(() => assign(graph, path, `/policies/${kind}/${policy.id}`), {
    wait: graph.wait,
    until: `assign the policy "${wanted.displayName}"`,
  });
  await untilSeen(async () => (await assignedPolicies(graph, kind, principalId)).find(({ id }) => id === policy.id), {
    wait: graph.wait,
    until: `show the policy "${wanted.displayName}" as assigned`,
  });
}

async function ownPolicy(graph: GraphWriter, kind: PolicyKind, wanted: Omit<Policy, 'id'>): Promise<Policy> {
  const { displayName, content } = wanted;
  const body = { displayName, definition: [JSON.stringify(content)] };
  const policy = await createOnce({
    wait: graph.wait,
    what: `the policy "${displayName}"`,
    again: true,
    find: () => findPolicy(graph, kind, displayName),
    create: () => graph.post(`/policies/${kind}`, body, { creates: true }),
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

function readPolicy({ id, displayName, definition }: StsPolicy): Policy {
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
