import type { User } from '@microsoft/microsoft-graph-types';
import type { Report } from '../../migration/step.js';
import type { Assignment } from './assignments.js';
import { GraphError, type GraphReader } from './client.js';
import { readRefusal } from './graph.js';
import { missingPermission } from './permissions.js';
import { query, quoted } from './query.js';

/** The users and groups behind assignments, as the directory has them now. Everything in it is remote text. */
export interface Directory {
  users: ReadonlyMap<string, User>;
  groups: ReadonlyMap<string, GroupMembers>;
}

interface GroupMembers {
  /** Ids of the users who are direct members: Entra gives a group's roles to nobody else. */
  users: readonly string[];
  /** Display names of the groups inside. */
  nested: readonly string[];
}

type Listed = User & { '@odata.type'?: string };
interface Page<T> {
  value?: T[];
  '@odata.nextLink'?: string;
}

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
  if (newGroups.length > 0) await readGroups(graph, newGroups, select, { users, groups });
  const newUsers = new Set([...idsOf('User')].filter(id => !users.has(id) && !asked.has(id)));
  if (newUsers.size > 0) await readUsers(graph, report, new Set(newUsers), select, users);
  for (const id of newUsers) asked.add(id);
  return { users, groups };
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
    const asked = found.filter(({ id }) => wanted.delete(id ?? ''));
    for (const user of asked) users.set(user.id ?? '', user);
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
  ids: readonly string[],
  select: string,
  { users, groups }: { users: Map<string, User>; groups: Map<string, GroupMembers> },
): Promise<void> {
  const members = ids.map(() => ({ users: [] as string[], nested: [] as string[] }));
  const paths = ids.map(id => `/groups/${id}/members?$select=${select}&$top=999`);
  await readPages<Listed>(graph, paths, (index, page) => {
    for (const member of page.value ?? []) {
      const type = member['@odata.type'] ?? '#microsoft.graph.user';
      if (type.endsWith('.group')) members[index]?.nested.push(member.displayName ?? '');
      if (!type.endsWith('.user') || !member.id) continue;
      members[index]?.users.push(member.id);
      users.set(member.id, member);
    }
  });
  for (const [index, id] of ids.entries()) groups.set(id, members[index] ?? { users: [], nested: [] });
}

/** Reads collections together, each to its last page. One that is gone has no page. */
async function readPages<T>(
  graph: GraphReader,
  paths: readonly string[],
  take: (index: number, page: Page<T>) => void,
): Promise<void> {
  const seen = new Set(paths);
  let open = paths.map((path, index) => ({ path, index }));
  while (open.length > 0) {
    const pages = await readTogether<Page<T>>(
      graph,
      open.map(({ path }) => path),
    );
    open = open.flatMap(({ index }, position) => {
      const page = pages[position];
      if (!page) return [];
      take(index, page);
      const next = nextPath(page);
      // A page that was read leads in a circle.
      return next && !seen.has(next) && seen.add(next) ? [{ path: next, index }] : [];
    });
  }
}

/** One answer a path, `undefined` for what is gone. */
async function readTogether<T>(graph: GraphReader, paths: readonly string[]): Promise<(T | undefined)[]> {
  const answers = await graph.readTogether(paths);
  return paths.map((path, index) => {
    const { status, body } = answers[index] ?? { status: 0, body: undefined };
    if (status === 404) return undefined;
    if (status < 200 || status >= 300) throw refusalOf(path, { status, body });
    return body as T;
  });
}

function refusalOf(path: string, answer: { status: number; body: unknown }): Error {
  const { code, message } = readRefusal(answer);
  const refusal = { status: answer.status, code, message };
  return missingPermission({ method: 'GET', path }, refusal) ?? new GraphError(answer.status, code, message);
}

/** The path of the next page: of a link that a server sent, nothing but what comes after the version is followed. */
function nextPath({ '@odata.nextLink': link }: Page<unknown>): string | undefined {
  if (!link) return undefined;
  const { pathname, search } = new URL(link);
  return `${pathname.replace(/^.*?\/v1\.0(?=\/)/, '')}${search}`;
}
