import { intend, markApplied } from '../../../src/migration/journal.js';
import type { Change, Migration } from '../../../src/migration/step.js';

type Direction = Migration['direction'];
const step = 'update-identity-provider';

/** The document as it is on disk before a change is applied. */
export const intended = (migration: Migration, direction: Direction, change: Change): Migration =>
  intend({ ...migration, direction }, step, change);

/** The document as it is on disk after it. */
export const applied = (migration: Migration, direction: Direction, change: Change): Migration =>
  markApplied({ ...migration, direction }, step, change);
