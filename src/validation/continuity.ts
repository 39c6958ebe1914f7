import type { User } from '@microsoft/microsoft-graph-types';
import type { LoginResult, WorkerAttributes } from '../flex/client.js';
import { identityOf } from '../flex/identity.js';
import { GraphError, type GraphReader } from '../identity-providers/entra/client.js';
import { readConfigured } from '../identity-providers/entra/configured.js';
import { query, quoted } from '../identity-providers/entra/query.js';
import type { Evidence, Migration } from '../migration/state.js';
import { applicationOf } from './diagnose-entra.js';
import { doubt } from './evidence.js';

type Doubts = NonNullable<Evidence['doubts']>;
type Person = Pick<User, 'id' | 'userPrincipalName' | 'mail' | 'displayName'>;

/**
 * Whether a login led to whom it should have: the same Worker, Flex user, identity and NameID as before, the roles of the assignment
 * and the attributes of the user. What cannot be compared is left out.
 */
export async function continuityDoubts(
  migration: Migration,
  result: LoginResult,
  worker: WorkerAttributes | undefined,
  graph: GraphReader | undefined,
): Promise<Doubts> {
  const person = graph && (await findPerson(graph, result, worker));
  return [
    ...workerDoubts(migration, result, person),
    ...(graph && person ? await roleDoubts(graph, migration, result, person) : []),
    ...(worker && person ? attributeDoubts(worker, person) : []),
  ];
}

function workerDoubts({ facts }: Migration, result: LoginResult, person: Person | undefined): Doubts {
  const before = facts.workersBefore;
  if (!before || before.some(({ sid }) => sid === result.workerSid)) return [];
  const lower = new Set(before.map(({ friendlyName }) => friendlyName.toLowerCase()));
  if (lower.has(result.identity.toLowerCase()))
    return [doubt('name-id-changed', 'error', 'A Worker of before has this identity in other upper and lower case.')];
  const others = [person?.userPrincipalName, person?.mail].filter(value => typeof value === 'string');
  if (others.some(value => lower.has(identityOf(value).toLowerCase())))
    return [
      doubt(
        'name-id-changed',
        'error',
        `Flex made the Worker ${result.workerSid}, although this person had one by another NameID.`,
      ),
    ];
  return [doubt('worker-new', 'warning', `${result.workerSid} was not among the ${before.length} Workers of before.`)];
}

async function findPerson(
  graph: GraphReader,
  { nameId }: LoginResult,
  worker: WorkerAttributes | undefined,
): Promise<Person | undefined> {
  const select = ['id', 'userPrincipalName', 'mail', 'displayName'];
  const filters = [`userPrincipalName eq ${quoted(nameId)}`, `mail eq ${quoted(worker?.email ?? nameId)}`];
  try {
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(nameId)) {
      const found = await graph.find<Person>(`/users/${nameId}?$select=${select.join(',')}`);
      if (found) return found;
    }
    const found = await graph.list<Person>(`/users${query(filters.join(' or '), select)}`);
    return found.length === 1 ? found[0] : found.find(({ userPrincipalName }) => userPrincipalName === nameId);
  } catch (error) {
    return unreadable(error);
  }
}

/** The roles in Flex's answer against those that the user is assigned, alone and through groups. */
async function roleDoubts(
  graph: GraphReader,
  migration: Migration,
  { roles }: LoginResult,
  person: Person,
): Promise<Doubts> {
  const ids = applicationOf(migration);
  const application = ids && (await readConfigured(graph, ids).catch(unreadable));
  if (!application) return [];
  const groups = application.assignments.filter(({ isGroup }) => isGroup);
  const members = await graph.readTogether(
    groups.map(({ principalId }) => `/groups/${principalId}/members?$select=id&$top=999`),
  );
  const assigned = new Set([person.id]);
  for (const [index, { principalId }] of groups.entries()) {
    const { value = [], '@odata.nextLink': more } = (members[index]?.body ?? {}) as MembersPage;
    if (value.some(({ id }) => id === person.id)) assigned.add(principalId);
    // A large group would have to be read whole to be sure.
    else if (more !== undefined || members[index]?.status !== 200) return [];
  }
  const expected = application.assignments
    .filter(({ principalId }) => assigned.has(principalId))
    .flatMap(({ roleId }) => application.roles.find(({ id, isEnabled }) => id === roleId && isEnabled)?.value ?? []);
  const [wanted, held] = [expected, roles].map(list => [...new Set(list)].sort().join(', '));
  if (expected.length === 0 || wanted === held) return [];
  return [doubt('roles-differ', 'warning', `Assigned: ${wanted}. Flex says: ${held || 'none'}.`)];
}

interface MembersPage {
  value?: readonly { id?: string }[];
  '@odata.nextLink'?: string;
}

/** Names what differs, never the values: they are personal data. */
function attributeDoubts(worker: WorkerAttributes, person: Person): Doubts {
  const differs = (seen: string | undefined, wanted: string | null | undefined) =>
    Boolean(seen && wanted && seen.toLowerCase() !== wanted.toLowerCase());
  const different = [
    ...(differs(worker.email, person.mail) ? ['email'] : []),
    ...(differs(worker.fullName, person.displayName) ? ['full_name'] : []),
  ];
  if (different.length === 0) return [];
  return [doubt('attributes-differ', 'info', `Not as the user in Entra has it: ${different.join(', ')}.`)];
}

function unreadable(error: unknown): undefined {
  if (error instanceof GraphError || (error instanceof Error && 'ending' in error && error.ending === 'permission'))
    return undefined;
  throw error;
}
