import { randomUUID } from 'node:crypto';
import { fromTemplate } from './application-template.js';
import type { Application, Directory } from './directory.js';
import { createSigningKey } from './self-signed-certificate.js';

/**
 * Adds an application that says of everybody what another one says: roles, assignments, claims and signing are the
 * same, the certificate and the ids are its own.
 */
export async function copySamlApplication(directory: Directory, model: Application): Promise<Application> {
  const { application, servicePrincipal } = fromTemplate({
    tenantId: directory.tenantId,
    publisherDomain: model.publisherDomain,
    displayName: `${model.displayName} SSO`,
    createdDateTime: new Date().toISOString(),
    id: randomUUID(),
    appId: randomUUID(),
    servicePrincipalId: randomUUID(),
  });
  application.appRoles = structuredClone(model.appRoles);
  const { id: servicePrincipalId } = servicePrincipal;
  const key = await createSigningKey({ servicePrincipalId, commonName: application.displayName });
  servicePrincipal.preferredSingleSignOnMode = 'saml';
  servicePrincipal.preferredTokenSigningKeyThumbprint = key.thumbprint;
  directory.applications.push(application);
  directory.servicePrincipals.push(servicePrincipal);
  directory.signingKeys.push(key);

  const modelId = directory.servicePrincipals.find(one => one.appId === model.appId)?.id ?? '';
  for (const one of directory.appRoleAssignments.filter(assignment => assignment.resourceId === modelId))
    directory.appRoleAssignments.push({ ...one, id: randomUUID(), resourceId: servicePrincipalId });
  for (const { policyId } of directory.policyAssignments.filter(one => one.servicePrincipalId === modelId))
    directory.policyAssignments.push({ servicePrincipalId, policyId });
  const claims = directory.claimsPolicies[modelId];
  if (claims) directory.claimsPolicies[servicePrincipalId] = { ...structuredClone(claims), id: randomUUID() };
  return application;
}
