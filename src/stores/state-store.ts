import type { FlexSsoError } from '../errors.js';
import type { Migration } from '../migration/state.js';

/** Where the migrations of this workplace are kept: one document an account. */
export interface StateStore {
  /** For a person: where to find the document of an account. */
  location(accountSid: string): string;
  /** The accounts that have a document, or one of the revision before, readable or not. Throws if that cannot be seen. */
  list(): Promise<readonly string[]>;
  /**
   * The document as it was kept last, or before that if the last one is damaged, unreadable or missing: then the store's owner is told.
   * Undefined if there is none. Throws if there is no whole one, or one of a newer flex-sso; it is left untouched then.
   */
  load(accountSid: string): Promise<Migration | undefined>;
  /**
   * Keeps the document, durably, as the next revision of `expectedRevision` and returns it as kept. Refused where another
   * revision is stored, and if the lock of the account is lost.
   */
  save(migration: Migration, expectedRevision: number): Promise<Migration>;
  /**
   * Makes this process the only writer of the account's document. `onLost` hears if another one may have become it, even while nothing is
   * saved.
   */
  lock(accountSid: string, onLost?: (why: FlexSsoError) => void): Promise<StateLock>;
}

/** The right to write, to an account's document and to the systems that it speaks of. */
export interface StateLock {
  /** Throws if another process may have it now: then nothing may be written any more, anywhere. Looks at the disk, and never waits. */
  demand(): void;
  release(): void;
}
