import type { Cloud } from '../endpoints.js';
import { inputError } from '../errors.js';
import { legacyServiceProvider, loseLegacyApplication, seedBeforeLoss } from './entra/directory.js';
import { historyFaults } from './faults.js';
import { type Hosting, seedAccount } from './flex/account.js';
import { sid } from './flex/sids.js';
import type { World } from './host.js';
import { keepWorld, readWorld } from './world-file.js';
import { lockWorld } from './world-lock.js';

const defaultUsers = 25;

export interface WorldOptions {
  /** How many people a new world has. */
  users?: number;
  hosting?: Hosting;
  /** The Microsoft cloud of a new world's tenant. */
  cloud?: Cloud | undefined;
  /** Begins a new world, whatever there was. */
  reset?: boolean;
  /** Faults by name; those of the tenant's history are made together with a new world. */
  faults?: readonly string[];
}

/** A world that nobody else writes as long as it is held. */
interface HeldWorld {
  world: World;
  /** Has every change on disk when it returns. */
  save(): void;
  close(): Promise<void>;
}

/**
 * Opens the world that is kept in a folder, or makes one there, and holds it. Throws `FlexSsoError` where it is damaged,
 * comes from a newer version, or is held by another process, and an input error where it was made in another cloud or without
 * a fault of its history that is asked for.
 */
export async function holdWorld(dir: string, options: WorldOptions = {}): Promise<HeldWorld> {
  const lock = lockWorld(dir);
  try {
    const kept = options.reset ? undefined : readWorld(dir);
    if (kept) assertHistory(kept, options);
    const world = kept ?? (await createWorld(options));
    const { save, close } = keepWorld(dir, world);
    let isOpen = true;
    return {
      world,
      save,
      async close() {
        if (!isOpen) return;
        isOpen = false;
        try {
          close();
        } finally {
          lock.release();
        }
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The world that is kept in a folder, to be looked at; makes one where there is none. Throws like `holdWorld`. */
export async function openWorld(dir: string, options: WorldOptions = {}): Promise<{ world: World }> {
  const kept = options.reset ? undefined : readWorld(dir);
  if (kept) return { world: kept };
  const held = await holdWorld(dir, options);
  await held.close();
  return { world: held.world };
}

async function createWorld({ users = defaultUsers, hosting = 'hosted', cloud, faults }: WorldOptions): Promise<World> {
  const accountSid = sid('AC', 'flex-sso sandbox');
  const directory = await seedBeforeLoss({ accountSid, users, cloud, faults });
  const account = seedAccount({ directory, hosting, accountSid });
  account.legacy = { ...account.legacy, ...legacyServiceProvider(directory) };
  loseLegacyApplication(directory);
  return { version: 1, directory, account };
}

function assertHistory({ directory }: World, { faults = [], cloud }: WorldOptions): void {
  const { cloud: own = 'global' } = directory;
  if (cloud && cloud !== own)
    throw inputError(
      'sandbox-cloud',
      `The tenant of this sandbox is in the Microsoft cloud "${own}", and "${cloud}" was asked for.`,
      `Begin a new one: \`flex-sso sandbox --reset --cloud ${cloud}\`, or another folder with --state.`,
    );
  const late = faults.filter(name => Object.hasOwn(historyFaults, name) && !directory.history.includes(name));
  if (late.length > 0)
    throw inputError(
      'sandbox-history',
      `This sandbox was made without ${late.join(', ')}, and the history of its tenant cannot be changed any more.`,
      'Begin a new one: `flex-sso sandbox --reset --fault …`, or another folder with --state.',
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
