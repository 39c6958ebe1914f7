import type { World } from '../../src/sandbox/host.js';

/** What the tenant holds, by names instead of ids, so that two migrations of the same tenant can be compared. */
export function entraState({ directory }: World): unknown {
  const { applications, servicePrincipals, appRoleAssignments, policyAssignments } = directory;
  return applications
    .map(application => {
      const principal = servicePrincipals.find(({ appId }) => appId === application.appId);
      const policies = [...directory.claimsMappingPolicies, ...directory.tokenIssuancePolicies];
      const roles = new Map(application.appRoles.map(role => [role.id, role.value ?? `(${role.displayName})`]));
      return {
        displayName: application.displayName,
        identifierUris: application.identifierUris.toSorted(),
        redirectUris: application.web.redirectUris.toSorted(),
        appRoles: application.appRoles.map(({ id: _, ...role }) => role).toSorted(byText),
        mode: principal?.preferredSingleSignOnMode,
        emails: principal?.notificationEmailAddresses,
        required: principal?.appRoleAssignmentRequired,
        certificates: directory.signingKeys
          .filter(({ servicePrincipalId }) => servicePrincipalId === principal?.id)
          .map(({ thumbprint }) => (thumbprint === principal?.preferredTokenSigningKeyThumbprint ? 'active' : 'staged'))
          .toSorted(),
        policies: policyAssignments
          .filter(({ servicePrincipalId }) => servicePrincipalId === principal?.id)
          .map(({ policyId }) => policies.find(({ id }) => id === policyId)?.definition)
          .toSorted(byText),
        assignments: appRoleAssignments
          .filter(({ resourceId }) => resourceId === principal?.id)
          .map(({ principalId, appRoleId }) => `${principalId} ${roles.get(appRoleId) ?? appRoleId}`)
          .toSorted(),
      };
    })
    .toSorted(byText)
    .concat({ policies: directory.claimsMappingPolicies.length + directory.tokenIssuancePolicies.length } as never);
}

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
