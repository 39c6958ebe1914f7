import type { Change, Check, Facts, ReadContext, Refused, WriteContext } from '../../migration/step.js';
import { connectionOf } from './connection.js';
import { assertEntityIdPossible } from './entity-id.js';
import {
  checkUntilPassed,
  enhanced,
  existingIds,
  overlapping,
  presentValue,
  properties,
  readExistingOf,
} from './existing-application.js';
import { explainModified } from './explanation.js';
import { noteOnce } from './note-once.js';
import { isOverlapping, isSecondRefused } from './overlap.js';
import { applyProperty, planProperty } from './properties.js';
import { containment } from './saml.js';
import { expiryNote } from './signing-expiry.js';

/** The two values of the existing application that are not as they should be yet. */
export async function planModification(context: ReadContext): Promise<Change[]> {
  const graph = await context.graph();
  const there = await readExistingOf(context);
  const overlaps = isOverlapping(context.migration);
  const wanted = overlaps ? overlapping(there, context.migration) : enhanced(there, context.migration);
  const how = overlaps ? 'the enhanced one beside the legacy one' : 'the enhanced one in place of the legacy one';
  const changes = properties.flatMap(({ name, what, isValue }) =>
    planProperty(
      name,
      there.ids.displayName,
      isValue ? `${what}: ${how}` : what,
      presentValue(there, name),
      wanted[name] ?? null,
    ),
  );
  if (changes.length > 0 || context.report.people) await explainModified(context, graph, there.ids);
  if (overlaps && changes.length > 0) noteOnce(context.report, bothWork);
  if (changes.some(({ resource }) => resource === 'identifierUris'))
    await assertEntityIdPossible(context, graph, connectionOf(context.migration).entityId, there.ids.appId);
  const expiring = changes.length > 0 && expiryNote(there);
  if (expiring) noteOnce(context.report, expiring);
  return changes;
}

const bothWork =
  'The legacy login keeps working beside the new one until that is proven; the legacy values go when you finish. `--overlap no` would ' +
  'replace them at once.';

/** Does one change of these plans. Where a second identifier is refused, the legacy one is to be replaced instead. */
export async function applyModification(change: Change, context: WriteContext): Promise<Facts | Refused> {
  try {
    await applyProperty(change, existingIds(context.migration), context);
    return {};
  } catch (error) {
    if (context.migration.direction === 'back' || !isSecondRefused(error, change)) throw error;
    context.report.note(
      `Entra does not take a second identifier here: ${(error as Error).message} So both logins cannot work side by side, and the new ` +
        'values have to take the place of the legacy ones.',
    );
    return { refused: { overlapRefused: true } };
  }
}

/** Whether the two values are there, and the legacy ones gone. */
export async function verifyModification(context: ReadContext): Promise<Check[]> {
  const { entityId, acsUrl } = connectionOf(context.migration);
  return checkUntilPassed(context, there => [
    containment('identifier', 'The identifier (Entity ID)', entityId, there.identifierUris),
    containment('reply-url', 'The reply URL (ACS URL)', acsUrl, there.web.redirectUris),
  ]);
}
