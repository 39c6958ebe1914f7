import type { Change, Check, ReadContext } from '../../migration/step.js';
import {
  checkUntilPassed,
  enhanced,
  existingIds,
  overlapping,
  presentValue,
  properties,
  readForPlan,
} from './existing-application.js';
import { legacyValues } from './legacy-values.js';
import { checkLegacyGone, isOverlapping, isProven } from './overlap.js';
import { planProperty } from './properties.js';
import type { Web } from './read.js';

/** Takes the legacy values out that were left beside the new ones; nothing as long as no login has proven those. */
export async function planOverlapEnd(context: ReadContext): Promise<Change[]> {
  const { migration } = context;
  if (!isOverlapping(migration) || !isProven(migration) || !migration.facts.legacyApplication) return [];
  const now = await readForPlan(context);
  // In a preview the new values are not there yet.
  const { identifierUris, web } = overlapping(now, migration) as { identifierUris: string[]; web: Partial<Web> };
  const there = { ...now, identifierUris, web: { ...now.web, ...web } };
  const wanted = enhanced(there, migration);
  return properties
    .filter(({ isValue }) => isValue)
    .flatMap(({ name, what }) =>
      planProperty(
        name,
        existingIds(migration).displayName,
        `${what}: the legacy one goes, now that the new login is proven`,
        presentValue(there, name),
        wanted[name] ?? null,
      ),
    );
}

/** Whether the overlap has ended as it should; nothing where there was none. */
export async function verifyOverlapEnd(context: ReadContext): Promise<Check[]> {
  const { migration } = context;
  if (!isOverlapping(migration) || !migration.facts.legacyApplication) return [];
  return checkUntilPassed(context, there => [checkLegacyGone(there, legacyValues(migration), isProven(migration))]);
}
