import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { FlexSsoError } from '../errors.js';
import { seedDirectory } from './entra/directory.js';
import { type Hosting, seedAccount } from './flex/account.js';
import { sid } from './flex/sids.js';
import type { World } from './host.js';

const worldVersion = 1;
const defaultUsers = 25;

export interface WorldOptions {
  /** How many people a new world has. */
  users?: number;
  hosting?: Hosting;
  /** Begins a new world, whatever there was. */
  reset?: boolean;
}

/**
 * Opens the world that is kept in a folder, or makes one there. `save` has it on disk when it returns. Throws
 * `FlexSsoError` where the file is damaged or comes from a newer version.
 */
export async function openWorld(dir: string, options: WorldOptions = {}): Promise<{ world: World; save: () => void }> {
  const file = path.join(dir, 'world.json');
  const kept = options.reset ? undefined : readWorld(file);
  const world = kept ?? (await createWorld(options));
  // The keys of this world sign nothing but its own logins, but a file of keys is nobody else's business all the same.
  const save = () => writeFileAtomic.sync(file, JSON.stringify(world), { mode: 0o600, fsync: false });
  if (!kept) {
    mkdirSync(dir, { recursive: true });
    save();
  }
  return { world, save };
}

async function createWorld({ users = defaultUsers, hosting = 'hosted' }: WorldOptions): Promise<World> {
  const accountSid = sid('AC', 'flex-sso sandbox');
  const directory = await seedDirectory({ accountSid, users });
  return { version: worldVersion, directory, account: seedAccount({ directory, hosting, accountSid }) };
}

function readWorld(file: string): World | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  let kept: Partial<World> | null;
  try {
    kept = JSON.parse(text);
  } catch (cause) {
    throw unreadable(file, 'it is not JSON', cause);
  }
  if (typeof kept?.version === 'number' && kept.version > worldVersion)
    throw new FlexSsoError(
      'sandbox-newer',
      `The sandbox in ${file} was made by a newer version of flex-sso.`,
      'Update flex-sso, or begin a new sandbox with `flex-sso sandbox --reset`.',
    );
  if (kept?.version !== worldVersion || !kept.directory?.tenantId || !kept.account?.accountSid)
    throw unreadable(file, 'it holds no world');
  return { version: worldVersion, directory: kept.directory, account: kept.account };
}

function unreadable(file: string, why: string, cause?: unknown): FlexSsoError {
  return new FlexSsoError(
    'sandbox-unreadable',
    `The sandbox in ${file} cannot be read: ${why}.`,
    'Begin a new one with `flex-sso sandbox --reset`.',
    { cause },
  );
}

/**
 * What there is in a world, to be shown and compared: sorted keys, lists in a stable order, no keys, secrets, tokens or
 * codes. A plain JSON value.
 */
export function canonicalWorld({ directory, account }: World): unknown {
  return sorted({
    tenantId: directory.tenantId,
    users: directory.users.length,
    groups: byKey(directory.groups, group => group.id),
    applications: byKey(directory.applications, application => application.id),
    deletedApplications: byKey(directory.deletedApplications, application => application.id),
    servicePrincipals: byKey(directory.servicePrincipals, principal => principal.id),
    signingCertificates: byKey(
      directory.signingKeys.map(({ privateKey: _, ...certificate }) => certificate),
      certificate => certificate.servicePrincipalId + certificate.thumbprint,
    ),
    appRoleAssignments: byKey(directory.appRoleAssignments, assignment => assignment.id),
    claimsMappingPolicies: byKey(directory.claimsMappingPolicies, policy => policy.id),
    tokenIssuancePolicies: byKey(directory.tokenIssuancePolicies, policy => policy.id),
    policyAssignments: byKey(directory.policyAssignments, held => held.servicePrincipalId + held.policyId),
    claimsPolicies: directory.claimsPolicies,
    appManagementPolicy: directory.appManagementPolicy,
    conditionalAccessPolicies: byKey(directory.conditionalAccessPolicies, policy => policy.id),
    accountSid: account.accountSid,
    hosting: account.hosting,
    consolePage: account.consolePage,
    legacyConnection: account.legacy,
    connections: byKey(account.connections, connection => connection.name),
    workers: byKey(account.workers, worker => worker.sid),
  });
}

function byKey<T>(list: readonly T[], key: (item: T) => string): T[] {
  return [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(byKey(Object.entries(value), ([name]) => name).map(([name, held]) => [name, sorted(held)]));
}
