/**
 * The properties of the entities that the sandbox serves, as Microsoft publishes them: microsoftgraph/msgraph-metadata,
 * schemas/v1.0-Prod.csdl, commit f54f11b6 (MIT). Those that an entity takes over from its base are there, too.
 */
const properties = {
  application:
    'addIns api appId applicationTemplateId appRoles authenticationBehaviors certification createdByAppId ' +
    'createdDateTime defaultRedirectUri deletedDateTime description disabledByMicrosoftStatus displayName ' +
    'groupMembershipClaims id identifierUris info isDeviceOnlyAuthSupported isDisabled ' +
    'isFallbackPublicClient keyCredentials logo managerApplications nativeAuthenticationApisEnabled notes ' +
    'oauth2RequirePostResponse optionalClaims parentalControlSettings passwordCredentials publicClient ' +
    'publisherDomain requestSignatureVerification requiredResourceAccess samlMetadataUrl ' +
    'serviceManagementReference servicePrincipalLockConfiguration signInAudience spa tags ' +
    'tokenEncryptionKeyId uniqueName verifiedPublisher web',
  appRole: 'allowedMemberTypes description displayName id isEnabled origin value',
  appRoleAssignment:
    'appRoleId createdDateTime deletedDateTime id principalDisplayName principalId principalType ' +
    'resourceDisplayName resourceId',
  conditionalAccessPolicy:
    'conditions createdDateTime deletedDateTime description displayName grantControls id modifiedDateTime ' +
    'sessionControls state templateId',
  group:
    'accessType allowExternalSenders assignedLabels assignedLicenses autoSubscribeNewMembers ' +
    'classification createdDateTime deletedDateTime description displayName expirationDateTime groupTypes ' +
    'hasMembersWithLicenseErrors hideFromAddressLists hideFromOutlookClients id infoCatalogs isArchived ' +
    'isAssignableToRole isFavorite isManagementRestricted isSubscribedByMail licenseProcessingState mail ' +
    'mailEnabled mailNickname membershipRule membershipRuleProcessingState onPremisesDomainName ' +
    'onPremisesExtensionAttributes onPremisesLastSyncDateTime onPremisesNetBiosName ' +
    'onPremisesProvisioningErrors onPremisesSamAccountName onPremisesSecurityIdentifier ' +
    'onPremisesSyncEnabled organizationId preferredDataLocation preferredLanguage proxyAddresses ' +
    'renewedDateTime resourceBehaviorOptions resourceProvisioningOptions securityEnabled ' +
    'securityIdentifier serviceProvisioningErrors theme uniqueName unseenConversationsCount unseenCount ' +
    'unseenMessagesCount visibility welcomeMessageEnabled',
  organization:
    'assignedPlans businessPhones city country countryLetterCode createdDateTime defaultUsageLocation ' +
    'deletedDateTime displayName id marketingNotificationEmails mobileDeviceManagementAuthority ' +
    'onPremisesLastSyncDateTime onPremisesSyncEnabled partnerTenantType postalCode preferredLanguage ' +
    'privacyProfile provisionedPlans securityComplianceNotificationMails ' +
    'securityComplianceNotificationPhones state street technicalNotificationMails tenantType ' +
    'verifiedDomains',
  servicePrincipal:
    'accountEnabled addIns alternativeNames appDescription appDisplayName appId applicationTemplateId ' +
    'appOwnerOrganizationId appRoleAssignmentRequired appRoles createdByAppId customSecurityAttributes ' +
    'deletedDateTime description disabledByMicrosoftStatus displayName homepage id info isDisabled ' +
    'keyCredentials loginUrl logoutUrl notes notificationEmailAddresses oauth2PermissionScopes ' +
    'passwordCredentials preferredSingleSignOnMode preferredTokenSigningKeyThumbprint replyUrls ' +
    'resourceSpecificApplicationPermissions samlSingleSignOnSettings servicePrincipalNames ' +
    'servicePrincipalType signInAudience tags tokenEncryptionKeyId verifiedPublisher',
  signIn:
    'appDisplayName appId appliedConditionalAccessPolicies authenticationAppDeviceDetails clientAppUsed ' +
    'conditionalAccessStatus correlationId createdDateTime deviceDetail homeTenantId id ipAddress ' +
    'isInteractive location resourceDisplayName resourceId resourceTenantId riskDetail riskEventTypes ' +
    'riskEventTypes_v2 riskLevelAggregated riskLevelDuringSignIn riskState servicePrincipalId ' +
    'servicePrincipalName status userAgent userDisplayName userId userPrincipalName',
  stsPolicy: 'definition deletedDateTime description displayName id isOrganizationDefault',
  user:
    'aboutMe accountEnabled ageGroup assignedLicenses assignedPlans authorizationInfo birthday ' +
    'businessPhones city companyName consentProvidedForMinor country createdDateTime creationType ' +
    'customSecurityAttributes deletedDateTime department deviceEnrollmentLimit displayName ' +
    'employeeHireDate employeeId employeeLeaveDateTime employeeOrgData employeeType externalUserState ' +
    'externalUserStateChangeDateTime faxNumber givenName hireDate id identities identityParentId ' +
    'imAddresses interests isManagementRestricted isResourceAccount jobTitle lastPasswordChangeDateTime ' +
    'legalAgeGroupClassification licenseAssignmentStates mail mailboxSettings mailNickname mobilePhone ' +
    'mySite officeLocation onPremisesDistinguishedName onPremisesDomainName onPremisesExtensionAttributes ' +
    'onPremisesImmutableId onPremisesLastSyncDateTime onPremisesProvisioningErrors ' +
    'onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled ' +
    'onPremisesUserPrincipalName otherMails passwordPolicies passwordProfile pastProjects postalCode ' +
    'preferredDataLocation preferredLanguage preferredName print provisionedPlans proxyAddresses ' +
    'responsibilities schools securityIdentifier serviceProvisioningErrors showInAddressList ' +
    'signInActivity signInSessionsValidFromDateTime skills state streetAddress surname usageLocation ' +
    'userPrincipalName userType',
  // It is not in the schema's part that is published with it.
  appManagementPolicy: 'id deletedDateTime description displayName isEnabled restrictions',
} as const;

type EntityType = keyof typeof properties;

/** What a collection holds, by its name in Graph. Of directory objects each kind that a group or a policy lists here. */
const held: Readonly<Record<string, readonly EntityType[]>> = {
  applications: ['application'],
  appRoles: ['appRole'],
  appRoleAssignments: ['appRoleAssignment'],
  appManagementPolicies: ['appManagementPolicy'],
  claimsMappingPolicies: ['stsPolicy'],
  'conditionalAccess/policies': ['conditionalAccessPolicy'],
  directoryObjects: ['user', 'group', 'servicePrincipal', 'application'],
  groups: ['group'],
  organization: ['organization'],
  servicePrincipals: ['servicePrincipal'],
  signIns: ['signIn'],
  tokenIssuancePolicies: ['stsPolicy'],
  users: ['user'],
};

/** The property of a directory's own, which anyone may add to the schema. */
const extension = /^extension_[0-9a-f]{32}_\w+$/;

/** What a collection holds, for an answer; and whether an entity of it can have a property. */
export function schemaOf(collection: string): { type: string; has(property: string): boolean } {
  const types = Object.entries(held).find(([name]) => `/${collection}`.endsWith(`/${name}`))?.[1] ?? [];
  const names = new Set(types.flatMap(type => properties[type].split(' ')));
  const [type = 'entity'] = types.length > 1 ? ['directoryObject'] : types;
  return { type: `microsoft.graph.${type}`, has: property => names.has(property) || extension.test(property) };
}
