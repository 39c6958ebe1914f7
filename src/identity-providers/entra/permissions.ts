import { type FlexSsoError, permissionError } from '../../errors.js';

/** What an operation needs of whoever signs in. Source: Microsoft's pages of each operation. */
interface Permission {
  operation: string;
  method: RegExp;
  path: RegExp;
  /** For a person who signs in. */
  delegated: string;
  /** For an application with a secret or a certificate. */
  application: string;
  /** The least directory role, for a person. */
  role: string;
}

const administrator = 'Cloud Application Administrator';
const policyPermissions = 'Policy.ReadWrite.ApplicationConfiguration and Policy.Read.All';

/** The first that matches counts. */
const permissions: readonly Permission[] = [
  {
    operation: 'assign claims and token issuance policies',
    method: /POST|PATCH|DELETE/,
    path: /\/(claimsMappingPolicies|tokenIssuancePolicies)\b/,
    delegated: `${policyPermissions}, with Application.ReadWrite.All`,
    application: `${policyPermissions}, with Application.ReadWrite.OwnedBy`,
    role: 'Application Administrator',
  },
  {
    operation: 'read policies',
    method: /GET/,
    path: /\/(claimsMappingPolicies|tokenIssuancePolicies|claimsPolicy|policies)\b/,
    delegated: 'Policy.Read.All',
    application: 'Policy.Read.All',
    role: 'Application Administrator',
  },
  {
    operation: 'assign users and groups',
    method: /POST|DELETE/,
    path: /\/appRoleAssignedTo\b/,
    delegated: 'AppRoleAssignment.ReadWrite.All and Application.Read.All',
    application: 'AppRoleAssignment.ReadWrite.All and Application.Read.All',
    role: administrator,
  },
  {
    operation: 'read the sign-in log',
    method: /GET/,
    path: /^\/auditLogs\b/,
    delegated: 'AuditLog.Read.All',
    application: 'AuditLog.Read.All',
    role: 'Reports Reader',
  },
  {
    operation: 'read Conditional Access policies',
    method: /GET/,
    path: /^\/identity\b/,
    delegated: 'Policy.Read.All',
    application: 'Policy.Read.All',
    role: 'Security Reader',
  },
  {
    operation: 'read users and groups',
    method: /GET/,
    path: /^\/(users|groups)\b/,
    delegated: 'User.Read.All',
    application: 'User.Read.All',
    role: 'Directory Readers',
  },
  {
    operation: 'read applications',
    method: /GET/,
    path: /./,
    delegated: 'Application.Read.All',
    application: 'Application.Read.All',
    role: administrator,
  },
  {
    operation: 'create and change applications',
    method: /./,
    path: /./,
    delegated: 'Application.ReadWrite.All',
    application: 'Application.ReadWrite.OwnedBy (for an application that it does not own: Application.ReadWrite.All)',
    role: administrator,
  },
];

/** Every delegated permission that a migration needs: what is asked for when a person signs in. */
export const delegatedPermissions: readonly string[] = [
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'Policy.Read.All',
  'Policy.ReadWrite.ApplicationConfiguration',
];

/** The error for a refusal that another permission or a new sign-in would help against; `undefined` for every other one. */
export function missingPermission(
  request: { method: string; path: string },
  refusal: { status: number; code: string; message: string },
): FlexSsoError | undefined {
  if (refusal.status === 401)
    return permissionError(
      'graph-token-refused',
      `Microsoft Graph does not accept the sign-in: ${refusal.message}`,
      'Sign in again. A token in FLEX_SSO_GRAPH_TOKEN must be for Microsoft Graph and lives for about an hour: get a new one.',
    );
  // A quota or a licence is refused in the same way, and no permission helps against it.
  if (refusal.status !== 403 || /Quota|Premium/i.test(refusal.code)) return undefined;
  const needed = permissions.find(({ method, path }) => method.test(request.method) && path.test(request.path));
  if (!needed) return undefined;
  return permissionError(
    'graph-permission-missing',
    `Microsoft Graph does not allow this sign-in to ${needed.operation}: ${refusal.message}`,
    `For a person: the permission ${needed.delegated} and the role ${needed.role}. For an application: ${needed.application}, ` +
      'with admin consent. Grant it in Entra under App registrations > API permissions, then run `flex-sso resume`.',
  );
}
