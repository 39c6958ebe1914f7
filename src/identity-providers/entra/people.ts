import type { User } from '@microsoft/microsoft-graph-types';
import type { Report } from '../../migration/step.js';
import type { Assignment } from './assignments.js';
import type { GraphReader } from './client.js';
import { nextPath, type Page, readPages } from './pages.js';
import { query, quoted } from './query.js';

/** The users and groups behind assignments, as the directory has them now. Everything in it is remote text. */
export interface Directory {
  users: ReadonlyMap<string, User>;
  groups: ReadonlyMap<string, GroupMembers>;
}

interface GroupMembers {
  /** Ids of the users who are direct members: Entra gives a group's roles to nobody else. */
  users: readonly string[];
  /** The groups inside. */
  nested: readonly InnerGroup[];
}

interface InnerGroup {
  id: string;
  displayName: string;
}

/** Somebody who is in a group inside an assigned one, and the names of both. */
export interface InnerMember {
  user: User;
  group: string;
  inside: string;
}

/** A GUID is the same in upper and lower case. */
const keyOf = (id: string | undefined) => id?.toLowerCase() ?? '';

type Listed = User & { '@odata.type'?: string };

/** Always read, for whoever has to recognise a person. */
const always: readonly (keyof User)[] = [
  'id',
  'displayName',
  'userPrincipalName',
  'mail',
  'accountEnabled',
  'userType',
];
/** Graph's limit for `in`, and what one `$batch` of such filters brings. */
const idsInFilter = 15;
const idsInBatch = 20 * idsInFilter;
/** More groups than a `$batch` takes are worth a word. */
const manyGroups = 20;

interface ReadBefore {
  select: string;
  users: Map<string, User>;
  groups: Map<string, GroupMembers>;
  /** Users that were looked for, those included who are gone. */
  asked: Set<string>;
}
const readBefore = new WeakMap<Report, ReadBefore>();

/**
 * Reads everybody behind the assignments: groups' direct members in `$batch`es, then the users among pages of the directory or by
 * their ids, whichever takes fewer requests. Who was read once in a step is not read again in it. Throws permission errors.
 */
export async function readDirectory(
  graph: GraphReader,
  report: Report,
  assignments: readonly Assignment[],
  more: readonly (keyof User)[] = [],
): Promise<Directory> {
  const select = [...new Set([...always, ...more])].join(',');
  const known = readBefore.get(report);
  const { users, groups, asked } =
    known?.select === select ? known : { users: new Map(), groups: new Map(), asked: new Set<string>() };
  readBefore.set(report, { select, users, groups, asked });
  const idsOf = (type: string) =>
    new Set(assignments.filter(({ principalType }) => principalType === type).map(({ principalId }) => principalId));
  const newGroups = [...idsOf('Group')].filter(id => !groups.has(id));
  if (newGroups.length > 0) await readGroups(graph, report, newGroups, select, { users, groups });
  const newUsers = new Set([...idsOf('User')].filter(id => !users.has(id) && !asked.has(id)));
  if (newUsers.size > 0) await readUsers(graph, report, new Set(newUsers), select, users);
  for (const id of newUsers) asked.add(id);
  return { users, groups };
}

/** The members of groups inside the assigned ones, at whatever depth: Entra gives them nothing. Those who have been read go first. */
export async function readInnerMembers(
  graph: GraphReader,
  report: Report,
  { groups }: Directory,
  assignments: readonly Assignment[],
): Promise<InnerMember[]> {
  const select = readBefore.get(report)?.select ?? always.join(',');
  const outer = new Map(assignments.map(({ principalId, displayName }) => [principalId, displayName]));
  const open = [...outer].flatMap(([id, inside]) =>
    (groups.get(id)?.nested ?? []).map(group => ({ ...group, inside })),
  );
  const read = { users: new Map<string, User>(), groups: new Map(groups) };
  const found: InnerMember[] = [];
  const seen = new Set<string>();
  while (open.length > 0) {
    const now = open.splice(0).filter(({ id }) => !seen.has(id) && seen.add(id));
    const unread = now.map(({ id }) => id).filter(id => !read.groups.has(id));
    if (unread.length > 0) await readGroups(graph, report, unread, select, read);
    for (const { id, displayName, inside } of now) {
      const members = read.groups.get(id);
      const users = (members?.users ?? []).flatMap(member => read.users.get(member) ?? []);
      found.push(...users.map(user => ({ user, group: displayName, inside })));
      open.push(...(members?.nested ?? []).map(group => ({ ...group, inside })));
    }
  }
  return found;
}

async function readUsers(
  graph: GraphReader,
  report: Report,
  wanted: Set<string>,
  select: string,
  users: Map<string, User>,
): Promise<void> {
  const total = wanted.size;
  const take = (found: readonly User[] = []) => {
    const asked = found.filter(({ id }) => wanted.delete(keyOf(id)));
    for (const user of asked) users.set(keyOf(user.id), user);
    if (total > idsInBatch) report.progress('Reading users', total - wanted.size, total);
    return asked.length;
  };
  // A page of the whole directory is worth its request as long as it brings more than a batch of ids would.
  let next = wanted.size > idsInBatch ? `/users?$select=${select}&$top=999` : undefined;
  while (next && wanted.size > 0) {
    const page: Page<User> = await graph.get(next);
    const brought = take(page.value);
    const following = nextPath(page);
    // Whoever is in no page of the directory is gone.
    if (!following) return;
    next = brought < idsInBatch ? undefined : following;
  }
  const ids = [...wanted];
  const filters = Array.from({ length: Math.ceil(ids.length / idsInFilter) }, (_, index) =>
    ids.slice(index * idsInFilter, (index + 1) * idsInFilter),
  );
  await readPages<User>(
    graph,
    filters.map(some => `/users${query(`id in (${some.map(quoted).join(',')})`, select.split(','))}`),
    (_, page) => void take(page.value),
  );
}

async function readGroups(
  graph: GraphReader,
  report: Report,
  ids: readonly string[],
  select: string,
  { users, groups }: { users: Map<string, User>; groups: Map<string, GroupMembers> },
): Promise<void> {
  const members = ids.map(() => ({ users: [] as string[], nested: [] as InnerGroup[] }));
  const paths = ids.map(id => `/groups/${id}/members?$select=${select}&$top=999`);
  const begun = new Set<number>();
  await readPages<Listed>(graph, paths, (index, page) => {
    if (ids.length > manyGroups) report.progress('Reading groups', begun.add(index).size, ids.length);
    for (const member of page.value ?? []) {
      const type = member['@odata.type'] ?? '#microsoft.graph.user';
      if (!member.id) continue;
      if (type.endsWith('.group'))
        members[index]?.nested.push({ id: keyOf(member.id), displayName: member.displayName || member.id });
      if (!type.endsWith('.user')) continue;
      members[index]?.users.push(keyOf(member.id));
      users.set(keyOf(member.id), member);
    }
  });
  for (const [index, id] of ids.entries()) groups.set(id, members[index] ?? { users: [], nested: [] });
}
