import { randomBytes } from 'node:crypto';
import type { Cloud } from '../../endpoints.js';
import { historyAmong } from '../faults.js';
import { sid } from '../flex/sids.js';
import { fromTemplate } from './application-template.js';
import type { Directory, Group } from './directory.js';
import { changeAssignments, changePeople } from './history/people.js';
import { changeTenant, loseLegacyApplication } from './history/tenant.js';
import { guidFrom } from './identifiers.js';
import { addLegacyApplication, rolesByPosition, teamName } from './legacy-application.js';
import { createUsers } from './people.js';

/**
 * A tenant with a history: people, groups and the SAML application that the legacy connection of this Flex account
 * uses. Two calls give the same objects; only keys and the client secret are new each time.
 */
export async function seedDirectory(options: SeedOptions): Promise<Directory> {
  const directory = await seedBeforeLoss(options);
  loseLegacyApplication(directory);
  return directory;
}

interface SeedOptions {
  accountSid: string;
  /** Global where it is absent. */
  cloud?: Cloud | undefined;
  users: number;
  /** Faults by name; those of the tenant's history take effect here. */
  faults?: Iterable<string> | undefined;
  /** What the enhanced connection of the account will be called. */
  entityId?: string;
}

/** The tenant as long as its legacy application is there, whatever becomes of it in the end. */
export async function seedBeforeLoss(options: SeedOptions): Promise<Directory> {
  const domain = 'harborline.example';
  const tenantId = guidFrom(`tenant of ${options.accountSid}`);
  const clientId = guidFrom('flex-sso client');
  const users = createUsers(options.users, domain);
  const directory: Directory = {
    tenantId,
    ...(options.cloud && { cloud: options.cloud }),
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
    deletedParts: {},
    signIns: [],
    history: [],
  };
  addRegistration(directory);
  const history = new Set(historyAmong(options.faults ?? []));
  directory.history = [...history];
  changePeople(directory, history);
  await addLegacyApplication(directory, options.accountSid, history);
  changeAssignments(directory, history);
  const { accountSid, entityId = `urn:flex:${sid('JQ', accountSid)}` } = options;
  changeTenant(directory, history, { accountSid, entityId });
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
    ...Array.from({ length: teamsOf(userIds.length) }, (_, team) =>
      group(
        `${teamName} ${team + 1}`,
        'A team of agents',
        userIds.filter((_, position) => position % teamsOf(userIds.length) === team),
      ),
    ),
  ];
}

/** None in a small tenant; with the agents' group ten thousand people make sixty assigned groups. */
const teamsOf = (users: number) => (users > 200 ? Math.max(1, Math.round((users * 6) / 1000) - 1) : 0);

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
