export { loseLegacyApplication } from './history/tenant.js';
export { legacyAssertions, legacyIdentityProviderData, legacyServiceProvider } from './legacy-connection.js';
export { seedBeforeLoss, seedDirectory } from './seed.js';

import type { Cloud } from '../../endpoints.js';
import type { AppManagementPolicy, OwnAppManagementPolicy } from './app-management-policies.js';

/** Everything that the sandbox's Entra tenant holds. Plain JSON, with the names that Graph uses. */
export interface Directory {
  tenantId: string;
  /** The Microsoft cloud that it is in; global where it is absent. */
  cloud?: Cloud;
  displayName: string;
  /** The first one is the default. */
  verifiedDomains: VerifiedDomain[];
  /** The registration that flex-sso signs in with. */
  registration: { clientId: string; clientSecret: string };
  users: User[];
  groups: Group[];
  applications: Application[];
  servicePrincipals: ServicePrincipal[];
  signingKeys: SigningKey[];
  /** An assignment is never changed in place: see `world-parts.ts`. */
  appRoleAssignments: AppRoleAssignment[];
  claimsMappingPolicies: StsPolicy[];
  tokenIssuancePolicies: StsPolicy[];
  /** Which policy, of either kind, is assigned to which service principal. */
  policyAssignments: { servicePrincipalId: string; policyId: string }[];
  /** What the portal's "Attributes & Claims" blade wrote, by service principal; Graph shows it in beta alone. */
  claimsPolicies: Record<string, ClaimsPolicy>;
  appManagementPolicy: AppManagementPolicy;
  /** The policies of their own that applications have in its place, by object id of the application; absent where none has. */
  ownAppManagementPolicies?: Record<string, OwnAppManagementPolicy>;
  conditionalAccessPolicies: ConditionalAccessPolicy[];
  deletedApplications: Application[];
  /** What was deleted together with an application, by the object id of the application. */
  deletedParts: Record<string, DeletedParts>;
  /** Oldest first. */
  signIns: SignIn[];
  /** The faults that this tenant was made with. */
  history: string[];
}

export type DeletedParts = Pick<
  Directory,
  'servicePrincipals' | 'appRoleAssignments' | 'policyAssignments' | 'signingKeys' | 'claimsPolicies'
>;

interface VerifiedDomain {
  name: string;
  isDefault: boolean;
  isInitial: boolean;
}

export interface User {
  id: string;
  accountEnabled: boolean;
  userPrincipalName: string;
  mail: string | null;
  displayName: string;
  givenName: string;
  surname: string;
  department: string;
  jobTitle: string;
  officeLocation: string;
  employeeId: string;
  userType: string;
  createdDateTime: string;
  onPremisesExtensionAttributes?: Readonly<Record<string, string>>;
  /** What a directory extension holds. */
  [extension: `extension_${string}`]: string;
}

export interface Group {
  id: string;
  displayName: string;
  description: string;
  createdDateTime: string;
  /** Object ids of the direct members, groups among them. */
  members: string[];
}

export interface AppRole {
  id: string;
  allowedMemberTypes: string[];
  displayName: string;
  description: string;
  isEnabled: boolean;
  value: string | null;
}

export interface Application {
  id: string;
  deletedDateTime: string | null;
  appId: string;
  applicationTemplateId: string | null;
  createdDateTime: string;
  displayName: string;
  notes: string | null;
  signInAudience: string;
  publisherDomain: string;
  tags: string[];
  isFallbackPublicClient: boolean | null;
  /** Whether requests have to be signed; absent where they need not be. */
  requestSignatureVerification?: { isSignedRequestRequired: boolean; allowedWeakAlgorithms: string | null };
  /** The key that assertions are encrypted for; absent where they are not. */
  tokenEncryptionKeyId?: string;
  identifierUris: string[];
  appRoles: AppRole[];
  publicClient: { redirectUris: string[] };
  web: {
    homePageUrl: string | null;
    logoutUrl: string | null;
    redirectUris: string[];
    redirectUriSettings: { uri: string; index: number | null }[];
  };
}

/** Without what Graph mirrors from the application or derives from the keys. */
export interface ServicePrincipal {
  id: string;
  deletedDateTime: string | null;
  accountEnabled: boolean;
  appId: string;
  appOwnerOrganizationId: string;
  applicationTemplateId: string | null;
  displayName: string;
  notes: string | null;
  appRoleAssignmentRequired: boolean;
  loginUrl: string | null;
  notificationEmailAddresses: string[];
  preferredSingleSignOnMode: string | null;
  preferredTokenSigningKeyThumbprint: string | null;
  samlSingleSignOnSettings: { relayState: string | null } | null;
  servicePrincipalType: string;
  tags: string[];
}

/** A certificate of one service principal with the key that the sandbox's Entra signs with. */
export interface SigningKey {
  servicePrincipalId: string;
  displayName: string;
  /** SHA-1 of the certificate in upper-case hex. */
  thumbprint: string;
  signKeyId: string;
  verifyKeyId: string;
  startDateTime: string;
  endDateTime: string;
  /** DER in base64. */
  certificate: string;
  /** PKCS #8 PEM. */
  privateKey: string;
}

export interface AppRoleAssignment {
  id: string;
  appRoleId: string;
  createdDateTime: string;
  principalId: string;
  principalType: 'User' | 'Group' | 'ServicePrincipal';
  principalDisplayName: string;
  resourceId: string;
}

export interface StsPolicy {
  id: string;
  displayName: string;
  definition: string[];
  isOrganizationDefault: boolean;
}

interface ClaimsPolicy {
  id: string;
  includeBasicClaimSet: boolean;
  claims: PortalClaim[];
}

/** A claim as the portal keeps it: `name` absent for the NameID. */
export interface PortalClaim {
  name?: string;
  namespace?: string;
  source: string;
  attribute: string;
  transformation?: 'ExtractMailPrefix';
  /** Whom it is sent for alone, which no policy can say. */
  condition?: 'members' | 'allGuests';
}

export interface ConditionalAccessPolicy {
  id: string;
  displayName: string;
  state: 'enabled' | 'disabled' | 'enabledForReportingButNotEnforced';
  createdDateTime: string;
  includeApplications: string[];
  excludeApplications: string[];
}

export interface SignIn {
  id: string;
  createdDateTime: string;
  userId: string;
  appId: string;
  servicePrincipalId: string;
  ipAddress: string;
  errorCode: number;
  failureReason: string;
}
