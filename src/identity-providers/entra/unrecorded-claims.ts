import { isSetupRecorded } from '../../migration/journal.js';
import type { ReadContext } from '../../migration/step.js';
import { nameFor } from './derived.js';
import { noteOnce } from './note-once.js';
import { assignedPolicies } from './policies.js';

/** Names a claims policy of flex-sso that stays in the application, because nothing records what it took the place of. */
export async function noteOnUnrecordedClaims(context: ReadContext): Promise<void> {
  const { legacyApplication: ids } = context.migration.facts;
  if (!ids || isSetupRecorded(context.migration)) return;
  const assigned = await assignedPolicies(await context.graph(), 'claimsMappingPolicies', ids.servicePrincipalId);
  // Another migration gave it its name, if the record is lost: only the end of it differs.
  const begins = nameFor('', `claims for ${ids.appId.slice(0, 8)}`).trimEnd();
  for (const { displayName } of assigned.filter(policy => policy.displayName.startsWith(begins)))
    noteOnce(
      context.report,
      `The claims policy “${displayName}” stays: nothing records how the application “${ids.displayName}” made its claims before.`,
    );
}
