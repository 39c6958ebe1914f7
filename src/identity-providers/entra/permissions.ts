import { type FlexSsoError, permissionError } from '../../errors.js';
import type { Answers } from '../../migration/state.js';

/** What an operation needs of whoever signs in. Source: Microsoft's pages of each operation. */
interface Permission {
  operation: string;
  method: RegExp;
  path: RegExp;
  /** For a person who signs in. */
  delegated: readonly string[];
  /** For an application with a secret or a certificate, where that is another one. */
  application?: readonly string[];
  /** The least directory role, for a person. */
  role: string;
}

interface Request {
  method: string;
  path: string;
}

const administrator = 'Cloud Application Administrator';
const [readApplications, writeApplications] = ['Application.Read.All', 'Application.ReadWrite.All'];
const [readPolicies, writePolicies] = ['Policy.Read.All', 'Policy.ReadWrite.ApplicationConfiguration'];
const writeAssignments = 'AppRoleAssignment.ReadWrite.All';

/** The first that matches counts. */
const permissions: readonly Permission[] = [
  {
    operation: 'create and assign claims and token issuance policies',
    method: /POST|PATCH|DELETE/,
    path: /\/(claimsMappingPolicies|tokenIssuancePolicies)\b/,
    delegated: [writePolicies, readPolicies],
    role: 'Application Administrator',
  },
  {
    operation: 'read the claims page of the portal',
    method: /GET/,
    path: /\/claimsPolicy\b/,
    // One of Microsoft's pages names Policy.Read.ApplicationConfiguration; this one includes it.
    delegated: [writePolicies],
    role: 'Application Administrator',
  },
  {
    operation: 'read policies',
    method: /GET/,
    path: /\/(claimsMappingPolicies|tokenIssuancePolicies|appManagementPolicies|policies)\b/,
    delegated: [readPolicies],
    role: 'Application Administrator',
  },
  {
    operation: 'assign users and groups',
    method: /POST|DELETE/,
    path: /\/appRoleAssignedTo\b/,
    delegated: [writeAssignments, readApplications],
    role: administrator,
  },
  {
    operation: 'read the sign-in log',
    method: /GET/,
    path: /^\/auditLogs\b/,
    delegated: ['AuditLog.Read.All'],
    role: 'Reports Reader',
  },
  {
    operation: 'read Conditional Access policies',
    method: /GET/,
    path: /^\/identity\b/,
    delegated: [readPolicies],
    role: 'Security Reader',
  },
  {
    operation: 'read users',
    method: /GET/,
    path: /^\/users\b/,
    delegated: ['User.Read.All'],
    role: 'Directory Readers',
  },
  {
    operation: 'read groups and their members',
    method: /GET/,
    path: /^\/groups\b/,
    delegated: ['GroupMember.Read.All'],
    role: 'Directory Readers',
  },
  {
    operation: 'read applications',
    method: /GET/,
    path: /./,
    delegated: [readApplications],
    role: administrator,
  },
  {
    operation: 'create and change applications',
    method: /./,
    path: /./,
    delegated: [writeApplications],
    application: ['Application.ReadWrite.OwnedBy', writeApplications],
    role: administrator,
  },
];

/** Asked for together, so that a person signs in once to look and once to write. */
const phases = {
  looking: {
    modify: [readApplications, readPolicies, writePolicies],
    new: [readApplications, readPolicies, writePolicies, 'User.Read.All', 'GroupMember.Read.All'],
  },
  writing: { modify: [writeApplications], new: [writeApplications, writeAssignments] },
} as const;

/** A person is not asked for these: what they would show is left out where they were not granted long ago. */
const neverAskedFor = ['AuditLog.Read.All'];

/** The delegated permissions to ask a person for, before these requests are sent: the least that the chosen setup type needs. */
export function delegatedPermissions(requests: readonly Request[], setupType: Answers['setupType']): string[] {
  const type = setupType ?? 'new';
  const writes = requests.some(({ method }) => method !== 'GET');
  const own = requests.flatMap(request => permissionOf(request)?.delegated ?? []);
  const asked = [...phases.looking[type], ...(writes ? phases.writing[type] : []), ...own];
  return [...new Set(asked)].filter(permission => !neverAskedFor.includes(permission));
}

/** Everything that a whole migration with this setup type asks for. */
const wholeMigration = [...phases.looking.new, ...phases.writing.new];

/** How somebody lets flex-sso in, once. */
export const registration =
  'Register an application once, in Entra under App registrations > New registration: platform "Mobile and desktop applications", ' +
  'redirect URI http://localhost, and for device codes "Allow public client flows"; under API permissions the delegated Microsoft ' +
  `Graph permissions ${wholeMigration.join(', ')}. Set AZURE_CLIENT_ID to its Application (client) ID and AZURE_TENANT_ID to its ` +
  'Directory (tenant) ID.';

/** The code of the error for a request that another permission would allow. */
export const permissionMissing = 'graph-permission-missing';

/** Who may consent to delegated permissions, and who to an application's own. */
export const whoGrants =
  'A Cloud Application Administrator can consent for people who sign in, a Privileged Role Administrator for an application of its ' +
  'own, with "Grant admin consent" in Entra under App registrations > API permissions.';

/** The error for a refusal that another permission or a new sign-in would help against; `undefined` for every other one. */
export function missingPermission(
  request: Request,
  refusal: { status: number; code: string; message: string },
): FlexSsoError | undefined {
  if (refusal.status === 401)
    return permissionError(
      'graph-token-refused',
      `Microsoft Graph does not accept the sign-in: ${refusal.message}`,
      'Run `flex-sso resume` to sign in again. A token in FLEX_SSO_GRAPH_TOKEN must be for Microsoft Graph and lives for about an hour: ' +
        'get a new one first.',
    );
  // A quota or a licence is refused in the same way, and no permission helps against it.
  if (refusal.status !== 403 || /Quota|Premium/i.test(`${refusal.code} ${refusal.message}`)) return undefined;
  const needed = permissionOf(request);
  if (!needed) return undefined;
  const delegated = needed.delegated.join(' and ');
  const application = needed.application?.join(', or for an application that it does not own ') ?? delegated;
  return permissionError(
    permissionMissing,
    `Microsoft Graph does not allow this sign-in to ${needed.operation}: ${refusal.message} It needs ${delegated}` +
      `${needed.application ? ` (an application: ${application})` : ''}.`,
    `A person needs the permission ${delegated} and the role ${needed.role}; an application needs the application permission ` +
      `${application}. ${whoGrants} Then run \`flex-sso resume\`.`,
  );
}

function permissionOf({ method, path }: Request): Permission | undefined {
  // A next page is a whole URL.
  const relative = path.replace(/^https:\/\/[^/]+\/(v1\.0|beta)/, '').replace(/^\/beta\//, '/');
  return permissions.find(one => one.method.test(method) && one.path.test(relative));
}
