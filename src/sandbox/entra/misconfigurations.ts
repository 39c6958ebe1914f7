import { randomUUID } from 'node:crypto';
import type { EnhancedConnection } from '../flex/account.js';
import { sid } from '../flex/sids.js';
import type { Misconfiguration, Setting } from '../setting.js';
import { claimMisconfigurations } from './claim-misconfigurations.js';
import { guidFrom } from './identifiers.js';
import { signingMisconfigurations } from './signing-misconfigurations.js';

/** What can be wrong with the application and with who may use it. */
export const entraMisconfigurations: Readonly<Record<string, Misconfiguration>> = {
  ...claimMisconfigurations,
  ...signingMisconfigurations,

  'entity-id-missing': setting => identify(setting, []),
  'entity-id-legacy'(setting) {
    const legacy = `https://preview.twilio.com/iam/Accounts/${setting.account.accountSid}/saml2`;
    identify(setting, [legacy]);
    answerTo(setting, [legacy]);
  },
  'entity-id-case': setting => identify(setting, [setting.connection.entityId.toUpperCase()]),
  'entity-id-other-connection': setting => identify(setting, [earlierConnection(setting).entityId]),
  'acs-url-missing': setting => answerTo(setting, []),
  'acs-url-other-connection': setting => answerTo(setting, [earlierConnection(setting).acsUrl]),
  'acs-url-without-connection': setting => answerTo(setting, [setting.connection.acsUrl.replace(/\?.*/, '')]),
  'other-account-connection'(setting) {
    const name = sid('JQ', 'another account');
    identify(setting, [`urn:flex:${name}`]);
    answerTo(setting, [setting.connection.acsUrl.replace(setting.connection.name, name)]);
  },
  'application-deleted'({ directory, application, servicePrincipal }) {
    directory.applications = directory.applications.filter(held => held !== application);
    directory.servicePrincipals = directory.servicePrincipals.filter(held => held !== servicePrincipal);
    directory.deletedApplications.push({ ...application, deletedDateTime: new Date().toISOString() });
  },
  'signed-requests'({ application }) {
    application.requestSignatureVerification = { isSignedRequestRequired: true, allowedWeakAlgorithms: null };
  },

  'role-administrator': ({ application }) => revalue(application, 'admin', 'Administrator'),
  'role-unknown': ({ application }) => revalue(application, 'admin', 'chief'),
  'role-disabled'({ application }) {
    for (const role of application.appRoles) if (role.value) role.isEnabled = false;
  },
  'role-missing'(setting) {
    unassign(setting);
    assign(setting, setting.user.id, 'User', setting.application.appRoles.find(role => role.value === null)?.id);
  },
  'application-disabled'({ servicePrincipal }) {
    servicePrincipal.accountEnabled = false;
  },
  'user-not-assigned': unassign,
  'nobody-assigned'({ directory, servicePrincipal }) {
    directory.appRoleAssignments = directory.appRoleAssignments.filter(
      ({ resourceId }) => resourceId !== servicePrincipal.id,
    );
  },
  'group-nested'(setting) {
    const { directory, application, user } = setting;
    unassign(setting);
    const group = (displayName: string, members: string[]) => ({
      id: guidFrom(`group ${displayName}`),
      displayName,
      description: displayName,
      createdDateTime: new Date().toISOString(),
      members,
    });
    const inner = group('Contact Centre Leads, Lisbon', [user.id]);
    const outer = group('Contact Centre Leads', [inner.id]);
    directory.groups = [...directory.groups.filter(({ id }) => id !== inner.id && id !== outer.id), inner, outer];
    assign(setting, outer.id, 'Group', application.appRoles.find(role => role.value === 'admin')?.id);
  },
  'user-disabled'({ user }) {
    user.accountEnabled = false;
  },
  'mail-empty'({ user }) {
    user.mail = null;
  },
};

function identify({ application }: Setting, identifiers: string[]): void {
  application.identifierUris = identifiers;
}

function answerTo({ application }: Setting, replyUrls: string[]): void {
  application.web.redirectUris = replyUrls;
  application.web.redirectUriSettings = replyUrls.map(uri => ({ uri, index: null }));
}

/** A connection of a setup that was given up. */
function earlierConnection({ account, connection }: Setting): EnhancedConnection {
  const name = sid('JQ', account.accountSid, 'earlier');
  const earlier = account.connections.find(held => held.name === name) ?? {
    ...connection,
    name,
    clientId: sid('', name, 'SinglePageApp'),
    active: false,
    friendlyName: 'Flex SSO (first attempt)',
    entityId: `urn:flex:${name}`,
    acsUrl: connection.acsUrl.replace(connection.name, name),
  };
  account.connections = [earlier, ...account.connections.filter(held => held !== earlier)];
  return earlier;
}

function revalue({ appRoles }: Setting['application'], from: string, to: string): void {
  for (const role of appRoles) if (role.value === from) role.value = to;
}

/** The user is neither assigned nor in a group that is. */
function unassign({ directory, servicePrincipal, user }: Setting): void {
  const isHere = ({ resourceId }: { resourceId: string }) => resourceId === servicePrincipal.id;
  const assigned = new Set(directory.appRoleAssignments.filter(isHere).map(({ principalId }) => principalId));
  for (const group of directory.groups)
    if (assigned.has(group.id)) group.members = group.members.filter(id => id !== user.id);
  directory.appRoleAssignments = directory.appRoleAssignments.filter(
    assignment => !(isHere(assignment) && assignment.principalId === user.id),
  );
}

function assign(
  { directory, servicePrincipal }: Setting,
  principalId: string,
  principalType: 'User' | 'Group',
  appRoleId = '',
): void {
  const principals: readonly { id: string; displayName: string }[] = [...directory.users, ...directory.groups];
  directory.appRoleAssignments.push({
    id: randomUUID(),
    appRoleId,
    createdDateTime: new Date().toISOString(),
    principalId,
    principalType,
    principalDisplayName: principals.find(({ id }) => id === principalId)?.displayName ?? '',
    resourceId: servicePrincipal.id,
  });
}
