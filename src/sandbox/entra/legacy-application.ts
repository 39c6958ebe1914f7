import { fromTemplate, userRole } from './application-template.js';
import type { Directory, PortalClaim } from './directory.js';
import { guidFrom } from './identifiers.js';
import { createSigningKey } from './self-signed-certificate.js';

export const legacyAppId = guidFrom('Twilio Flex appId');
const servicePrincipalId = guidFrom('Twilio Flex service principal');
const roleIds = Object.fromEntries(
  ['admin', 'supervisor', 'agent', 'wfo.full_access'].map(value => [value, guidFrom(`Twilio Flex role ${value}`)]),
);

/** Who has which roles: those in charge come first, with a supervisor for every eight people. */
export function rolesByPosition(users: number): string[][] {
  const admins = users > 20 ? 2 : 1;
  const supervisors = Math.ceil(users / 8);
  return Array.from({ length: users }, (_, position) => {
    if (position === 0) return ['admin', 'wfo.full_access'];
    if (position < admins) return ['admin'];
    return [position < admins + supervisors ? 'supervisor' : 'agent'];
  });
}

/** Adds the application that has sent people to the legacy connection for years, made in the portal by Twilio's guide. */
export async function addLegacyApplication(directory: Directory, accountSid: string): Promise<void> {
  const { application, servicePrincipal } = fromTemplate({
    tenantId: directory.tenantId,
    publisherDomain: directory.verifiedDomains[0]?.name ?? '',
    displayName: 'Twilio Flex',
    createdDateTime: '2021-03-02T09:12:41.000Z',
    id: guidFrom('Twilio Flex application'),
    appId: legacyAppId,
    servicePrincipalId,
  });
  application.identifierUris = [`https://iam.twilio.com/v1/Accounts/${accountSid}/saml2/metadata`];
  const replyUrl = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2`;
  application.web.redirectUris = [replyUrl];
  application.web.redirectUriSettings = [{ uri: replyUrl, index: null }];
  for (const [value, id] of Object.entries(roleIds))
    application.appRoles.push(userRole(id, value, titles[value] ?? ''));

  const key = await createLegacyKey();
  servicePrincipal.preferredSingleSignOnMode = 'saml';
  servicePrincipal.preferredTokenSigningKeyThumbprint = key.thumbprint;
  servicePrincipal.notificationEmailAddresses = [`it-operations@${application.publisherDomain}`];

  directory.applications.push(application);
  directory.servicePrincipals.push(servicePrincipal);
  directory.signingKeys.push(key);
  directory.claimsPolicies[servicePrincipalId] = {
    id: guidFrom('Twilio Flex claims'),
    includeBasicClaimSet: false,
    claims: portalClaims,
  };
  addSigningOption(directory);
  addAssignments(directory);
  directory.conditionalAccessPolicies.push({
    id: guidFrom('Twilio Flex conditional access'),
    displayName: 'Twilio Flex: require multifactor authentication',
    state: 'enabled',
    createdDateTime: '2023-05-16T07:45:10.000Z',
    includeApplications: [legacyAppId],
    excludeApplications: [],
  });
}

const titles: Record<string, string> = {
  admin: 'Flex Admin',
  supervisor: 'Flex Supervisor',
  agent: 'Flex Agent',
  'wfo.full_access': 'WFO Full Access',
};

/** Entra's default NameID, and the three claims that the guide asks for. */
const portalClaims: PortalClaim[] = [
  { source: 'user', attribute: 'userprincipalname' },
  { name: 'email', source: 'user', attribute: 'mail' },
  { name: 'full_name', source: 'user', attribute: 'displayname' },
  { name: 'roles', source: 'user', attribute: 'assignedroles' },
];

async function createLegacyKey() {
  const notBefore = new Date();
  notBefore.setUTCFullYear(notBefore.getUTCFullYear() - 1);
  const commonName = 'Microsoft Azure Federated SSO Certificate';
  return createSigningKey({ servicePrincipalId, commonName, notBefore });
}

function addSigningOption(directory: Directory): void {
  const policyId = guidFrom('Twilio Flex signing option');
  directory.tokenIssuancePolicies.push({
    id: policyId,
    displayName: 'Sign SAML response and assertion (Twilio Flex)',
    definition: [
      JSON.stringify({
        TokenIssuancePolicy: {
          Version: 1,
          SigningAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
          TokenResponseSigningPolicy: 'ResponseAndToken',
          SamlTokenVersion: '2.0',
        },
      }),
    ],
    isOrganizationDefault: false,
  });
  directory.policyAssignments.push({ servicePrincipalId, policyId });
}

/** Roles by user, but for the agents who have theirs through the group. */
function addAssignments(directory: Directory): void {
  const agents = directory.groups[0];
  const assign = (principalId: string, principalType: 'User' | 'Group', principalDisplayName: string, value: string) =>
    directory.appRoleAssignments.push({
      id: guidFrom(`assignment ${principalId} ${value}`),
      appRoleId: roleIds[value] ?? '',
      createdDateTime: '2021-03-03T08:00:00.000Z',
      principalId,
      principalType,
      principalDisplayName,
      resourceId: servicePrincipalId,
    });
  if (agents) assign(agents.id, 'Group', agents.displayName, 'agent');
  const throughGroup = new Set(agents?.members);
  for (const [position, roles] of rolesByPosition(directory.users.length).entries()) {
    const user = directory.users[position];
    if (!user || throughGroup.has(user.id)) continue;
    for (const value of roles) assign(user.id, 'User', user.displayName, value);
  }
}
