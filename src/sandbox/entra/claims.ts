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

export const nameIdentifier = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';
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
export function claimsOf(
  directory: Directory,
  application: Application,
): { claims: readonly PortalClaim[]; includeBasicClaimSet: boolean } {
  const servicePrincipal = directory.servicePrincipals.find(one => one.appId === application.appId);
  const policy = servicePrincipal && assignedPolicy(directory, 'claimsMappingPolicies', servicePrincipal.id);
  if (policy) {
    const definition = claimsMappingDefinition(policy);
    return {
      claims: definition.ClaimsSchema.flatMap(entry => claimOf(entry, definition) ?? []),
      includeBasicClaimSet: definition.IncludeBasicClaimSet === 'true',
    };
  }
  return (
    (servicePrincipal && directory.claimsPolicies[servicePrincipal.id]) ?? { claims: [], includeBasicClaimSet: true }
  );
}

type ClaimsSchemaEntry = ClaimsMappingDefinition['ClaimsSchema'][number];

function claimOf(entry: ClaimsSchemaEntry, definition: ClaimsMappingDefinition): PortalClaim | undefined {
  const { SamlClaimType } = entry;
  if (!SamlClaimType) return undefined;
  const from = entry.Source === 'transformation' ? transformed(entry, definition) : attributeOf(entry);
  return SamlClaimType === nameIdentifier ? from : { name: SamlClaimType, ...from };
}

function attributeOf({ Source = '', ID, ExtensionID, Value }: ClaimsSchemaEntry): PortalClaim {
  return Value === undefined
    ? { source: Source, attribute: ID ?? ExtensionID ?? '' }
    : { source: '', attribute: Value };
}

/** The one transformation that the sandbox knows takes one claim of the same schema. */
function transformed(entry: ClaimsSchemaEntry, definition: ClaimsMappingDefinition): PortalClaim {
  const id = entry.TransformationID ?? entry.TransformationId;
  const transformations = definition.ClaimsTransformations ?? definition.ClaimsTransformation ?? [];
  const input = transformations.find(one => one.ID === id)?.InputClaims[0]?.ClaimTypeReferenceId;
  const from = definition.ClaimsSchema.find(one => one.Source !== 'transformation' && one.ID === input);
  return { ...attributeOf(from ?? {}), transformation: 'ExtractMailPrefix' };
}

const fullName = ({ name = '', namespace }: PortalClaim) => (namespace ? `${namespace}/${name}` : name);

/** In every assertion, whatever a policy says. */
function coreClaims(directory: Directory, user: User): SamlAttribute[] {
  return [
    { name: `${microsoftClaims}/tenantid`, values: [directory.tenantId] },
    { name: `${microsoftClaims}/objectidentifier`, values: [user.id] },
    { name: `${microsoftClaims}/identityprovider`, values: [issuerOf(directory)] },
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
const userAttributes: ReadonlyMap<string, keyof User> = new Map<string, keyof User>([
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

function attributeValues(user: User, { source, attribute, transformation, condition }: PortalClaim): string[] {
  if (condition && (condition === 'allGuests') !== (user.userType === 'Guest')) return [];
  const value = source === '' ? attribute : source === 'user' ? textOf(user, attribute) : undefined;
  if (!value) return [];
  return [transformation ? value.replace(/@[^@]*$/, '') : value];
}

function textOf(user: User, attribute: string): string | undefined {
  const name = userAttributes.get(attribute);
  const value = name
    ? user[name]
    : (user.onPremisesExtensionAttributes?.[attribute.replace(/^extensiona/, 'extensionA')] ??
      user[attribute as `extension_${string}`]);
  return value === undefined || value === null ? undefined : String(value);
}

/** The app role assignments that a user has directly or through direct membership in a group. */
export function assignmentsOf(directory: Directory, application: Application): (user: User) => AppRoleAssignment[] {
  const servicePrincipal = directory.servicePrincipals.find(one => one.appId === application.appId);
  const groups = new Map(directory.groups.map(group => [group.id, group]));
  const held = new Map<string, AppRoleAssignment[]>();
  const hold = (userId: string, assignment: AppRoleAssignment) =>
    held.set(userId, [...(held.get(userId) ?? []), assignment]);
  for (const assignment of directory.appRoleAssignments) {
    if (assignment.resourceId !== servicePrincipal?.id) continue;
    const members = groups.get(assignment.principalId)?.members;
    for (const userId of members ?? [assignment.principalId]) hold(userId, assignment);
  }
  return user => held.get(user.id) ?? [];
}

function roleValues(application: Application, assignments: readonly AppRoleAssignment[]): string[] {
  const assigned = new Set(assignments.map(assignment => assignment.appRoleId));
  return application.appRoles.flatMap(role =>
    role.isEnabled && role.value && assigned.has(role.id) ? [role.value] : [],
  );
}
