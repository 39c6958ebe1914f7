import type { Application } from '@microsoft/microsoft-graph-types';
import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds } from '../../migration/facts.js';
import { type Assignment, assignmentsResource, missingFrom, planAssignments, roleIdOf } from './assignments.js';
import { type GraphAnswer, GraphError, type GraphWriter } from './client.js';
import type { Concern } from './concern.js';
import { readRefusal } from './graph.js';
import { listAssignments } from './listed-assignments.js';
import type { Page } from './pages.js';
import { missingPermission } from './permissions.js';
import { busy } from './refusals.js';
import { isNotReplicated, look, settleMs, untilSeen } from './replication.js';
import { isPassing } from './throttling.js';

/** Assigns everybody who is assigned to the legacy application, as direct members of the same roles. */
export const assigning: Concern = {
  resources: [assignmentsResource],
  plan: ({ displayName, assignments }, there) =>
    planAssignments(displayName, assignments, there?.assignments ?? [], there?.removed ?? []),

  /** Who is held was read for the plan a moment ago; reading everything back is for the check, once. */
  async apply(change, at, context) {
    const graph = await context.graph();
    const wanted = change.after as unknown as Assignment[];
    const missing = missingFrom((change.before ?? []) as unknown as Assignment[], wanted);
    const report = (left: number) =>
      context.report.progress('Assigning users and groups', wanted.length - left, wanted.length);
    const { appRoles } = await untilSeen(() => graph.find<Application>(`/applications/${at.id}?$select=appRoles`), {
      wait: graph.wait,
      until: 'show the new application',
    });
    await assignAll(graph, at, missing, appRoles ?? [], report);
    // Until one is listed it would be in vain to list thousands.
    const one = `/servicePrincipals/${at.servicePrincipalId}/appRoleAssignedTo?$top=1`;
    const isListed = async () => Boolean((await graph.find<Page<unknown>>(one))?.value?.length) || undefined;
    await look(isListed, { wait: graph.wait, longestMs: settleMs });
  },

  /**
   * After an interruption: the list as it is once it does not grow any more, so that what was written is not written again. What a killed
   * run had sent last is still carried out, and listed, when the next one has begun.
   */
  async find(_change, at, graph) {
    const before = await listAssignments(graph, at.servicePrincipalId);
    await graph.wait(standstillMs);
    const after = await listAssignments(graph, at.servicePrincipalId);
    return before.length === after.length ? after : undefined;
  },

  check(wish, there) {
    const absent = missingFrom(there.assignments, wish.assignments);
    const missing = missingFrom(there.removed, absent);
    const removed = missingFrom(missing, absent);
    const [all, present] = [wish.assignments.length, wish.assignments.length - absent.length];
    if (missing.length === 0)
      return [
        {
          name: 'assignments',
          result: 'passed',
          strength: 'observed',
          message:
            all === 0
              ? 'No assignments are known that would have to be carried over.'
              : `${removed.length > 0 ? 'The assignments' : 'Every assignment'} of the legacy application ${removed.length > 0 ? 'are' : 'is'} there with the same role: ${present} of ${all}.${lapsedAmong(wish.assignments)}${removedAmong(removed)}`,
        },
      ];
    return [
      {
        name: 'assignments',
        result: 'failed',
        strength: 'observed',
        message: `Of ${all} assignments of the legacy application ${present} are there; missing: ${some(missing)}.`,
        expected: String(all),
        seen: String(present),
        hint: 'Run `flex-sso resume`: it plans the missing ones again.',
      },
    ];
  },
};

const removedAmong = (removed: readonly Assignment[]) =>
  removed.length === 0 ? '' : ` Others have removed the rest, which stays removed: ${some(removed)}.`;

/** So long a list that grows no more has to stay as it is. */
const standstillMs = 2_000;

function lapsedAmong(assignments: readonly Assignment[]): string {
  const count = assignments.filter(({ lapsed }) => lapsed !== undefined).length;
  if (count === 0) return '';
  return ` ${count} of them had a role that is switched off or gone, and have default access instead, which gives as little.`;
}

type Report = (missing: number) => void;

/** Few enough to hear soon that nobody may be assigned at all. */
const firstFew = 20;

/** Repeats what a new role or service principal is not known for yet; stops at what is refused for good, once all the others are done. */
async function assignAll(
  graph: GraphWriter,
  at: ApplicationIds,
  missing: readonly Assignment[],
  roles: Parameters<typeof roleIdOf>[1],
  report: Report,
): Promise<void> {
  const refused: Refusal[] = [];
  let open = [...missing];
  report(open.length);
  await look(
    async () => {
      const [first, rest] = [open.slice(0, firstFew), open.slice(firstFew)];
      open = [];
      for (const [tried, after] of [
        [first, rest.length],
        [rest, 0],
      ] as const) {
        const left = await assign(graph, at, tried, roles, done => report(open.length + tried.length - done + after));
        for (const refusal of left) {
          if (isNotReplicated(refusal.error)) open.push(refusal.assignment);
          else refused.push(refusal);
        }
      }
      return open.length === 0 || undefined;
    },
    { wait: graph.wait },
  );
  const [first] = refused;
  if (!first && open.length === 0) return;
  throw new FlexSsoError(
    'assignments-refused',
    `Entra did not take the assignment of ${some([...refused.map(({ assignment }) => assignment), ...open])}: ` +
      (first?.error.message ?? 'it does not know them.'),
    'Assign them by hand, or remove them from the legacy application if they are gone, then run `flex-sso resume`.',
  );
}

interface Refusal {
  assignment: Assignment;
  error: GraphError;
}

/** Assigns these; returns those that were refused. Throws what all others would be refused for as well. */
async function assign(
  graph: GraphWriter,
  at: ApplicationIds,
  assignments: readonly Assignment[],
  roles: Parameters<typeof roleIdOf>[1],
  onProgress: (done: number) => void,
): Promise<Refusal[]> {
  const path = `/servicePrincipals/${at.servicePrincipalId}/appRoleAssignedTo`;
  const resourceId = at.servicePrincipalId;
  const requests = assignments.map(assignment => ({
    method: 'POST' as const,
    path,
    body: { principalId: assignment.principalId, resourceId, appRoleId: roleIdOf(assignment, roles) },
  }));
  const answers = await graph.batch(requests, onProgress);
  return assignments.flatMap((assignment, index) => {
    const error = refusalOf(answers[index]);
    if (!error) return [];
    const permission = missingPermission({ method: 'POST', path }, error);
    if (permission) throw permission;
    if (isPassing(error.status)) throw busy(error);
    return [{ assignment, error }];
  });
}

/** What is wrong with an answer; an assignment that exists already is right. */
function refusalOf(answer: GraphAnswer | undefined): GraphError | undefined {
  const { status, body } = answer ?? { status: 0, body: undefined };
  if (status >= 200 && status < 300) return undefined;
  const { code, message } = readRefusal({ status, body });
  return /already exists/i.test(message) ? undefined : new GraphError(status, code, message);
}

function some(assignments: readonly Assignment[]): string {
  const names = assignments.slice(0, 5).map(({ displayName, role }) => `${displayName} (${role ?? 'default access'})`);
  const more = assignments.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
