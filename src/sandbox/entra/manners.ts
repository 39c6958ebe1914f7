/**
 * How the sandbox's Entra behaves beyond its rules. One place for everything that can be made worse by name; the
 * defaults are what an administrator meets on an ordinary day.
 */
export interface Manners {
  /** For how many reads a new object, policy or service principal stays unknown by its id (404). */
  unknownReads: number;
  /** For how many reads of a list, filtered or not, a new entry of it is missing. */
  unlistedReads: number;
  /** For how many reads of the federation metadata a new certificate is missing from it. */
  unpublishedReads: number;
  /** Application permissions that flex-sso's registration was not granted. */
  missingPermissions: readonly string[];
}

export const defaultManners: Manners = {
  unknownReads: 1,
  unlistedReads: 1,
  unpublishedReads: 1,
  missingPermissions: [],
};
