import { nameIdentifier } from '../../../src/identity-providers/entra/claims.js';
import type { Directory, PortalClaim } from '../../../src/sandbox/entra/directory.js';

/** An entry of a policy that is made of an attribute of the user. */
export const user = (ID: string, SamlClaimType: string) => ({ Source: 'user', ID, SamlClaimType });
/** Without full_name, and with a NameID that is not Entra's default. */
export const incomplete = [user('employeeid', nameIdentifier), user('mail', 'email'), user('assignedroles', 'roles')];
export const sharedId = '11111111-1111-4111-8111-111111111111';

const principalIn = ({ servicePrincipals }: Directory, name: string) =>
  servicePrincipals.find(({ displayName }) => displayName === name)?.id ?? '';
export const legacyIn = (directory: Directory) => principalIn(directory, 'Twilio Flex');
export const otherIn = (directory: Directory) => principalIn(directory, 'flex-sso');

/** Everything in the tenant that has to do with claims. */
export const claimsIn = ({ claimsMappingPolicies, policyAssignments, claimsPolicies }: Directory) =>
  structuredClone({
    claimsMappingPolicies,
    policyAssignments: policyAssignments.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    claimsPolicies,
  });

/** Assigns a policy to the legacy application, and to another one. */
export function share(directory: Directory, definition: object): void {
  directory.claimsMappingPolicies.push({
    id: sharedId,
    displayName: 'Corporate claims',
    definition: [JSON.stringify({ ClaimsMappingPolicy: definition })],
    isOrganizationDefault: false,
  });
  for (const servicePrincipalId of [legacyIn(directory), otherIn(directory)])
    directory.policyAssignments.push({ servicePrincipalId, policyId: sharedId });
}

/** Changes what the claims page of the portal holds. */
export function inPortal(directory: Directory, change: (claims: PortalClaim[]) => PortalClaim[]): void {
  const held = directory.claimsPolicies[legacyIn(directory)];
  if (held) held.claims = change(held.claims);
}

export const withoutFullName = (directory: Directory) =>
  inPortal(directory, claims => claims.filter(({ name }) => name !== 'full_name'));

/** The policies that are assigned to the legacy application. */
export const assignedIn = (directory: Directory) =>
  directory.claimsMappingPolicies
    .filter(({ id }) =>
      directory.policyAssignments.some(one => one.policyId === id && one.servicePrincipalId === legacyIn(directory)),
    )
    .map(({ displayName, definition }) => ({ displayName, ...JSON.parse(definition[0] ?? '') }));
