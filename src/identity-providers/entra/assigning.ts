import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds } from '../../migration/state.js';
import { type Assignment, missingFrom, planAssignments, readAssignments, roleIdOf } from './assignments.js';
import { type GraphAnswer, GraphError, type GraphWriter } from './client.js';
import type { Concern } from './concern.js';
import { readRefusal } from './graph.js';
import { missingPermission } from './permissions.js';
import { readApplication } from './read.js';
import { isNotReplicated, look, untilSeen } from './replication.js';

/** Assigns everybody who is assigned to the legacy application, as direct members of the same roles. */
export const assigning: Concern = {
  resources: ['appRoleAssignments'],
  plan: (wish, there) => planAssignments(wish.displayName, wish.assignments, there?.assignments ?? []),

  async apply(change, at, context) {
    const graph = await context.graph();
    const wanted = change.after as unknown as Assignment[];
    const read = async () => {
      const there = await readApplication(graph, at);
      return there && { there, held: await readAssignments(graph, at.servicePrincipalId, there.appRoles) };
    };
    const report = (missing: number) =>
      context.report.progress('Assigning users and groups', wanted.length - missing, wanted.length);

    const now = await untilSeen(read, { wait: graph.wait, until: 'show the new application' });
    await assignAll(graph, at, missingFrom(now.held, wanted), now.there.appRoles, report);
    // Reads lag behind writes.
    await untilSeen(
      async () => {
        const then = await read();
        return then && missingFrom(then.held, wanted).length === 0 ? then : undefined;
      },
      { wait: graph.wait, until: 'show every assignment' },
    );
  },

  check(wish, there) {
    const missing = missingFrom(there.assignments, wish.assignments);
    const [all, present] = [wish.assignments.length, wish.assignments.length - missing.length];
    if (missing.length === 0)
      return [
        {
          name: 'assignments',
          result: 'passed',
          strength: 'observed',
          message:
            all === 0
              ? 'No assignments are known that would have to be carried over.'
              : `Every assignment of the legacy application is there with the same role: ${present} of ${all}.`,
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

type Report = (missing: number) => void;

/** Repeats what a new role or service principal is not known for yet; stops at what is refused for good, once all the others are done. */
async function assignAll(
  graph: GraphWriter,
  at: ApplicationIds,
  missing: readonly Assignment[],
  roles: Parameters<typeof roleIdOf>[1],
  report: Report,
): Promise<void> {
  const path = `/servicePrincipals/${at.servicePrincipalId}/appRoleAssignedTo`;
  const refused: { assignment: Assignment; error: GraphError }[] = [];
  let open = [...missing];
  report(open.length);
  await look(
    async () => {
      const tried = open;
      const requests = tried.map(assignment => ({
        method: 'POST' as const,
        path,
        body: {
          principalId: assignment.principalId,
          resourceId: at.servicePrincipalId,
          appRoleId: roleIdOf(assignment, roles),
        },
      }));
      const answers = await graph.batch(requests, done => report(tried.length - done));
      open = [];
      for (const [index, assignment] of tried.entries()) {
        const error = refusalOf(answers[index]);
        if (!error) continue;
        const permission = missingPermission({ method: 'POST', path }, error);
        if (permission) throw permission;
        if (isNotReplicated(error)) open.push(assignment);
        else refused.push({ assignment, error });
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
