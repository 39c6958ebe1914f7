import type { Migration } from '../migration/state.js';

/** Where the migrations of this workplace are kept: one document an account. */
export interface StateStore {
  /** For a person: where to find the document of an account. */
  location(accountSid: string): string;
  /** The accounts that have a document, readable or not. */
  list(): Promise<readonly string[]>;
  /** Throws where the document is damaged or of a newer flex-sso; it is left untouched then. */
  load(accountSid: string): Promise<Migration | undefined>;
  /**
   * Keeps the document, durably, as the next revision of `expectedRevision` and returns it as kept. Refused where another
   * revision is stored.
   */
  save(migration: Migration, expectedRevision: number): Promise<Migration>;
  /** Makes this process the only writer of the account's document; returns how to let go of it. */
  lock(accountSid: string): Promise<() => Promise<void>>;
}
