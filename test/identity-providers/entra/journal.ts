import type { Change, Migration } from '../../../src/migration/step.js';

type Direction = Migration['direction'];
const step = 'update-identity-provider';
const at = () => new Date().toISOString();

/** The document as it is on disk before a change is applied. */
export function intended(migration: Migration, direction: Direction, change: Change): Migration {
  const others = migration.journal.filter(
    entry =>
      entry.status !== 'intended' || entry.change.resource !== change.resource || entry.change.key !== change.key,
  );
  const by = change.action === 'manual' ? 'person' : 'tool';
  return {
    ...migration,
    direction,
    journal: [...others, { step, direction, change, status: 'intended', by, intendedAt: at() }],
  };
}

/** The document as it is on disk after it. */
export function applied(migration: Migration, direction: Direction, change: Change): Migration {
  const journal = migration.journal.map(entry =>
    entry.status === 'intended' && entry.direction === direction && entry.change === change
      ? { ...entry, status: 'applied' as const, appliedAt: at() }
      : entry,
  );
  return { ...migration, journal };
}
