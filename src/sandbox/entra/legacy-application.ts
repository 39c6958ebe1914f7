import { fromTemplate, userRole } from './application-template.js';
import type { Directory } from './directory.js';
import { guidFrom } from './identifiers.js';
import { addLegacyClaims } from './legacy-claims.js';
import { createSigningKey } from './self-signed-certificate.js';

export const legacyAppId = guidFrom('Twilio Flex appId');
export const legacyServicePrincipalId = guidFrom('Twilio Flex service principal');
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
export async function addLegacyApplication(
  directory: Directory,
  accountSid: string,
  faults: ReadonlySet<string>,
): Promise<void> {
  const { application, servicePrincipal } = fromTemplate({
    tenantId: directory.tenantId,
    publisherDomain: directory.verifiedDomains[0]?.name ?? '',
    displayName: 'Twilio Flex',
    createdDateTime: '2021-03-02T09:12:41.000Z',
    id: guidFrom('Twilio Flex application'),
    appId: legacyAppId,
    servicePrincipalId: legacyServicePrincipalId,
  });
  const { identifier, replyUrl } =
    legacyUrls(accountSid)[faults.has('legacy-preview-identifier') ? 'older' : 'current'];
  application.identifierUris = [identifier];
  application.web.redirectUris = faults.has('legacy-trailing-slash') ? [`${replyUrl}/`, replyUrl] : [replyUrl];
  application.web.redirectUriSettings = application.web.redirectUris.map(uri => ({ uri, index: null }));
  for (const [value, id] of Object.entries(roleIds))
    application.appRoles.push(userRole(id, value, titles[value] ?? ''));

  const key = await createLegacyKey(faults);
  servicePrincipal.preferredSingleSignOnMode = faults.has('legacy-without-mode') ? null : 'saml';
  servicePrincipal.preferredTokenSigningKeyThumbprint = key.thumbprint;
  servicePrincipal.notificationEmailAddresses = [`it-operations@${application.publisherDomain}`];

  directory.applications.push(application);
  directory.servicePrincipals.push(servicePrincipal);
  directory.signingKeys.push(key);
  addLegacyClaims(directory, legacyServicePrincipalId, faults);
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

/** What the name of a team's group begins with; large tenants have some. */
export const teamName = 'Contact Centre Team';

const titles: Record<string, string> = {
  admin: 'Flex Admin',
  supervisor: 'Flex Supervisor',
  agent: 'Flex Agent',
  'wfo.full_access': 'WFO Full Access',
};

/** Made a year ago, unless it is soon to end, or has ended, after its three years. */
async function createLegacyKey(faults: ReadonlySet<string>) {
  const days = 24 * 60 * 60 * 1000;
  const left = faults.has('legacy-certificate-expired')
    ? -10
    : faults.has('legacy-certificate-expiring')
      ? 20
      : 2 * 365;
  const notAfter = new Date(Date.now() + left * days);
  const notBefore = new Date(notAfter.getTime() - 3 * 365 * days);
  const commonName = 'Microsoft Azure Federated SSO Certificate';
  return createSigningKey({ servicePrincipalId: legacyServicePrincipalId, commonName, notBefore, notAfter });
}

/** What the two forms of the legacy connection are called, and where they receive responses. */
export function legacyUrls(accountSid: string) {
  const current = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2`;
  const older = `https://preview.twilio.com/iam/Accounts/${accountSid}/saml2`;
  return {
    current: { identifier: `${current}/metadata`, replyUrl: current },
    older: { identifier: older, replyUrl: older },
  };
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
  directory.policyAssignments.push({ servicePrincipalId: legacyServicePrincipalId, policyId });
}

/** Roles by user, but for the agents who have theirs through the group. Where there are teams, everybody has their own. */
function addAssignments(directory: Directory): void {
  const agents = directory.groups[0];
  const teams = directory.groups.filter(({ displayName }) => displayName.startsWith(teamName));
  const assign = (principalId: string, principalType: 'User' | 'Group', principalDisplayName: string, value: string) =>
    directory.appRoleAssignments.push({
      id: guidFrom(`assignment ${principalId} ${value}`),
      appRoleId: roleIds[value] ?? '',
      createdDateTime: '2021-03-03T08:00:00.000Z',
      principalId,
      principalType,
      principalDisplayName,
      resourceId: legacyServicePrincipalId,
    });
  if (agents) assign(agents.id, 'Group', agents.displayName, 'agent');
  for (const team of teams) assign(team.id, 'Group', team.displayName, 'agent');
  const throughGroup = new Set(teams.length > 0 ? [] : agents?.members);
  for (const [position, roles] of rolesByPosition(directory.users.length).entries()) {
    const user = directory.users[position];
    if (!user || throughGroup.has(user.id)) continue;
    for (const value of roles) assign(user.id, 'User', user.displayName, value);
  }
}
