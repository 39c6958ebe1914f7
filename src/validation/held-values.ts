import type { ReadContext } from '../migration/step.js';
import { readLegacyApplication, valuesOf } from './legacy-application.js';

/**
 * Whether the identity provider of a modified connection has the Entity ID and the ACS URL of the legacy or of the enhanced connection. By
 * hand, what people were last asked to enter counts as entered. Undefined if it cannot be told.
 */
export async function holdsValues(context: ReadContext, of: 'legacy' | 'enhanced'): Promise<boolean | undefined> {
  const { answers, facts, journal } = context.migration;
  if (answers.identityProvider !== 'entra') {
    const last = journal.findLast(({ change }) => change.resource === 'identityProvider');
    return last && (last.direction === 'forward') === (of === 'enhanced');
  }
  const values = of === 'legacy' ? facts.legacy : facts.connection;
  const application = valuesOf(await readLegacyApplication(context));
  if (!values || !application) return undefined;
  return application.identifiers.includes(values.entityId) && application.replyUrls.includes(values.acsUrl);
}
