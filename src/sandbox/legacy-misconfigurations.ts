import { otherTenantId, ssoUrlOf } from './entra/addresses.js';
import type { Application, Directory, ServicePrincipal } from './entra/directory.js';
import { legacyAppId, legacyUrls } from './entra/legacy-application.js';
import type { FlexAccount } from './flex/account.js';
import type { World } from './host.js';

/** What a misconfiguration of the legacy connection touches. */
interface LegacySetting {
  directory: Directory;
  account: FlexAccount;
  application: Application;
  servicePrincipal: ServicePrincipal;
}

const isLegacy = (value: string) => /\/saml2(\/|$)/.test(value);

/** What can be wrong with the legacy connection in Flex, and with the application that it logs people in through. */
export const legacyMisconfigurations: Readonly<Record<string, (setting: LegacySetting) => void>> = {
  'legacy-entity-id-missing'({ application }) {
    application.identifierUris = application.identifierUris.filter(uri => !isLegacy(uri));
  },
  'legacy-acs-url-missing'({ application: { web } }) {
    web.redirectUris = web.redirectUris.filter(uri => !isLegacy(uri));
    web.redirectUriSettings = web.redirectUriSettings.filter(({ uri }) => !isLegacy(uri));
  },
  'legacy-older-form'({ account }) {
    const { identifier, replyUrl } = legacyUrls(account.accountSid).older;
    Object.assign(account.legacy, { entityId: identifier, acsUrl: replyUrl });
  },
  'legacy-application-deleted'({ directory, application, servicePrincipal }) {
    directory.applications = directory.applications.filter(held => held !== application);
    directory.servicePrincipals = directory.servicePrincipals.filter(held => held !== servicePrincipal);
    directory.deletedApplications.push({ ...application, deletedDateTime: new Date().toISOString() });
  },
  'legacy-application-disabled'({ servicePrincipal }) {
    servicePrincipal.accountEnabled = false;
  },
  'legacy-nobody-assigned'({ directory, servicePrincipal }) {
    servicePrincipal.appRoleAssignmentRequired = true;
    directory.appRoleAssignments = directory.appRoleAssignments.filter(
      ({ resourceId }) => resourceId !== servicePrincipal.id,
    );
  },
  'legacy-signed-requests'({ application }) {
    application.requestSignatureVerification = { isSignedRequestRequired: true, allowedWeakAlgorithms: null };
  },
  'legacy-no-signing-key'({ directory, servicePrincipal }) {
    directory.signingKeys = directory.signingKeys.filter(key => key.servicePrincipalId !== servicePrincipal.id);
  },
  'legacy-certificate-expired'({ directory, servicePrincipal }) {
    for (const key of directory.signingKeys)
      if (key.servicePrincipalId === servicePrincipal.id) key.endDateTime = new Date(Date.now() - 1000).toISOString();
  },
  'legacy-wrong-tenant'({ account, directory }) {
    account.legacy.identityProviderData.ssoUrl = ssoUrlOf({ ...directory, tenantId: otherTenantId });
  },
  'legacy-sso-url-wrong'({ account: { legacy } }) {
    legacy.identityProviderData.ssoUrl = legacy.identityProviderData.ssoUrl.replace(/saml2$/, 'wsfed');
  },
  'legacy-trusted-url-missing'({ account }) {
    account.legacy.trustedUrls = [];
  },
};

/** Undefined where the tenant has no legacy application any more. */
export function legacySettingOf({ directory, account }: World): LegacySetting | undefined {
  const application = directory.applications.find(({ appId }) => appId === legacyAppId);
  const servicePrincipal = directory.servicePrincipals.find(({ appId }) => appId === legacyAppId);
  return application && servicePrincipal && { directory, account, application, servicePrincipal };
}
