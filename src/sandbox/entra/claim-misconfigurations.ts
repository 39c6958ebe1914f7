import { randomUUID } from 'node:crypto';
import type { Misconfiguration, Setting } from '../setting.js';
import { nameIdentifier } from './claims.js';
import type { PortalClaim } from './directory.js';
import { assignedPolicy, type ClaimsMappingDefinition, claimsMappingDefinition } from './policies.js';

const soapClaims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const misspelt: Readonly<Record<string, string>> = { email: 'e-mail', full_name: 'fullname', roles: 'role' };

type PolicyClaim = ClaimsMappingDefinition['ClaimsSchema'][number];
/** The same change to a claim in both forms that Entra keeps it in; undefined takes it away. */
interface Edit {
  inPolicy(claim: PolicyClaim): PolicyClaim | undefined;
  inPortal(claim: PortalClaim): PortalClaim | undefined;
}

const edits: Readonly<Record<string, (name: string) => Edit>> = {
  missing: () => ({ inPolicy: () => undefined, inPortal: () => undefined }),
  namespaced: name => ({
    inPolicy: claim => ({ ...claim, SamlClaimType: `${soapClaims}/${name}` }),
    inPortal: claim => ({ ...claim, namespace: soapClaims }),
  }),
  misspelt: name => ({
    inPolicy: claim => ({ ...claim, SamlClaimType: misspelt[name] ?? '' }),
    inPortal: claim => ({ ...claim, name: misspelt[name] ?? '' }),
  }),
  empty: name => ({
    inPolicy: () => ({ Value: '', SamlClaimType: name }),
    inPortal: () => ({ name, source: '', attribute: '' }),
  }),
};

const ofAttributes: readonly (readonly [string, Misconfiguration])[] = ['email', 'full_name', 'roles'].flatMap(name =>
  Object.entries(edits).map(
    ([how, edit]) =>
      [`${name.replace('_', '-')}-${how}`, (setting: Setting) => editClaim(setting, name, edit(name))] as const,
  ),
);

/** What can be wrong with what an application says of people. */
export const claimMisconfigurations: Readonly<Record<string, Misconfiguration>> = {
  ...Object.fromEntries(ofAttributes),
  'name-id-changed': setting =>
    editClaim(setting, nameIdentifier, {
      inPolicy: claim => ({ ...claim, ID: 'objectid' }),
      inPortal: claim => ({ ...claim, attribute: 'objectid' }),
    }),
  'claims-overridden'({ directory, servicePrincipal }) {
    const ClaimsSchema = [
      { Source: 'user', ID: 'userprincipalname', SamlClaimType: nameIdentifier },
      { Source: 'user', ID: 'department', SamlClaimType: `${soapClaims}/department` },
    ];
    const content = { ClaimsMappingPolicy: { Version: 1, IncludeBasicClaimSet: 'true', ClaimsSchema } };
    const policy = {
      id: randomUUID(),
      displayName: 'Corporate claims for all applications',
      definition: [JSON.stringify(content)],
      isOrganizationDefault: false,
    };
    const others = new Set(directory.claimsMappingPolicies.map(({ id }) => id));
    directory.policyAssignments = directory.policyAssignments.filter(
      held => held.servicePrincipalId !== servicePrincipal.id || !others.has(held.policyId),
    );
    directory.claimsMappingPolicies.push(policy);
    directory.policyAssignments.push({ servicePrincipalId: servicePrincipal.id, policyId: policy.id });
  },
};

/** Where a policy is assigned, it is the one that counts. */
function editClaim({ directory, servicePrincipal }: Setting, name: string, { inPolicy, inPortal }: Edit): void {
  const policy = assignedPolicy(directory, 'claimsMappingPolicies', servicePrincipal.id);
  if (policy) {
    const definition = claimsMappingDefinition(policy);
    const ClaimsSchema = definition.ClaimsSchema.flatMap(
      claim => (claim.SamlClaimType === name ? inPolicy(claim) : claim) ?? [],
    );
    policy.definition = [JSON.stringify({ ClaimsMappingPolicy: { ...definition, ClaimsSchema } })];
    return;
  }
  const portal = directory.claimsPolicies[servicePrincipal.id];
  if (portal)
    portal.claims = portal.claims.flatMap(
      claim => ((claim.name ?? nameIdentifier) === name ? inPortal(claim) : claim) ?? [],
    );
}
