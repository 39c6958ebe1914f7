import type { ApplicationIds } from '../../migration/facts.js';
import type { Change } from '../../migration/step.js';
import type { GraphReader } from './client.js';
import type { Concern } from './concern.js';
import { nameFor } from './derived.js';
import { assignedPolicies, assignPolicy, findPolicy, type Policy } from './policies.js';

const sha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const issuancePolicy = {
  TokenIssuancePolicy: {
    Version: 1,
    SigningAlgorithm: sha256,
    TokenResponseSigningPolicy: 'ResponseAndToken',
    SamlTokenVersion: '2.0',
  },
};

/** The response and the assertion are both signed, with SHA-256. */
export const signingOptions: Concern = {
  resources: ['tokenIssuancePolicy'],
  plan(wish, there) {
    const assigned = there?.tokenIssuancePolicies ?? [];
    if (assigned.some(signsBoth)) return [];
    return [
      {
        action: assigned.length > 0 ? 'update' : 'create',
        resource: 'tokenIssuancePolicy',
        key: nameFor(wish.migrationId, 'signing'),
        title: 'Sign SAML response and assertion, with SHA-256',
        before: (assigned[0]?.content ?? null) as Change['before'],
        after: issuancePolicy,
      },
    ];
  },
  async apply({ key: displayName, after: content }, at, context) {
    const graph = await context.graph();
    await assignPolicy(graph, 'tokenIssuancePolicies', at.servicePrincipalId, { displayName, content });
  },
  find: ({ key }, _at, graph) => findPolicy(graph, 'tokenIssuancePolicies', key),
  check: (_, { tokenIssuancePolicies }) => [
    tokenIssuancePolicies.some(signsBoth)
      ? {
          name: 'signing-option',
          result: 'passed',
          strength: 'observed',
          message: 'Response and assertion are both signed, with SHA-256.',
        }
      : {
          name: 'signing-option',
          result: 'failed',
          strength: 'observed',
          message: 'No policy says that response and assertion are both signed with SHA-256.',
          hint: 'Choose "Sign SAML response and assertion" and SHA-256 in the SAML Signing Certificate section.',
        },
  ],
};

/**
 * What there is to say of the signing of an application in use; `undefined` where a policy says that both are signed. Without a policy the
 * portal's own setting holds, which Graph does not show. Likely, not certain: then Entra signs the assertion only.
 */
export async function signingNote(graph: GraphReader, application: ApplicationIds): Promise<string | undefined> {
  const assigned = await assignedPolicies(graph, 'tokenIssuancePolicies', application.servicePrincipalId);
  if (assigned.some(signsBoth)) return undefined;
  const seen =
    assigned.length > 0
      ? 'has a token issuance policy that does not sign response and assertion with SHA-256'
      : 'has no token issuance policy, so Graph does not show its signing option; likely Entra signs only the assertion';
  return (
    `The application "${application.displayName}" ${seen}. Flex needs both signed. Before you go on, look in Entra at Single sign-on > ` +
    'SAML Certificates > Edit: Signing Option "Sign SAML response and assertion", Signing Algorithm SHA-256. flex-sso does not change it.'
  );
}

function signsBoth({ content }: Policy): boolean {
  const policy = (content as { TokenIssuancePolicy?: Record<string, unknown> } | null)?.TokenIssuancePolicy;
  return policy?.TokenResponseSigningPolicy === 'ResponseAndToken' && policy.SigningAlgorithm === sha256;
}
