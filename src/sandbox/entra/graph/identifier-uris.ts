import { policyInForce } from '../app-management-policies.js';
import type { Application, Directory } from '../directory.js';
import { badRequest } from './refusals.js';

/** Refuses identifiers that Entra refuses. Those that the application already has are not judged again. */
export function assertIdentifiers(directory: Directory, application: Application, identifierUris: readonly string[]) {
  const servicePrincipal = directory.servicePrincipals.find(one => one.appId === application.appId);
  const isSaml = servicePrincipal?.preferredSingleSignOnMode === 'saml';
  for (const uri of identifierUris) {
    if (uri.endsWith('/')) throw badRequest(`Application alias '${uri}' value is invalid.`);
    if (application.identifierUris.includes(uri)) continue;
    if (isTaken(directory, application, uri))
      throw badRequest(
        'Another object with the same value for property identifierUris already exists.',
        'Request_MultipleObjectsWithSameKeyValue',
      );
    const names = [directory.tenantId, application.appId, ...directory.verifiedDomains.map(({ name }) => name)];
    if (names.some(name => uri.includes(name))) continue;
    if (/^https?:/.test(uri) && !isSaml)
      throw badRequest(
        `Values of identifierUris property must use a verified domain of the organization or its subdomain: '${uri}'`,
        'HostNameNotOnVerifiedDomain',
      );
    const { isEnabled, excludeSaml, defaultUrisOnly } = policyInForce(directory, application);
    if (isEnabled && defaultUrisOnly)
      throw badRequest(
        `Failed to add identifier URI ${uri}. All newly added URIs must be of the form api://{appId} or api://{tenantId}/{appId}, as per the default tenant policy of your organization. See https://aka.ms/identifier-uri-addition-error for more information on this error.`,
      );
    if (isEnabled && !(isSaml && excludeSaml))
      throw badRequest(
        `Failed to add identifier URI ${uri}. All newly added URIs must contain a tenant verified domain, tenant ID, or app ID, as per the default tenant policy of your organization. See https://aka.ms/identifier-uri-addition-error for more information on this error.`,
      );
  }
  if (new Set(identifierUris).size !== identifierUris.length)
    throw badRequest('Request contains a property with duplicate values.', 'DuplicateValue');
}

function isTaken(directory: Directory, application: Application, uri: string): boolean {
  const wanted = uri.toLowerCase();
  // A deleted application keeps its identifiers until it is deleted for good.
  return [...directory.applications, ...directory.deletedApplications].some(
    other => other !== application && other.identifierUris.some(taken => taken.toLowerCase() === wanted),
  );
}
