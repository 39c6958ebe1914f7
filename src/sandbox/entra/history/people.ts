import type { HistoryFault } from '../../faults.js';
import type { AppRoleAssignment, Directory, User } from '../directory.js';
import { guidFrom } from '../identifiers.js';
import { legacyAppId, legacyServicePrincipalId } from '../legacy-application.js';
import { skillExtension } from '../legacy-claims.js';

type History = ReadonlySet<HistoryFault>;

/** The role named `User` that the template gives every application, and what Graph calls default access. */
const silentRoles = ['18d14569-c3bd-439b-9a66-3a2aee01d14f', '00000000-0000-0000-0000-000000000000'];

/** What befell some of the people, but not whoever is in charge. Each fault takes others, to be seen beside them. */
export function changePeople({ users }: Directory, history: History): void {
  const change = (fault: HistoryFault, every: number, place: number, changed: (user: User) => void) => {
    if (!history.has(fault)) return;
    for (const [position, user] of users.entries()) if (position > 0 && position % every === place) changed(user);
  };
  // Nobody else's differs then, so that it is 30 of 100.
  if (history.has('users-upn-differs')) for (const user of users) user.mail = user.userPrincipalName;
  for (const place of [1, 4, 8])
    change('users-upn-differs', 10, place, user => {
      user.userPrincipalName = `${user.employeeId}@${domainOf(user)}`;
    });
  change('users-disabled', 10, 5, user => {
    user.accountEnabled = false;
  });
  change('users-guests', 10, 6, user => {
    const [alias] = user.userPrincipalName.split('@');
    user.userType = 'Guest';
    user.mail = `${alias}@partner.example`;
    user.userPrincipalName = `${alias}_partner.example#EXT#@harborline.onmicrosoft.com`;
  });
  change('users-without-mail', 10, 7, user => {
    user.mail = null;
  });
  if (history.has('legacy-claims-custom'))
    for (const [position, user] of users.entries()) {
      user.onPremisesExtensionAttributes = { extensionAttribute1: `team-${position % 4}` };
      user[skillExtension] = position % 2 ? 'billing' : 'sales';
    }
}

/** What befell the assignments, once they were made. */
export function changeAssignments(directory: Directory, history: History): void {
  if (history.has('users-without-role')) takeRoles(directory);
  const legacy = directory.applications.find(({ appId }) => appId === legacyAppId);
  for (const role of legacy?.appRoles ?? [])
    if (role.value === 'supervisor' && history.has('legacy-role-disabled')) role.isEnabled = false;
  if (history.has('legacy-role-gone'))
    for (const [index, assignment] of directory.appRoleAssignments.filter(isDirect).entries())
      if (index % 4 === 3) assignment.appRoleId = guidFrom('a role that was deleted');
  if (history.has('groups-nested')) nestGroup(directory);
}

/** Takes the Flex role from every fifth of those who have theirs directly: default access is left, in both its forms. */
function takeRoles(directory: Directory): void {
  for (const [index, assignment] of directory.appRoleAssignments.filter(isDirect).entries())
    if (index % 5 === 4) assignment.appRoleId = silentRoles[((index - 4) / 5) % 2 === 0 ? 0 : 1] ?? '';
}

const isDirect = (assignment: AppRoleAssignment) =>
  assignment.principalType === 'User' && assignment.resourceId === legacyServicePrincipalId;

/** Half of the agents' group have gone into a group inside it. */
function nestGroup({ groups }: Directory): void {
  const [agents] = groups;
  if (!agents) return;
  const inner = agents.members.filter((_, index) => index % 2 === 1);
  const night = {
    id: guidFrom('group Contact Centre Night Shift'),
    displayName: 'Contact Centre Night Shift',
    description: 'A part of the agents',
    createdDateTime: '2022-10-01T09:00:00.000Z',
    members: inner,
  };
  groups.push(night);
  agents.members = [...agents.members.filter(id => !inner.includes(id)), night.id];
}

const domainOf = (user: User) => user.userPrincipalName.split('@').at(-1);
