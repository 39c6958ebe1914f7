import { z } from 'zod';
import type { Directory, StsPolicy } from './directory.js';

export type PolicyKind = 'claimsMappingPolicies' | 'tokenIssuancePolicies';

/** The policy of this kind that is in force for a service principal. */
export function assignedPolicy(
  directory: Directory,
  kind: PolicyKind,
  servicePrincipalId: string,
): StsPolicy | undefined {
  return directory[kind].find(policy =>
    directory.policyAssignments.some(
      assignment => assignment.policyId === policy.id && assignment.servicePrincipalId === servicePrincipalId,
    ),
  );
}

const transformations = z.array(
  z.looseObject({
    ID: z.string(),
    TransformationMethod: z.literal('ExtractMailPrefix'),
    InputClaims: z.array(z.looseObject({ ClaimTypeReferenceId: z.string() })).min(1),
  }),
);

const claimsMappingPolicy = z.strictObject({
  ClaimsMappingPolicy: z.strictObject({
    Version: z.literal(1),
    IncludeBasicClaimSet: z.enum(['true', 'false']),
    ClaimsSchema: z.array(
      z.strictObject({
        Source: z.string().optional(),
        ID: z.string().optional(),
        ExtensionID: z.string().optional(),
        Value: z.string().optional(),
        // Microsoft's pages spell it in both ways, and the list below too.
        TransformationID: z.string().optional(),
        TransformationId: z.string().optional(),
        SamlClaimType: z.string().optional(),
      }),
    ),
    ClaimsTransformation: transformations.optional(),
    ClaimsTransformations: transformations.optional(),
  }),
});
export type ClaimsMappingDefinition = z.infer<typeof claimsMappingPolicy>['ClaimsMappingPolicy'];

const tokenIssuancePolicy = z.strictObject({
  TokenIssuancePolicy: z.strictObject({
    Version: z.literal(1),
    SigningAlgorithm: z.enum([
      'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    ]),
    TokenResponseSigningPolicy: z.enum(['TokenOnly', 'ResponseOnly', 'ResponseAndToken']),
    SamlTokenVersion: z.literal('2.0'),
  }),
});
export type TokenIssuanceDefinition = z.infer<typeof tokenIssuancePolicy>['TokenIssuancePolicy'];

export const claimsMappingDefinition = (policy: StsPolicy): ClaimsMappingDefinition =>
  claimsMappingPolicy.parse(JSON.parse(policy.definition[0] ?? '')).ClaimsMappingPolicy;

export const tokenIssuanceDefinition = (policy: StsPolicy): TokenIssuanceDefinition =>
  tokenIssuancePolicy.parse(JSON.parse(policy.definition[0] ?? '')).TokenIssuancePolicy;

/** What is wrong with the text of a definition; undefined where nothing is. */
export function definitionProblem(kind: PolicyKind, definition: string): string | undefined {
  const schema = kind === 'claimsMappingPolicies' ? claimsMappingPolicy : tokenIssuancePolicy;
  try {
    const parsed = schema.safeParse(JSON.parse(definition));
    return parsed.success ? undefined : z.prettifyError(parsed.error).replaceAll('\n', ' ');
  } catch {
    return 'it is not JSON';
  }
}
