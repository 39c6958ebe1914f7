import type { User } from '@microsoft/microsoft-graph-types';
import type { LoginResult, WorkerAttributes } from '../flex/client.js';
import { identityOf } from '../flex/identity.js';
import { GraphError, type GraphReader } from '../identity-providers/entra/client.js';
import { readConfigured } from '../identity-providers/entra/configured.js';
import { query, quoted } from '../identity-providers/entra/query.js';
import type { Evidence, WorkerRecord } from '../migration/facts.js';
import type { Migration } from '../migration/state.js';
import type { ReadContext } from '../migration/step.js';
import { applicationOf } from './diagnose-entra.js';
import { doubt } from './evidence.js';
import { heldBefore } from './held-before.js';

type Doubts = NonNullable<Evidence['doubts']>;
export type Person = Pick<User, 'id' | 'userPrincipalName' | 'mail' | 'displayName'>;

/** Whom a login led to, as Flex said itself, or as its Worker and Entra's log show. */
export type Led = Pick<LoginResult, 'workerSid' | 'identity' | 'roles'> & {
  nameId?: string;
  /** The user's id in Entra, where the log named it. */
  userId?: string;
};

/**
 * Whether a login led to whom it should have: the same Worker, identity and NameID as before, the roles of the assignment and the
 * attributes of the user. What cannot be compared is left out.
 */
export async function continuityDoubts(
  context: ReadContext,
  led: Led,
  worker: WorkerAttributes | undefined,
  graph: GraphReader | undefined,
): Promise<Doubts> {
  const { migration } = context;
  const person = graph && (await findPerson(graph, led, worker));
  const found = workerDoubts(migration, led, person);
  const isNew = found.some(({ cause }) => cause === 'worker-new');
  const held = isNew && graph ? await heldBefore(context, graph, led, person) : undefined;
  return [
    ...(held ? [doubt('name-id-changed', 'error', held)] : found),
    ...(graph && person ? await roleDoubts(graph, migration, led, person) : []),
    ...(worker && person ? attributeDoubts(worker, person) : []),
  ];
}

/** The identities that Flex would give somebody by UPN or by mail, in lower case. */
export const identitiesOf = ({ userPrincipalName, mail }: Person): string[] =>
  [userPrincipalName, mail].flatMap(value => (value ? [identityOf(value).toLowerCase()] : []));

function workerDoubts({ facts }: Migration, result: Led, person: Person | undefined): Doubts {
  const before = facts.workersBefore;
  if (!before) return [];
  const known = before.find(({ sid }) => sid === result.workerSid);
  if (known) return knownWorkerDoubts(known, before, result, person);
  const lower = new Set(before.map(({ friendlyName }) => friendlyName.toLowerCase()));
  if (lower.has(result.identity.toLowerCase()))
    return [doubt('name-id-changed', 'error', 'A Worker of before has this identity in other upper and lower case.')];
  if (person && identitiesOf(person).some(identity => lower.has(identity)))
    return [
      doubt(
        'name-id-changed',
        'error',
        `Flex made the Worker ${result.workerSid}, although this person had one by another NameID.`,
      ),
    ];
  return [
    doubt(
      'worker-new',
      'warning',
      `${result.workerSid} is a new Worker: it was not among the ${before.length} of before.`,
    ),
  ];
}

/** A Worker that was there: still under the name that it had, and not one that is somebody else's. */
function knownWorkerDoubts(
  known: WorkerRecord,
  before: readonly WorkerRecord[],
  { identity }: Led,
  person: Person | undefined,
): Doubts {
  if (known.friendlyName !== identity)
    return [
      doubt(
        'name-id-changed',
        'warning',
        `The Worker ${known.sid} was called ${known.friendlyName}, and is ${identity} now.`,
      ),
    ];
  const own = person ? identitiesOf(person) : [];
  if (own.includes(identity.toLowerCase())) return [];
  const theirs = before.find(({ friendlyName }) => own.includes(friendlyName.toLowerCase()));
  if (!theirs) return [];
  const seen = `The login led to the Worker ${known.sid}; the one of whoever logged in is ${theirs.sid}.`;
  return [doubt('name-id-changed', 'error', seen)];
}

const selected = ['id', 'userPrincipalName', 'mail', 'displayName'];
const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** A user by id; undefined where there is none, or none that may be read. */
export function findUser(graph: GraphReader, id: string): Promise<Person | undefined> {
  if (!isId(id)) return Promise.resolve(undefined);
  return graph.find<Person>(`/users/${id}?$select=${selected.join(',')}`).catch(unreadable);
}

async function findPerson(
  graph: GraphReader,
  { nameId = '', userId }: Led,
  worker: WorkerAttributes | undefined,
): Promise<Person | undefined> {
  const byId = await findUser(graph, userId ?? nameId);
  if (byId) return byId;
  const addresses = [nameId, worker?.email ?? nameId];
  if (addresses.includes('')) return undefined;
  const filters = [`userPrincipalName eq ${quoted(nameId)}`, `mail eq ${quoted(addresses[1] ?? '')}`];
  try {
    const found = await graph.list<Person>(`/users${query(filters.join(' or '), selected)}`);
    return found.length === 1 ? found[0] : found.find(({ userPrincipalName }) => userPrincipalName === nameId);
  } catch (error) {
    return unreadable(error);
  }
}

/** The roles in Flex's answer against those that the user is assigned, alone and through groups. */
async function roleDoubts(graph: GraphReader, migration: Migration, { roles }: Led, person: Person): Promise<Doubts> {
  const ids = applicationOf(migration);
  const application = ids && (await readConfigured(graph, ids).catch(unreadable));
  if (!application) return [];
  const groups = application.assignments.filter(({ isGroup }) => isGroup);
  const members = await graph.readTogether(
    groups.map(({ principalId }) => `/groups/${principalId}/members?$select=id&$top=999`),
  );
  const own = person.id?.toLowerCase();
  const assigned = new Set([own]);
  for (const [index, { principalId }] of groups.entries()) {
    const { value = [], '@odata.nextLink': more } = (members[index]?.body ?? {}) as MembersPage;
    if (value.some(({ id }) => id?.toLowerCase() === own)) assigned.add(principalId);
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

/** Of what may not be read, nothing is known. */
export function unreadable(error: unknown): undefined {
  if (error instanceof GraphError || (error instanceof Error && 'ending' in error && error.ending === 'permission'))
    return undefined;
  throw error;
}
