import type { Directory, PortalClaim } from './directory.js';
import { guidFrom } from './identifiers.js';

const nameIdentifier = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';
const namespace = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

/** A directory extension that a registration of the tenant once added. */
export const skillExtension = 'extension_3f2a9c41d07b4e5c8b6d1a90e7f45c12_flexSkill';

/** Gives the legacy application its claims: on the portal's claims page, or as an assigned policy. */
export function addLegacyClaims(directory: Directory, servicePrincipalId: string, faults: ReadonlySet<string>): void {
  const claims = legacyClaims(faults);
  const id = guidFrom('Twilio Flex claims');
  if (!faults.has('legacy-claims-policy')) {
    directory.claimsPolicies[servicePrincipalId] = { id, includeBasicClaimSet: false, claims };
    return;
  }
  const definition = [JSON.stringify(asPolicy(claims.filter(({ condition }) => !condition)))];
  directory.claimsMappingPolicies.push({
    id,
    displayName: 'Twilio Flex claims',
    definition,
    isOrganizationDefault: false,
  });
  directory.policyAssignments.push({ servicePrincipalId, policyId: id });
}

/** The NameID, Entra's default unless somebody changed it, and the three claims that the guide asks for. */
function legacyClaims(faults: ReadonlySet<string>): PortalClaim[] {
  const namespaced = faults.has('legacy-claims-namespaced') ? { namespace } : {};
  return [
    legacyNameId(faults),
    { name: 'email', source: 'user', attribute: 'mail' },
    ...(faults.has('legacy-claims-incomplete')
      ? []
      : [{ name: 'full_name', ...namespaced, source: 'user', attribute: 'displayname' }]),
    faults.has('legacy-roles-conditional')
      ? { name: 'roles', source: '', attribute: 'agent', condition: 'members' as const }
      : { name: 'roles', source: 'user', attribute: 'assignedroles' },
    ...(faults.has('legacy-claims-namespaced')
      ? [{ name: 'team_name', namespace, source: 'user', attribute: 'physicaldeliveryofficename' }]
      : []),
    ...(faults.has('legacy-claims-custom')
      ? [
          { name: 'department', source: 'user', attribute: 'department' },
          { name: 'location', source: '', attribute: 'Lisbon' },
          { name: 'team_id', source: 'user', attribute: 'extensionattribute1' },
          { name: 'skill', source: 'user', attribute: skillExtension },
        ]
      : []),
    ...(faults.has('legacy-claims-conditional')
      ? [{ name: 'manager', source: 'user', attribute: 'jobtitle', condition: 'members' as const }]
      : []),
  ];
}

function legacyNameId(faults: ReadonlySet<string>): PortalClaim {
  if (faults.has('legacy-name-id-transformed'))
    return { source: 'user', attribute: 'mail', transformation: 'ExtractMailPrefix' };
  return { source: 'user', attribute: faults.has('legacy-name-id-mail') ? 'mail' : 'userprincipalname' };
}

/** The same claims in the form of a policy. */
function asPolicy(claims: readonly PortalClaim[]) {
  const transformed = claims.filter(claim => claim.transformation);
  return {
    ClaimsMappingPolicy: {
      Version: 1,
      IncludeBasicClaimSet: 'false',
      ClaimsSchema: [
        ...transformed.map(({ source, attribute }) => ({ Source: source, ID: attribute })),
        ...claims.map(claim => ({ ...sourceOf(claim), SamlClaimType: typeOf(claim) })),
      ],
      ...(transformed.length > 0 && {
        ClaimsTransformations: transformed.map(({ attribute }) => ({
          ID: 'MailPrefix',
          TransformationMethod: 'ExtractMailPrefix',
          InputClaims: [{ ClaimTypeReferenceId: attribute, TransformationClaimType: 'mail' }],
          OutputClaims: [{ ClaimTypeReferenceId: 'prefix', TransformationClaimType: 'outputClaim' }],
        })),
      }),
    },
  };
}

function sourceOf({ source, attribute, transformation }: PortalClaim) {
  if (transformation) return { Source: 'transformation', ID: 'prefix', TransformationID: 'MailPrefix' };
  if (source === '') return { Value: attribute };
  return attribute.startsWith('extension_')
    ? { Source: source, ExtensionID: attribute }
    : { Source: source, ID: attribute };
}

const typeOf = ({ name, namespace: prefix }: PortalClaim) =>
  name === undefined ? nameIdentifier : prefix ? `${prefix}/${name}` : name;
