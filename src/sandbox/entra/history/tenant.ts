import type { HistoryFault } from '../../faults.js';
import { fromTemplate, type NewApplication } from '../application-template.js';
import { deleteApplication, purgeApplication } from '../deleted-applications.js';
import type { Directory } from '../directory.js';
import { guidFrom } from '../identifiers.js';
import { legacyAppId, legacyUrls } from '../legacy-application.js';

type History = ReadonlySet<HistoryFault>;
interface Names {
  accountSid: string;
  entityId: string;
}

/** What else is in the tenant beside the legacy application. */
export function changeTenant(directory: Directory, history: History, { accountSid, entityId }: Names): void {
  if (history.has('legacy-two')) {
    const { current, older } = legacyUrls(accountSid);
    // Whichever form the legacy connection does not send.
    const other = history.has('legacy-preview-identifier') ? current : older;
    addSaml(directory, 'Twilio Flex (pilot)', other.identifier, other.replyUrl);
  }
  if (history.has('display-name-taken')) addSaml(directory, 'Twilio Flex SSO', 'api://harborline.example/flex');
  if (history.has('identifier-taken')) addSaml(directory, 'Flex login trial', entityId);
  if (history.has('identifier-taken-by-deleted'))
    deleteApplication(directory, addSaml(directory, 'Flex login, old trial', entityId).application);
  if (history.has('half-made-application'))
    addSaml(directory, `flex-sso ${guidFrom('an earlier migration')}`, entityId);
  const { appManagementPolicy } = directory;
  if (history.has('urn-forbidden')) appManagementPolicy.excludeSaml = false;
  if (history.has('urn-forbidden-unless-default'))
    Object.assign(appManagementPolicy, { excludeSaml: false, defaultUrisOnly: true });
  if (history.has('urn-unrestricted')) appManagementPolicy.isEnabled = false;
  const own = (excludeSaml: boolean) => {
    const id = directory.applications.find(({ appId }) => appId === legacyAppId)?.id ?? '';
    const policy = {
      id: guidFrom('own app management policy'),
      displayName: 'Contact centre',
      isEnabled: true,
      excludeSaml,
    };
    directory.ownAppManagementPolicies = { [id]: policy };
  };
  if (history.has('urn-forbidden-to-legacy')) own(false);
  if (history.has('urn-forbidden-but-legacy')) {
    appManagementPolicy.excludeSaml = false;
    own(true);
  }
  if (history.has('conditional-access')) addConditionalAccess(directory);
}

/** Deletes the legacy application, softly or for good, where that is what happened in the end. */
export function loseLegacyApplication(directory: Directory): void {
  const isGone = directory.history.includes('legacy-none');
  if (!isGone && !directory.history.includes('legacy-deleted')) return;
  const legacy = directory.applications.find(({ appId }) => appId === legacyAppId);
  if (!legacy) return;
  deleteApplication(directory, legacy);
  const deleted = directory.deletedApplications.at(-1);
  if (isGone && deleted) purgeApplication(directory, deleted);
}

/** An application with SAML, one identifier and one reply URL, and nothing else. */
function addSaml(
  directory: Directory,
  displayName: string,
  identifier: string,
  replyUrl = 'https://login.example/callback',
): NewApplication {
  const made = fromTemplate({
    tenantId: directory.tenantId,
    publisherDomain: directory.verifiedDomains[0]?.name ?? '',
    displayName,
    createdDateTime: '2025-11-20T14:00:00.000Z',
    id: guidFrom(`${displayName} application`),
    appId: guidFrom(`${displayName} appId`),
    servicePrincipalId: guidFrom(`${displayName} service principal`),
  });
  made.servicePrincipal.preferredSingleSignOnMode = 'saml';
  const isTaken = [...directory.applications, ...directory.deletedApplications].some(one =>
    one.identifierUris.includes(identifier),
  );
  made.application.identifierUris = isTaken ? [] : [identifier];
  made.application.web.redirectUris = [replyUrl];
  made.application.web.redirectUriSettings = [{ uri: replyUrl, index: null }];
  directory.applications.push(made.application);
  directory.servicePrincipals.push(made.servicePrincipal);
  return made;
}

function addConditionalAccess(directory: Directory): void {
  const add = (displayName: string, state: 'enabled' | 'disabled', include: string[], exclude: string[] = []) =>
    directory.conditionalAccessPolicies.push({
      id: guidFrom(displayName),
      displayName,
      state,
      createdDateTime: '2024-02-09T11:20:00.000Z',
      includeApplications: include,
      excludeApplications: exclude,
    });
  add('Everything but Twilio Flex: compliant device', 'enabled', ['All'], [legacyAppId]);
  add('Twilio Flex: trusted network (trial)', 'disabled', [legacyAppId]);
  add('Everything: block legacy authentication', 'enabled', ['All']);
}
