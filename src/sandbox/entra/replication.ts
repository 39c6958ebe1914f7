import type { Manners } from './manners.js';

/**
 * Entra's replication lag, counted in reads instead of seconds, so that every run meets the same one. Kept in memory
 * alone: after a restart everything has long been replicated.
 */
export interface Replication {
  /** An object that can be read by its id and is listed. */
  created(id: string): void;
  /** A certificate that the federation metadata will list. */
  certified(thumbprint: string): void;
  /** Whether a request by id finds the object; each time that it does not counts as a read. */
  isKnown(id: string): boolean;
  /** The entries that a list shows now. */
  listed<T extends { id: string }>(entries: readonly T[]): T[];
  /** A list was read to its end. */
  listRead(entries: readonly { id: string }[]): void;
  /** Whether the federation metadata lists a certificate; each time that it does not counts as a read. */
  isPublished(thumbprint: string): boolean;
}

export function createReplication(manners: Manners): Replication {
  const unknown = new Map<string, number>();
  const unlisted = new Map<string, number>();
  const unpublished = new Map<string, number>();
  return {
    created(id) {
      unknown.set(id, manners.unknownReads);
      unlisted.set(id, manners.unlistedReads);
    },
    certified: thumbprint => void unpublished.set(thumbprint, manners.unpublishedReads),
    isKnown: id => !countDown(unknown, id),
    listed: entries => entries.filter(entry => !unlisted.get(entry.id)),
    listRead(entries) {
      for (const { id } of entries) countDown(unlisted, id);
    },
    isPublished: thumbprint => !countDown(unpublished, thumbprint),
  };
}

/** Takes one read off; false where none was left. */
function countDown(reads: Map<string, number>, key: string): boolean {
  const left = reads.get(key) ?? 0;
  if (left > 1) reads.set(key, left - 1);
  else reads.delete(key);
  return left > 0;
}
