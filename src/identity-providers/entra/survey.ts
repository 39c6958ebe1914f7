import { isDeepStrictEqual } from 'node:util';
import type { User } from '@microsoft/microsoft-graph-types';
import { workersByNameId } from '../../flex/identity.js';
import type { ReadContext } from '../../migration/step.js';
import { judge } from '../../people/continuity.js';
import type { Beside, Outlook } from '../../people/outlook.js';
import { type Access, accessOf, lacksFlexRole } from './access.js';
import type { Assignment } from './assignments.js';
import { besideThem, describePerson } from './beside.js';
import { nameIdentifier, nameIdOf } from './claims.js';
import type { GraphReader } from './client.js';
import type { LegacyClaims } from './legacy-claims.js';
import { isNameIdAssumed } from './name-id.js';
import { type Directory, readDirectory, readInnerMembers } from './people.js';
import { attributeValue, type ClaimsSource, sourceOf, type ValueSource } from './user-attributes.js';

/** What an application says of people, and who they are. */
export interface Side {
  claims: ClaimsSource & Partial<Pick<LegacyClaims, 'assumed' | 'borneOut' | 'lost'>>;
  assignments: readonly Assignment[];
}

export interface Survey {
  directory: Directory;
  outlooks: readonly Outlook[];
  /** Who is not let in, and which Workers are nobody's. */
  beside: readonly Beside[];
  /** Whether it is known that the NameID is made as it is today. */
  isNameIdKept: boolean;
  /** What it is made of today is assumed, and some Workers are not explained by it. */
  isUnexplained: boolean;
}

/** Properties that NameIDs are commonly made of: what is read to recognise the one in use, and to say what a new one would be. */
const usual: readonly (keyof User)[] = [
  'userPrincipalName',
  'mail',
  'employeeId',
  'mailNickname',
  'onPremisesSamAccountName',
];

/** Everybody behind the assignments. */
export function readPeople(
  context: Pick<ReadContext, 'report'>,
  graph: GraphReader,
  assignments: readonly Assignment[],
  claims: readonly ClaimsSource[],
): Promise<Directory> {
  const sources = claims.flatMap(source => sourceOf(nameIdOf(source.entries), source) ?? []);
  return readDirectory(
    graph,
    context.report,
    assignments,
    [...usual, ...sources.map(({ property }) => property)].sort(),
  );
}

/**
 * Who may log in, today and tomorrow, and which Worker they come to. The same side twice is an application that keeps its NameID, whatever
 * that is.
 */
export async function survey(context: ReadContext, graph: GraphReader, today: Side, tomorrow: Side): Promise<Survey> {
  const { facts, answers } = context.migration;
  const directory = await readPeople(context, graph, today.assignments, [today.claims, tomorrow.claims]);
  const inner = await readInnerMembers(graph, context.report, directory, today.assignments);
  const [before, after] = [accessOf(directory, today.assignments), accessOf(directory, tomorrow.assignments)];
  const [entry, nextEntry] = [nameIdOf(today.claims.entries), nameIdOf(tomorrow.claims.entries)];
  // What the portal alone makes is no entry.
  const isLost = today.claims.lost?.includes(nameIdentifier) === true;
  const source = isLost ? undefined : sourceOf(entry, today.claims);
  const nextSource = isLost && today === tomorrow ? undefined : sourceOf(nextEntry, tomorrow.claims);
  const isAssumed = isNameIdAssumed(today.claims, answers.nameId);
  const workers = facts.workersBefore ?? [];
  const find = workersByNameId(workers);
  const others = inner.filter(({ user }) => !before.has(user.id ?? ''));
  const beside = besideThem([...before.values()], others, {
    workers,
    nameId: source && (user => valueAt(user, source)),
    find: nameId => {
      const found = find(nameId);
      return isAssumed && !found?.exact ? undefined : found?.worker;
    },
  });
  const isUnexplained = isAssumed && beside.some(({ verdict }) => verdict === 'nobodys-worker');
  const isNameIdKept = today === tomorrow || (isDeepStrictEqual(entry, nextEntry) && !isUnexplained && !isLost);
  const groupNames = new Map(today.assignments.map(({ principalId, displayName }) => [principalId, displayName]));
  const rolesAreLost = today.claims.lost?.includes('roles') === true;
  const outlooks = [...before].map(([id, access]) => {
    const nameIds = { today: valueAt(access.user, source), tomorrow: valueAt(access.user, nextSource) };
    const how = { isKept: isNameIdKept, isComputable: Boolean(source && nextSource), isAssumed: isUnexplained };
    const { remark, verdict, workerToday, workerTomorrow } = judge({ ...nameIds, ...how }, find);
    return {
      ...describePerson(access.user),
      through: access.through.map(group => groupNames.get(group) ?? group),
      rolesToday: rolesAreLost ? [] : access.roles,
      rolesTomorrow: after.get(id)?.roles ?? [],
      nameIdToday: nameIds.today,
      nameIdTomorrow: nameIds.tomorrow,
      workerToday,
      workerTomorrow,
      verdict,
      remarks: [
        ...(remark ? [remark] : []),
        ...(rolesAreLost ? ['Which roles are sent today is decided on the claims page of the portal.'] : []),
        ...remarksOn(after.get(id) ?? access),
      ],
    };
  });
  outlooks.sort((a, b) => (a.userPrincipalName < b.userPrincipalName ? -1 : 1));
  return { directory, outlooks, beside, isNameIdKept, isUnexplained };
}

const valueAt = (user: User, source: ValueSource | undefined) => source && attributeValue(user, source);

function remarksOn(access: Access): string[] {
  const { user } = access;
  return [
    ...(lacksFlexRole(access) ? ['Has no Flex role.'] : []),
    ...access.lapsed.map(role => `Is assigned ${role} and gives nothing.`),
    ...(user.accountEnabled === false ? ['The account is disabled.'] : []),
    ...(user.userType === 'Guest' ? ['Is a guest.'] : []),
    ...(user.mail ? [] : ['Has no mail.']),
  ];
}
