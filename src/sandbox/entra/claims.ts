import { issuerOf } from './addresses.js';
import type { Application, AppRoleAssignment, Directory, PortalClaim, User } from './directory.js';
import { assignedPolicy, type ClaimsMappingDefinition, claimsMappingDefinition } from './policies.js';

export interface SamlAttribute {
  name: string;
  values: readonly string[];
}

export interface AssertionContent {
  /** Undefined where the user has no value for the attribute that the NameID comes from. */
  nameId: string | undefined;
  attributes: SamlAttribute[];
}

const nameIdentifier = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';
const soapClaims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const microsoftClaims = 'http://schemas.microsoft.com/identity/claims';

/**
 * What an application says of each of its users: by its claims mapping policy, else by the portal's claims, else Entra's
 * defaults.
 */
export function assertionsOf(directory: Directory, application: Application): (user: User) => AssertionContent {
  const { claims, includeBasicClaimSet } = claimsOf(directory, application);
  const assignments = assignmentsOf(directory, application);
  return user => {
    const valuesOf = (claim: PortalClaim) =>
      claim.source === 'user' && claim.attribute === 'assignedroles'
        ? roleValues(application, assignments(user))
        : attributeValues(user, claim);
    const nameId = claims.find(claim => !claim.name);
    const own = claims.filter(claim => claim.name).map(claim => ({ name: fullName(claim), values: valuesOf(claim) }));
    const basic = includeBasicClaimSet ? basicClaims(user) : [];
    return {
      nameId: nameId ? valuesOf(nameId)[0] : user.userPrincipalName,
      attributes: [...coreClaims(directory, user), ...basic, ...own].filter(attribute => attribute.values.length > 0),
    };
  };
}

/** The claims that are in force, in the portal's form. */
function claimsOf(
  directory: Directory,
  application: Application,
): { claims: readonly PortalClaim[]; includeBasicClaimSet: boolean } {
  const servicePrincipal = directory.servicePrincipals.find(one => one.appId === application.appId);
  const policy = servicePrincipal && assignedPolicy(directory, 'claimsMappingPolicies', servicePrincipal.id);
  if (policy) {
    const { ClaimsSchema, IncludeBasicClaimSet } = claimsMappingDefinition(policy);
    return {
      claims: ClaimsSchema.flatMap(entry => claimOf(entry) ?? []),
      includeBasicClaimSet: IncludeBasicClaimSet === 'true',
    };
  }
  return (
    (servicePrincipal && directory.claimsPolicies[servicePrincipal.id]) ?? { claims: [], includeBasicClaimSet: true }
  );
}

type ClaimsSchemaEntry = ClaimsMappingDefinition['ClaimsSchema'][number];

function claimOf({ Source, ID, Value, SamlClaimType }: ClaimsSchemaEntry): PortalClaim | undefined {
  if (!SamlClaimType) return undefined;
  const from = Value === undefined ? { source: Source ?? '', attribute: ID ?? '' } : { source: '', attribute: Value };
  return SamlClaimType === nameIdentifier ? from : { name: SamlClaimType, ...from };
}

const fullName = ({ name = '', namespace }: PortalClaim) => (namespace ? `${namespace}/${name}` : name);

/** In every assertion, whatever a policy says. */
function coreClaims(directory: Directory, user: User): SamlAttribute[] {
  return [
    { name: `${microsoftClaims}/tenantid`, values: [directory.tenantId] },
    { name: `${microsoftClaims}/objectidentifier`, values: [user.id] },
    { name: `${microsoftClaims}/identityprovider`, values: [issuerOf(directory.tenantId)] },
    {
      name: 'http://schemas.microsoft.com/claims/authnmethodsreferences',
      values: ['http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password'],
    },
  ];
}

function basicClaims(user: User): SamlAttribute[] {
  return [
    { name: `${microsoftClaims}/displayname`, values: [user.displayName] },
    { name: `${soapClaims}/givenname`, values: [user.givenName] },
    { name: `${soapClaims}/surname`, values: [user.surname] },
    { name: `${soapClaims}/emailaddress`, values: user.mail ? [user.mail] : [] },
    { name: `${soapClaims}/name`, values: [user.userPrincipalName] },
  ];
}

/** Keys as Entra writes them: in lower case, and case-sensitive. */
const userAttributes: ReadonlyMap<string, keyof User> = new Map([
  ['mail', 'mail'],
  ['displayname', 'displayName'],
  ['userprincipalname', 'userPrincipalName'],
  ['objectid', 'id'],
  ['givenname', 'givenName'],
  ['surname', 'surname'],
  ['department', 'department'],
  ['jobtitle', 'jobTitle'],
  ['employeeid', 'employeeId'],
  ['physicaldeliveryofficename', 'officeLocation'],
]);

function attributeValues(user: User, { source, attribute }: PortalClaim): string[] {
  if (source === '') return [attribute];
  const name = source === 'user' ? userAttributes.get(attribute) : undefined;
  const value = name && user[name];
  return value ? [String(value)] : [];
}

/** The app role assignments that a user has directly or through direct membership in a group. */
export function assignmentsOf(directory: Directory, application: Application): (user: User) => AppRoleAssignment[] {
  const servicePrincipal = directory.servicePrincipals.find(one => one.appId === application.appId);
  const held = new Map<string, AppRoleAssignment[]>();
  const hold = (userId: string, assignment: AppRoleAssignment) =>
    held.set(userId, [...(held.get(userId) ?? []), assignment]);
  for (const assignment of directory.appRoleAssignments) {
    if (assignment.resourceId !== servicePrincipal?.id) continue;
    const group = directory.groups.find(one => one.id === assignment.principalId);
    for (const userId of group?.members ?? [assignment.principalId]) hold(userId, assignment);
  }
  return user => held.get(user.id) ?? [];
}

function roleValues(application: Application, assignments: readonly AppRoleAssignment[]): string[] {
  const assigned = new Set(assignments.map(assignment => assignment.appRoleId));
  return application.appRoles.flatMap(role =>
    role.isEnabled && role.value && assigned.has(role.id) ? [role.value] : [],
  );
}
