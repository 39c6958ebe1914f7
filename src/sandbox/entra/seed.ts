import { randomBytes } from 'node:crypto';
import { fromTemplate } from './application-template.js';
import type { Directory, Group } from './directory.js';
import { guidFrom } from './identifiers.js';
import { addLegacyApplication, rolesByPosition } from './legacy-application.js';
import { createUsers } from './people.js';

/**
 * A tenant with a history: people, groups and the SAML application that the legacy connection of this Flex account
 * uses. Two calls give the same objects; only keys and the client secret are new each time.
 */
export async function seedDirectory(options: { accountSid: string; users: number }): Promise<Directory> {
  const domain = 'harborline.example';
  const tenantId = guidFrom(`tenant of ${options.accountSid}`);
  const clientId = guidFrom('flex-sso client');
  const users = createUsers(options.users, domain);
  const directory: Directory = {
    tenantId,
    displayName: 'Harborline Travel',
    verifiedDomains: [
      { name: domain, isDefault: true, isInitial: false },
      { name: `support.${domain}`, isDefault: false, isInitial: false },
      { name: 'harborline.onmicrosoft.com', isDefault: false, isInitial: true },
    ],
    registration: { clientId, clientSecret: randomBytes(30).toString('base64url') },
    users,
    groups: createGroups(users.map(user => user.id)),
    applications: [],
    servicePrincipals: [],
    signingKeys: [],
    appRoleAssignments: [],
    claimsMappingPolicies: [],
    tokenIssuancePolicies: [],
    policyAssignments: [],
    claimsPolicies: {},
    appManagementPolicy: { isEnabled: true, excludeSaml: true },
    conditionalAccessPolicies: [],
    deletedApplications: [],
    signIns: [],
  };
  addRegistration(directory);
  await addLegacyApplication(directory, options.accountSid);
  return directory;
}

/** Every third agent is in the agents' group and has the role through it. */
function createGroups(userIds: readonly string[]): Group[] {
  const roles = rolesByPosition(userIds.length);
  const withRole = (role: string) => userIds.filter((_, position) => roles[position]?.includes(role));
  const group = (displayName: string, description: string, members: string[]): Group => ({
    id: guidFrom(`group ${displayName}`),
    displayName,
    description,
    createdDateTime: '2021-03-02T09:00:00.000Z',
    members,
  });
  return [
    group(
      'Contact Centre Agents',
      'Agents who log in to Twilio Flex',
      withRole('agent').filter((_, position) => position % 3 === 0),
    ),
    group('Contact Centre Supervisors', 'Team leads of the contact centre', withRole('supervisor')),
    group('All Staff', 'Everybody at Harborline Travel', [...userIds]),
  ];
}

/** The registration of flex-sso itself: a client with a secret that may also sign people in at http://localhost. */
function addRegistration(directory: Directory): void {
  const { application, servicePrincipal } = fromTemplate({
    tenantId: directory.tenantId,
    publisherDomain: 'harborline.example',
    displayName: 'flex-sso',
    createdDateTime: '2026-01-12T10:15:00.000Z',
    id: guidFrom('flex-sso application'),
    appId: directory.registration.clientId,
    servicePrincipalId: guidFrom('flex-sso service principal'),
  });
  const notFromTemplate = { applicationTemplateId: null, appRoleAssignmentRequired: false, tags: [] };
  directory.servicePrincipals.push({ ...servicePrincipal, ...notFromTemplate });
  directory.applications.push({
    ...application,
    applicationTemplateId: null,
    appRoles: [],
    isFallbackPublicClient: true,
    publicClient: { redirectUris: ['http://localhost'] },
    web: { ...application.web, homePageUrl: null },
  });
}
