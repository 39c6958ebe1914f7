import type { Manners } from './manners.js';

/**
 * Entra's replication lag, counted in reads instead of seconds, so that every run meets the same one. Kept in memory
 * alone: after a restart everything has long been replicated.
 */
export interface Replication {
  /** An object that can be read by its id and is listed. */
  created(id: string): void;
  assigned(id: string): void;
  /** A certificate that keyCredentials and the federation metadata will list. */
  certified(thumbprint: string): void;
  /** An object is about to be changed. */
  changing<T extends { id: string }>(object: T): void;
  /** Whether a request by id finds the object; each time that it does not counts as a read. */
  isKnown(id: string): boolean;
  /** How a PATCH of an object is refused because the object, or its last change, is not everywhere yet. */
  patchRefusal(id: string): 404 | 409 | undefined;
  /** How an assignment to an object is refused because the one or the other is not everywhere yet. */
  assignmentRefusal(principalId: string, resourceId: string): 404 | 400 | undefined;
  /** An object as a read by its id shows it; each time that it is an old state counts as a read. */
  read<T extends { id: string }>(object: T): T;
  /** An object as a list shows it. */
  shown<T extends { id: string }>(object: T): T;
  /** The entries that a list shows now. */
  listed<T extends { id: string }>(entries: readonly T[]): T[];
  /** A list was read to its end: a read less until it shows its new entries, and new values of `all`. */
  listRead(entries: readonly { id: string }[], all: readonly { id: string }[]): void;
  /** Whether keyCredentials, or the federation metadata, lists a certificate; each time that it does not is a read. */
  isCertified(thumbprint: string): boolean;
  isPublished(thumbprint: string): boolean;
}

export function createReplication(manners: Manners): Replication {
  const counts = () => new Map<string, number>();
  const [unknown, uneven, unlisted, unpublished, uncertified] = [counts(), counts(), counts(), counts(), counts()];
  const [unknownPatches, unknownAssignments, invalidAssignments] = [counts(), counts(), counts()];
  const conflicts = counts();
  const stale = new Map<string, { object: unknown; reads: number }>();
  const first = (reads: Map<string, number>, key: string, count: number) => {
    if (!reads.has(key)) reads.set(key, count);
    return countDown(reads, key, true);
  };
  return {
    created(id) {
      unknown.set(id, manners.unknownReads);
      uneven.set(id, manners.unevenReads);
      unlisted.set(id, manners.unlistedReads);
      unknownPatches.set(id, manners.unknownPatches);
    },
    assigned: id => void unlisted.set(id, manners.unlistedAssignmentReads),
    certified(thumbprint) {
      uncertified.set(thumbprint, manners.uncertifiedReads);
      unpublished.set(thumbprint, manners.unpublishedReads);
    },
    changing(object) {
      if (manners.staleReads > 0) stale.set(object.id, { object: structuredClone(object), reads: manners.staleReads });
    },
    isKnown(id) {
      if (countDown(unknown, id)) return false;
      const left = uneven.get(id) ?? 0;
      countDown(uneven, id);
      return left % 2 === 0;
    },
    patchRefusal(id) {
      if (countDown(unknownPatches, id)) return 404;
      return first(conflicts, id, manners.conflictingPatches) ? 409 : undefined;
    },
    assignmentRefusal(principalId, resourceId) {
      const key = `${principalId} ${resourceId}`;
      if (first(unknownAssignments, key, manners.unknownAssignments)) return 404;
      return first(invalidAssignments, key, manners.invalidAssignments) ? 400 : undefined;
    },
    read(object) {
      const seen = this.shown(object);
      age(object.id);
      return seen;
    },
    shown: <T extends { id: string }>(object: T) => (stale.get(object.id)?.object ?? object) as T,
    listed: entries => entries.filter(entry => !unlisted.get(entry.id)),
    listRead(entries, all) {
      for (const { id } of entries) countDown(unlisted, id);
      if (stale.size > 0) for (const { id } of all) age(id);
    },
    isCertified: thumbprint => !countDown(uncertified, thumbprint),
    isPublished: thumbprint => !countDown(unpublished, thumbprint),
  };

  function age(id: string): void {
    const held = stale.get(id);
    if (held && --held.reads <= 0) stale.delete(id);
  }
}

/** Takes one off; false where none was left. `keep`: a count that is used up does not begin again. */
function countDown(reads: Map<string, number>, key: string, keep = false): boolean {
  const left = reads.get(key) ?? 0;
  if (left > 1 || (keep && left > 0)) reads.set(key, left - 1);
  else if (!keep) reads.delete(key);
  return left > 0;
}
