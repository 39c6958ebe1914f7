import { type Fault, missingPermissions } from '../faults.js';

/**
 * How the sandbox's Entra behaves beyond its rules. One place for everything that can be made worse by name; the
 * defaults are what an administrator meets on an ordinary day.
 */
export interface Manners {
  /** For how many reads a new object, policy or service principal stays unknown by its id (404). */
  unknownReads: number;
  /** For how many reads after that it is there and not there in turns. */
  unevenReads: number;
  /** For how many reads of a list, filtered or not, a new entry of it is missing. */
  unlistedReads: number;
  /** The same for a new app role assignment. */
  unlistedAssignmentReads: number;
  /** For how many reads of the federation metadata a new certificate is missing from it. */
  unpublishedReads: number;
  /** For how many reads of the service principal a new certificate is missing from its keyCredentials. */
  uncertifiedReads: number;
  /** How many reads show the old values after a PATCH. */
  staleReads: number;
  /** How many PATCHes of a new object answer 404, and of every object 409. */
  unknownPatches: number;
  conflictingPatches: number;
  /** How many assignments of a person or group to a resource answer 404, or that the reference is not valid. */
  unknownAssignments: number;
  invalidAssignments: number;
  /** How many writes the tenant takes in how many milliseconds. */
  quota: { writes: number; milliseconds: number } | undefined;
  /** Milliseconds that every request to Graph takes besides. */
  latency: number;
  /** Application permissions that flex-sso's registration was not granted. */
  missingPermissions: readonly string[];
  /** The clock of what is timed. */
  now(): number;
}

export const defaultManners: Manners = {
  unknownReads: 1,
  unevenReads: 0,
  unlistedReads: 1,
  unlistedAssignmentReads: 1,
  unpublishedReads: 1,
  uncertifiedReads: 0,
  staleReads: 0,
  unknownPatches: 0,
  conflictingPatches: 0,
  unknownAssignments: 0,
  invalidAssignments: 0,
  quota: undefined,
  latency: 0,
  missingPermissions: [],
  now: Date.now,
};

/** What each fault makes worse; where two name the same, the later of the table counts. */
const worse: Partial<Record<Fault, Partial<Manners>>> = {
  'replication-slow': { unknownReads: 4, unlistedReads: 4, unlistedAssignmentReads: 4, unpublishedReads: 4 },
  'replication-uneven': { unevenReads: 4 },
  'stale-reads': { staleReads: 3 },
  'patch-404': { unknownPatches: 3 },
  'patch-409': { conflictingPatches: 2 },
  'certificate-late-in-metadata': { unpublishedReads: 6 },
  'certificate-late-in-key-credentials': { uncertifiedReads: 4 },
  'assignment-404': { unknownAssignments: 2 },
  'assignment-invalid-reference': { invalidAssignments: 1 },
  'assignments-list-lags': { unlistedAssignmentReads: 4 },
  quota: { quota: { writes: 3000, milliseconds: 150_000 } },
  'quota-tenth': { quota: { writes: 300, milliseconds: 15_000 } },
  'quota-hundredth': { quota: { writes: 30, milliseconds: 1500 } },
  'slow-50ms': { latency: 50 },
};

/** These manners, made worse by the named faults. */
export function mannersWith(manners: Manners, faults: ReadonlySet<string>): Manners {
  const chosen = Object.entries(worse).flatMap(([name, changes]) => (faults.has(name) ? [changes] : []));
  return {
    ...Object.assign({}, manners, ...chosen),
    missingPermissions: [...manners.missingPermissions, ...missingPermissions(faults)],
  };
}
