import type { Change, Check, Facts, ReadContext, Refused, WriteContext } from '../../migration/step.js';
import { claims } from './claims.js';
import { cloudOf } from './cloud.js';
import { connectionOf } from './connection.js';
import { assertEntityIdPossible } from './entity-id.js';
import {
  checkUntilPassed,
  enhanced,
  existingIds,
  overlapping,
  presentValue,
  properties,
  readForPlan,
} from './existing-application.js';
import { explainModified } from './explanation.js';
import { readLegacyClaims } from './legacy-claims.js';
import { assertClaimsByHand, checkClaims, claimsPolicy, planClaims } from './modified-claims.js';
import { noteOnce } from './note-once.js';
import { isOverlapping, isSecondRefused } from './overlap.js';
import { portalClaims } from './portal-claims-by-hand.js';
import { applyProperty, planProperty } from './properties.js';
import { applyRestoration } from './restoration.js';
import { containment } from './saml.js';
import { markShared } from './shared-policies.js';
import { signingNote } from './signing.js';
import { expiryNote } from './signing-expiry.js';

/** What of the existing application is not as it should be yet: the claims that Flex demands, and the two values. */
export async function planModification(context: ReadContext): Promise<Change[]> {
  const graph = await context.graph();
  const there = await readForPlan(context);
  const overlaps = isOverlapping(context.migration);
  const wanted = overlaps ? overlapping(there, context.migration) : enhanced(there, context.migration);
  const how = overlaps ? 'the enhanced one beside the legacy one' : 'the enhanced one in place of the legacy one';
  const legacy = await readLegacyClaims(graph, there.ids);
  const claimsChanges = planClaims(context.migration, there, legacy, cloudOf(context.migration, graph));
  // The claims come first: as soon as the values are there somebody may log in.
  const changes = [
    ...(await markShared(context, graph, claimsChanges, there.ids)),
    ...properties.flatMap(({ name, what, isValue }) =>
      planProperty(
        name,
        existingIds(context.migration).displayName,
        isValue ? `${what}: ${how}` : what,
        presentValue(there, name),
        wanted[name] ?? null,
      ),
    ),
  ];
  if (changes.length > 0 || context.report.people)
    await explainModified(context, graph, { ids: there.ids, claims: legacy, changes });
  if (changes.some(({ resource }) => resource === 'identifierUris' || resource === 'web'))
    noteOnce(context.report, overlaps ? bothWork : deniedUntilFinish);
  if (changes.some(({ resource }) => resource === 'identifierUris'))
    await assertEntityIdPossible(context, graph, connectionOf(context.migration).entityId, there.ids.appId);
  const notes = changes.length > 0 ? [expiryNote(there), await signingNote(graph, there.ids)] : [];
  for (const note of notes) if (note) noteOnce(context.report, note);
  return changes;
}

const bothWork =
  'The legacy login keeps working beside the new one until that is proven; the legacy values go when you finish. `--overlap no` would ' +
  'replace them at once.';

const deniedUntilFinish =
  'Nobody can log in to Flex between the change of the identifier (Entity ID) and the click on “Finish” in Flex Console. That takes as long ' +
  'as the steps between them, the test login included. Choose a quiet time. `--overlap yes` keeps both logins working.';

/** Does one change of these plans. Where a second identifier is refused, the legacy one is to be replaced instead. */
export async function applyModification(change: Change, context: WriteContext): Promise<Facts | Refused> {
  const at = existingIds(context.migration);
  if (change.resource === portalClaims) await assertClaimsByHand(context);
  else if (change.resource === claimsPolicy) await claims.apply(change, at, context);
  else return besideOrInstead(change, context, () => applyProperty(change, at, context));
  return {};
}

/** The same on the way back: the enhanced values are to be replaced where the legacy identifier is refused beside them. */
export async function applyWayBack(change: Change, context: WriteContext): Promise<Facts | Refused> {
  return besideOrInstead(change, context, () => applyRestoration(change, context));
}

async function besideOrInstead(
  change: Change,
  { migration, report }: WriteContext,
  apply: () => Promise<void>,
): Promise<Facts | Refused> {
  try {
    await apply();
    return {};
  } catch (error) {
    if (!isOverlapping(migration) || !isSecondRefused(error, change)) throw error;
    const [coming, going] = migration.direction === 'back' ? ['legacy', 'enhanced'] : ['new', 'legacy'];
    report.note(
      `Entra does not take a second identifier here: ${(error as Error).message} So both logins cannot work side by side, and the ` +
        `${coming} values have to take the place of the ${going} ones.`,
    );
    return { refused: { overlapRefused: true } };
  }
}

/** Whether the two values are there, and the claims. */
export async function verifyModification(context: ReadContext): Promise<Check[]> {
  const { entityId, acsUrl } = connectionOf(context.migration);
  const values = await checkUntilPassed(context, there => [
    containment('identifier', 'The identifier (Entity ID)', entityId, there.identifierUris),
    containment('reply-url', 'The reply URL (ACS URL)', acsUrl, there.web.redirectUris),
  ]);
  return [...values, await checkClaims(context)];
}
