import type { GraphReader } from '../identity-providers/entra/client.js';
import { survey } from '../identity-providers/entra/survey.js';
import { readLegacy } from '../identity-providers/entra/wish.js';
import type { ReadContext } from '../migration/step.js';
import { type Led, type Person, unreadable } from './continuity.js';

/**
 * Why whoever got a new Worker had one before, or may have had one, in a sentence; undefined where they had none, as far as is known.
 * An application that was modified sends the NameID that it always sent.
 */
export async function heldBefore(
  context: ReadContext,
  graph: GraphReader,
  { workerSid }: Pick<Led, 'workerSid'>,
  person: Person | undefined,
): Promise<string | undefined> {
  const { answers, facts } = context.migration;
  const ids = facts.legacyApplication;
  if (answers.setupType === 'modify' || !ids) return undefined;
  try {
    const legacy = await readLegacy(context, graph, ids);
    const { outlooks, beside } = await survey(context, graph, legacy, legacy);
    const today = outlooks.find(({ userPrincipalName }) => userPrincipalName === person?.userPrincipalName);
    if (today?.workerToday)
      return `Flex made the Worker ${workerSid}, although this person has ${today.workerToday} by the NameID of the legacy application.`;
    const nobodys = beside.filter(({ verdict }) => verdict === 'nobodys-worker').length;
    if (!legacy.claims.assumed || nobodys === 0 || (today && today.verdict !== 'unknown')) return undefined;
    return (
      `Flex made the Worker ${workerSid}. Whether this person had another one cannot be told: the NameID of the legacy application could ` +
      `not be read, and of the Workers of before there are ${nobodys} that nobody comes to by the NameID that is assumed.`
    );
  } catch (error) {
    return unreadable(error);
  }
}
