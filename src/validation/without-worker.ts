import { workersByNameId } from '../flex/identity.js';
import { readConfigured } from '../identity-providers/entra/configured.js';
import { readDirectory } from '../identity-providers/entra/people.js';
import { attributeValue, sourceOf } from '../identity-providers/entra/user-attributes.js';
import type { ReadContext } from '../migration/step.js';
import { people, someNames } from '../people/notes.js';
import { unreadable } from './continuity.js';
import { applicationOf, graphIfAllowed } from './diagnose-entra.js';

const mostNamed = 10;

/** Whose first login would make a Worker, among those who are known to be assigned: for whoever is about to log in. Whole sentences. */
export async function warnOfNewWorkers(context: ReadContext): Promise<string> {
  const { flex, migration } = context;
  const workers = await flex.workers(migration.facts.flex?.workspaceSid ?? '');
  const logIns = await nameIds(context);
  if (!logIns)
    return (
      'Choose somebody who has logged in to Flex before: whoever has no Worker yet gets one, billed from then on. Who that would be ' +
      `cannot be seen here; there are ${workers.length} Workers today.`
    );
  const find = workersByNameId(workers);
  const without = logIns.filter(({ nameId }) => nameId === undefined || !find(nameId)).map(({ name }) => name);
  if (without.length === 0)
    return `Everybody who may log in (${people(logIns.length)}) has a Worker already, so the login makes no new one.`;
  const have = without.length === 1 ? 'has' : 'have';
  return (
    `Choose somebody who has a Worker already. Of the ${people(logIns.length)} who may log in, ${without.length} ${have} none: ` +
    `${someNames(without.sort(), mostNamed)}. Whoever of them logs in gets one, billed from then on.`
  );
}

/** Everybody who may log in, with the NameID they will have; undefined where that cannot be told. */
async function nameIds(context: ReadContext): Promise<{ name: string; nameId: string | undefined }[] | undefined> {
  const ids = applicationOf(context.migration);
  const graph = await graphIfAllowed(context);
  if (!graph || !ids) return undefined;
  try {
    const application = await readConfigured(graph, ids);
    const nameIdClaim = application?.claims?.find(({ name }) => name === undefined)?.source ?? 'user.userprincipalname';
    const [, ID] = /^user\.(.+)$/.exec(nameIdClaim) ?? [];
    const source = ID && sourceOf({ Source: 'user', ID }, { entries: [], transformations: [] });
    if (!application || !source) return undefined;
    const assigned = application.assignments.map(({ principalId, displayName, isGroup }) => ({
      principalId,
      displayName,
      principalType: isGroup ? 'Group' : 'User',
      role: null,
    }));
    const { users } = await readDirectory(graph, context.report, assigned, [source.property]);
    return [...users.values()]
      .filter(({ accountEnabled }) => accountEnabled !== false)
      .map(user => ({
        name: (user.displayName || (user.userPrincipalName ?? '')).slice(0, 60),
        nameId: attributeValue(user, source),
      }));
  } catch (error) {
    return unreadable(error);
  }
}
