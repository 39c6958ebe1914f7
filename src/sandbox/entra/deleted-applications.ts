import type { Application, DeletedParts, Directory } from './directory.js';

/** Soft: the application can be looked at and restored. Its policies stay where they are, as in Entra. */
export function deleteApplication(directory: Directory, application: Application): void {
  const parts = partsOf(directory, application);
  removeParts(directory, application, parts);
  directory.deletedApplications.push({ ...application, deletedDateTime: new Date().toISOString() });
  directory.deletedParts[application.id] = parts;
}

/** Brings a deleted application back with everything that went with it. */
export function restoreApplication(directory: Directory, deleted: Application): Application {
  const parts = directory.deletedParts[deleted.id];
  purgeApplication(directory, deleted);
  const application = { ...deleted, deletedDateTime: null };
  directory.applications.push(application);
  if (!parts) return application;
  directory.servicePrincipals.push(...parts.servicePrincipals);
  directory.appRoleAssignments.push(...parts.appRoleAssignments);
  directory.policyAssignments.push(...parts.policyAssignments);
  directory.signingKeys.push(...parts.signingKeys);
  Object.assign(directory.claimsPolicies, parts.claimsPolicies);
  return application;
}

/** Deletes a deleted application for good. */
export function purgeApplication(directory: Directory, deleted: Application): void {
  directory.deletedApplications = directory.deletedApplications.filter(one => one !== deleted);
  delete directory.deletedParts[deleted.id];
}

/** What is deleted and restored together with an application. */
function partsOf(directory: Directory, { appId }: Application): DeletedParts {
  const servicePrincipals = directory.servicePrincipals.filter(one => one.appId === appId);
  const ids = new Set(servicePrincipals.map(({ id }) => id));
  return {
    servicePrincipals,
    appRoleAssignments: directory.appRoleAssignments.filter(one => ids.has(one.resourceId)),
    policyAssignments: directory.policyAssignments.filter(one => ids.has(one.servicePrincipalId)),
    signingKeys: directory.signingKeys.filter(one => ids.has(one.servicePrincipalId)),
    claimsPolicies: Object.fromEntries(Object.entries(directory.claimsPolicies).filter(([id]) => ids.has(id))),
  };
}

function removeParts(directory: Directory, application: Application, parts: DeletedParts): void {
  const without = <T>(all: readonly T[], gone: readonly T[]) => {
    const set = new Set(gone);
    return all.filter(one => !set.has(one));
  };
  directory.applications = without(directory.applications, [application]);
  directory.servicePrincipals = without(directory.servicePrincipals, parts.servicePrincipals);
  directory.appRoleAssignments = without(directory.appRoleAssignments, parts.appRoleAssignments);
  directory.policyAssignments = without(directory.policyAssignments, parts.policyAssignments);
  directory.signingKeys = without(directory.signingKeys, parts.signingKeys);
  for (const id of Object.keys(parts.claimsPolicies)) delete directory.claimsPolicies[id];
}
