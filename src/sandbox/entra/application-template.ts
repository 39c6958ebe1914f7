import type { Application, AppRole, ServicePrincipal } from './directory.js';

/** Microsoft's id of "any other application you don't find in the gallery". */
export const nonGalleryTemplateId = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621';

/** The two roles that every application of the template starts with. */
const templateRoles: readonly AppRole[] = [
  {
    id: '18d14569-c3bd-439b-9a66-3a2aee01d14f',
    allowedMemberTypes: ['User'],
    displayName: 'User',
    description: 'User',
    isEnabled: true,
    value: null,
  },
  {
    id: 'b9632174-c057-4f7e-951b-be3adc52bfe6',
    allowedMemberTypes: ['User'],
    displayName: 'msiam_access',
    description: 'msiam_access',
    isEnabled: true,
    value: null,
  },
];

export interface NewApplication {
  application: Application;
  servicePrincipal: ServicePrincipal;
}

/** An application and its service principal as the non-gallery template makes them. */
export function fromTemplate(options: {
  tenantId: string;
  publisherDomain: string;
  displayName: string;
  createdDateTime: string;
  id: string;
  appId: string;
  servicePrincipalId: string;
}): NewApplication {
  const { displayName, appId } = options;
  const homePageUrl =
    'https://account.activedirectory.windowsazure.com:444/applications/default.aspx?metadata=customappsso|ISV9.1|primary|z';
  const tags = ['WindowsAzureActiveDirectoryCustomSingleSignOnApplication', 'WindowsAzureActiveDirectoryIntegratedApp'];
  return {
    application: {
      id: options.id,
      deletedDateTime: null,
      appId,
      applicationTemplateId: nonGalleryTemplateId,
      createdDateTime: options.createdDateTime,
      displayName,
      notes: null,
      signInAudience: 'AzureADMyOrg',
      publisherDomain: options.publisherDomain,
      tags: [],
      isFallbackPublicClient: null,
      identifierUris: [],
      appRoles: structuredClone([...templateRoles]),
      publicClient: { redirectUris: [] },
      web: { homePageUrl, logoutUrl: null, redirectUris: [], redirectUriSettings: [] },
    },
    servicePrincipal: {
      id: options.servicePrincipalId,
      deletedDateTime: null,
      accountEnabled: true,
      appId,
      appOwnerOrganizationId: options.tenantId,
      applicationTemplateId: nonGalleryTemplateId,
      displayName,
      notes: null,
      appRoleAssignmentRequired: true,
      loginUrl: null,
      notificationEmailAddresses: [],
      preferredSingleSignOnMode: null,
      preferredTokenSigningKeyThumbprint: null,
      samlSingleSignOnSettings: null,
      servicePrincipalType: 'Application',
      tags,
    },
  };
}

/** A role that users and groups can be given. */
export function userRole(id: string, value: string, displayName: string): AppRole {
  return {
    id,
    allowedMemberTypes: ['User'],
    displayName,
    description: `${displayName} in Twilio Flex`,
    isEnabled: true,
    value,
  };
}
