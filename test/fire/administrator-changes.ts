import { randomUUID } from 'node:crypto';
import type { Directory, StsPolicy } from '../../src/sandbox/entra/directory.js';

/** The application that an administrator works on, with what belongs to it. */
export interface Target {
  directory: Directory;
  application: Directory['applications'][number];
  principal: Directory['servicePrincipals'][number];
}

/** Something that an administrator does in Entra while flex-sso is not looking. */
export interface AdministratorChange {
  name: string;
  /** The directions in which flex-sso may need it otherwise: then it stops, and undoes nothing that is not approved by name. */
  stops: readonly ('forward' | 'back')[];
  /** Does it, if there is something to do it to. */
  make(target: Target): void;
  /** What it is about, as it is now: to see whether it was done, and whether it is kept. */
  state(target: Target): unknown;
}

const [otherIdentifier, otherUrl, otherAddress] = [
  'urn:of-the-administrator',
  'https://flex.example/administrator',
  'ann@example.com',
];

const assignmentsOf = ({ directory, principal }: Target) =>
  directory.appRoleAssignments.filter(({ resourceId }) => resourceId === principal.id);
const isEnhanced = (value: string) => /JQ[0-9a-f]{32}/.test(value);
const isLegacy = (value: string) => value.includes('/saml2');

const setting = (
  name: string,
  stops: AdministratorChange['stops'],
  make: AdministratorChange['make'],
  state: AdministratorChange['state'],
): AdministratorChange => ({ name, stops, make, state });

const identifiers = (is: (value: string) => boolean) => (target: Target) => target.application.identifierUris.some(is);
const urls = (is: (value: string) => boolean) => (target: Target) => target.application.web.redirectUris.some(is);

function removeValues({ application }: Target, where: 'identifierUris' | 'web', is: (value: string) => boolean): void {
  if (where === 'identifierUris') application.identifierUris = application.identifierUris.filter(value => !is(value));
  else {
    const { web } = application;
    web.redirectUris = web.redirectUris.filter(value => !is(value));
    web.redirectUriSettings = web.redirectUriSettings.filter(({ uri }) => !is(uri));
  }
}

type Kind = 'claimsMappingPolicies' | 'tokenIssuancePolicies';

const assigned = ({ directory, principal }: Target, kind: Kind): StsPolicy | undefined =>
  directory[kind].find(({ id }) =>
    directory.policyAssignments.some(one => one.policyId === id && one.servicePrincipalId === principal.id),
  );

function unassign({ directory, principal }: Target, kind: Kind): void {
  const ids = directory[kind].map(({ id }) => id);
  directory.policyAssignments = directory.policyAssignments.filter(
    one => one.servicePrincipalId !== principal.id || !ids.includes(one.policyId),
  );
}

function assignNew(target: Target, kind: Kind, content: object): void {
  unassign(target, kind);
  const policy = {
    id: randomUUID(),
    displayName: 'Of the administrator',
    definition: [JSON.stringify(content)],
    isOrganizationDefault: false,
  };
  target.directory[kind].push(policy);
  target.directory.policyAssignments.push({ servicePrincipalId: target.principal.id, policyId: policy.id });
}

const emailOnly = {
  ClaimsMappingPolicy: {
    Version: 1,
    IncludeBasicClaimSet: 'true',
    ClaimsSchema: [{ Source: 'user', ID: 'mail', SamlClaimType: 'email' }],
  },
};
const tokenOnly = {
  TokenIssuancePolicy: {
    Version: 1,
    SigningAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    TokenResponseSigningPolicy: 'TokenOnly',
    SamlTokenVersion: '2.0',
  },
};
const department = { Source: 'user', ID: 'department', SamlClaimType: 'department' };

const policyState = (kind: Kind) => (target: Target) => {
  const policy = assigned(target, kind);
  return policy && [policy.id, policy.definition];
};

/** Every kind of thing that flex-sso writes, and what an administrator may do to it. */
export const administratorChanges: readonly AdministratorChange[] = [
  setting(
    'removes an assignment',
    [],
    target => {
      const [first] = assignmentsOf(target);
      target.directory.appRoleAssignments = target.directory.appRoleAssignments.filter(one => one !== first);
    },
    target => assignmentsOf(target).length,
  ),
  setting(
    'assigns somebody else',
    [],
    target => {
      const held = assignmentsOf(target);
      const user = target.directory.users.find(({ id }) => held.every(({ principalId }) => principalId !== id));
      const [like] = held;
      if (!user || !like) return;
      target.directory.appRoleAssignments.push({
        ...like,
        id: randomUUID(),
        principalId: user.id,
        principalType: 'User',
        principalDisplayName: user.displayName,
      });
    },
    target => assignmentsOf(target).length,
  ),
  setting(
    'switches a role off',
    ['forward'],
    ({ application }) => {
      const role = application.appRoles.find(({ value }) => value === 'supervisor');
      if (role) role.isEnabled = false;
    },
    ({ application }) => application.appRoles.map(({ value, isEnabled }) => [value, isEnabled]),
  ),
  setting(
    'adds a role',
    [],
    ({ application }) => {
      application.appRoles.push({
        id: randomUUID(),
        allowedMemberTypes: ['User'],
        displayName: 'Auditor',
        description: 'Auditor',
        isEnabled: true,
        value: 'auditor',
      });
    },
    ({ application }) => application.appRoles.map(({ value }) => value),
  ),
  setting(
    'adds a certificate and makes it the active one',
    [],
    ({ directory, principal }) => {
      const like = directory.signingKeys.find(({ servicePrincipalId }) => servicePrincipalId !== principal.id);
      if (!like) return;
      directory.signingKeys.push({
        ...like,
        servicePrincipalId: principal.id,
        displayName: 'CN=Of the administrator',
        signKeyId: randomUUID(),
        verifyKeyId: randomUUID(),
      });
      principal.preferredTokenSigningKeyThumbprint = like.thumbprint;
    },
    ({ directory, principal }) => [
      principal.preferredTokenSigningKeyThumbprint,
      directory.signingKeys.filter(({ servicePrincipalId }) => servicePrincipalId === principal.id).length,
    ],
  ),
  setting(
    'adds an identifier',
    [],
    ({ application }) => void application.identifierUris.push(otherIdentifier),
    identifiers(value => value === otherIdentifier),
  ),
  setting(
    'adds a reply URL',
    [],
    ({ application }) => void application.web.redirectUris.push(otherUrl),
    urls(value => value === otherUrl),
  ),
  setting(
    'removes the enhanced identifier',
    ['forward'],
    target => removeValues(target, 'identifierUris', isEnhanced),
    identifiers(isEnhanced),
  ),
  setting(
    'removes the enhanced reply URL',
    ['forward'],
    target => removeValues(target, 'web', isEnhanced),
    urls(isEnhanced),
  ),
  setting(
    'removes the legacy identifier',
    ['back'],
    target => removeValues(target, 'identifierUris', isLegacy),
    identifiers(isLegacy),
  ),
  setting(
    'adds an address to be notified',
    [],
    ({ principal }) => void principal.notificationEmailAddresses.push(otherAddress),
    ({ principal }) => principal.notificationEmailAddresses,
  ),
  setting(
    'removes the addresses to be notified',
    [],
    ({ principal }) => {
      principal.notificationEmailAddresses = [];
    },
    ({ principal }) => principal.notificationEmailAddresses,
  ),
  setting(
    'lets everybody log in without an assignment, or nobody',
    [],
    ({ principal }) => {
      principal.appRoleAssignmentRequired = !principal.appRoleAssignmentRequired;
    },
    ({ principal }) => principal.appRoleAssignmentRequired,
  ),
  setting(
    'replaces the claims policy',
    ['forward'],
    target => assignNew(target, 'claimsMappingPolicies', emailOnly),
    policyState('claimsMappingPolicies'),
  ),
  setting(
    'takes the claims policy away',
    ['forward'],
    target => unassign(target, 'claimsMappingPolicies'),
    policyState('claimsMappingPolicies'),
  ),
  setting(
    'lets the claims policy say more',
    ['back'],
    target => {
      const policy = assigned(target, 'claimsMappingPolicies');
      if (!policy) return;
      const content = JSON.parse(policy.definition[0] ?? '') as typeof emailOnly;
      content.ClaimsMappingPolicy.ClaimsSchema.push(department);
      policy.definition = [JSON.stringify(content)];
    },
    policyState('claimsMappingPolicies'),
  ),
  setting(
    'assigns the claims policy to a second application',
    [],
    target => {
      const policy = assigned(target, 'claimsMappingPolicies');
      const second = target.directory.servicePrincipals.find(({ displayName }) => displayName === 'flex-sso');
      if (!policy || !second) return;
      target.directory.policyAssignments.push({ servicePrincipalId: second.id, policyId: policy.id });
    },
    ({ directory }) => {
      const second = directory.servicePrincipals.find(({ displayName }) => displayName === 'flex-sso');
      const ids = directory.policyAssignments.filter(one => one.servicePrincipalId === second?.id);
      return ids.map(({ policyId }) => directory.claimsMappingPolicies.find(({ id }) => id === policyId)?.definition);
    },
  ),
  setting(
    'lets Entra sign the assertion alone',
    ['forward'],
    target => assignNew(target, 'tokenIssuancePolicies', tokenOnly),
    policyState('tokenIssuancePolicies'),
  ),
  setting(
    'changes the single sign-on method',
    ['forward', 'back'],
    ({ principal }) => {
      principal.preferredSingleSignOnMode = 'password';
    },
    ({ principal }) => principal.preferredSingleSignOnMode,
  ),
  setting(
    'renames the application',
    [],
    ({ application, principal }) => {
      application.displayName = 'Renamed by the administrator';
      principal.displayName = application.displayName;
    },
    ({ application }) => application.displayName,
  ),
];
