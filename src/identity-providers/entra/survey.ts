import { isDeepStrictEqual } from 'node:util';
import type { User } from '@microsoft/microsoft-graph-types';
import { workersByNameId } from '../../flex/identity.js';
import type { ReadContext } from '../../migration/step.js';
import { judge } from '../../people/continuity.js';
import type { Outlook } from '../../people/outlook.js';
import { type Access, accessOf, lacksFlexRole } from './access.js';
import type { Assignment } from './assignments.js';
import { nameIdOf } from './claims.js';
import type { GraphReader } from './client.js';
import { type Directory, readDirectory } from './people.js';
import { attributeValue, type ClaimsSource, sourceOf, type ValueSource } from './user-attributes.js';

/** What an application says of people, and who they are. */
export interface Side {
  claims: ClaimsSource;
  assignments: readonly Assignment[];
}

export interface Survey {
  directory: Directory;
  outlooks: readonly Outlook[];
  /** Whether the NameID is made as it is today. */
  isNameIdKept: boolean;
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

/** Who may log in, today and tomorrow, and which Worker they come to. */
export async function survey(context: ReadContext, graph: GraphReader, today: Side, tomorrow: Side): Promise<Survey> {
  const directory = await readPeople(context, graph, today.assignments, [today.claims, tomorrow.claims]);
  const [before, after] = [accessOf(directory, today.assignments), accessOf(directory, tomorrow.assignments)];
  const [entry, nextEntry] = [nameIdOf(today.claims.entries), nameIdOf(tomorrow.claims.entries)];
  const [source, nextSource] = [sourceOf(entry, today.claims), sourceOf(nextEntry, tomorrow.claims)];
  const isNameIdKept = isDeepStrictEqual(entry, nextEntry);
  const find = workersByNameId(context.migration.facts.workersBefore ?? []);
  const groupNames = new Map(today.assignments.map(({ principalId, displayName }) => [principalId, displayName]));
  const outlooks = [...before].map(([id, access]) => {
    const nameIds = { today: valueAt(access.user, source), tomorrow: valueAt(access.user, nextSource) };
    const judged = judge({ ...nameIds, isKept: isNameIdKept, isComputable: Boolean(source && nextSource) }, find);
    const { remark, verdict, workerToday, workerTomorrow } = judged;
    return {
      ...describe(access.user),
      through: access.through.map(group => groupNames.get(group) ?? group),
      rolesToday: access.roles,
      rolesTomorrow: after.get(id)?.roles ?? [],
      nameIdToday: nameIds.today,
      nameIdTomorrow: nameIds.tomorrow,
      workerToday,
      workerTomorrow,
      verdict,
      remarks: [...(remark ? [remark] : []), ...remarksOn(after.get(id) ?? access)],
    };
  });
  outlooks.sort((a, b) => (a.userPrincipalName < b.userPrincipalName ? -1 : 1));
  return { directory, outlooks, isNameIdKept };
}

const valueAt = (user: User, source: ValueSource | undefined) => source && attributeValue(user, source);

function describe(user: User) {
  return {
    name: user.displayName ?? '',
    userPrincipalName: user.userPrincipalName ?? user.id ?? '',
    mail: user.mail ?? '',
    isEnabled: user.accountEnabled !== false,
    isGuest: user.userType === 'Guest',
  };
}

function remarksOn(access: Access): string[] {
  const { user } = access;
  return [
    ...(lacksFlexRole(access) ? ['Has no Flex role.'] : []),
    ...(user.accountEnabled === false ? ['The account is disabled.'] : []),
    ...(user.userType === 'Guest' ? ['Is a guest.'] : []),
    ...(user.mail ? [] : ['Has no mail.']),
  ];
}
