import type { AppRoleAssignment } from '@microsoft/microsoft-graph-types';
import type { Report } from '../../migration/step.js';
import { GraphError, type GraphReader } from './client.js';
import { readPages } from './pages.js';

/** An entry of the list of those who are assigned to an application. All of it is remote text, its ids in lower case. */
export interface ListedAssignment {
  principalId: string;
  principalType: string;
  displayName: string;
  roleId: string;
}

/** Default access, where an application has no role for it. */
export const defaultAccess = '00000000-0000-0000-0000-000000000000';

/** Everybody who is assigned to an application now, as Graph lists them. */
export async function listAssignments(
  graph: GraphReader,
  servicePrincipalId: string,
): Promise<readonly ListedAssignment[]> {
  const [listed = []] = await listTogether(graph, [servicePrincipalId]);
  return listed;
}

/** The same of several applications, whose pages are read together: of thousands of people each takes a request for every 999. */
async function listTogether(graph: GraphReader, ids: readonly string[]): Promise<readonly ListedAssignment[][]> {
  const lists = new Map<number, ListedAssignment[]>();
  const paths = ids.map(id => `/servicePrincipals/${id}/appRoleAssignedTo?$top=999`);
  await readPages<AppRoleAssignment>(graph, paths, (index, { value = [] }) => {
    lists.set(index, [...(lists.get(index) ?? []), ...value.map(listedOf)]);
  });
  const whole = ids.map((_, index) => {
    const list = lists.get(index);
    if (list) return list;
    throw new GraphError(404, 'Request_ResourceNotFound', 'The application whose assignments are listed is not there.');
  });
  const readAt = Date.now();
  lastRead.set(graph, new Map(ids.map((id, index) => [id, { readAt, listed: whole[index] ?? [] }])));
  return whole;
}

function listedOf({ principalId, principalType, principalDisplayName, appRoleId }: AppRoleAssignment) {
  return {
    principalId: principalId?.toLowerCase() ?? '',
    principalType: principalType ?? '',
    // It may be null, and a person has to be told from another one.
    displayName: principalDisplayName || (principalId ?? ''),
    roleId: appRoleId?.toLowerCase() ?? defaultAccess,
  };
}

const ahead = new WeakMap<Report, Map<string, readonly ListedAssignment[]>>();

/** Lists who is assigned to these applications for those who ask next in this step: once each, as everybody else wants it as it is then. */
export async function listAhead(report: Report, graph: GraphReader, ids: readonly string[]): Promise<void> {
  const lists = await listTogether(graph, ids);
  keepListed(report, new Map(ids.map((id, index) => [id, lists[index] ?? []])));
}

/** The same with lists that have just been read. */
export function keepListed(report: Report, lists: Map<string, readonly ListedAssignment[]>): void {
  ahead.set(report, lists);
}

/** What was listed ahead, or who is assigned now. */
export async function nextListed(
  report: Report,
  graph: GraphReader,
  servicePrincipalId: string,
): Promise<readonly ListedAssignment[]> {
  const lists = ahead.get(report);
  const listed = lists?.get(servicePrincipalId);
  lists?.delete(servicePrincipalId);
  return listed ?? listAssignments(graph, servicePrincipalId);
}

const lastRead = new WeakMap<GraphReader, Map<string, { readAt: number; listed: readonly ListedAssignment[] }>>();
const recentMs = 5 * 60_000;

/** Who is assigned, or was when this run has read it last, at most five minutes ago: good enough to find nothing wrong with it. */
export async function recentAssignments(
  graph: GraphReader,
  servicePrincipalId: string,
): Promise<{ listed: readonly ListedAssignment[]; isFromBefore: boolean }> {
  const known = lastRead.get(graph)?.get(servicePrincipalId);
  if (known && Date.now() - known.readAt < recentMs) return { listed: known.listed, isFromBefore: true };
  return { listed: await listAssignments(graph, servicePrincipalId), isFromBefore: false };
}
