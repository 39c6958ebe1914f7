import { workersByNameId } from '../../flex/identity.js';
import type { WorkerRecord } from '../../migration/state.js';
import type { Access } from './access.js';
import { type ClaimsEntry, nameIdentifier } from './claims.js';
import { attributeValue, sourceOf } from './user-attributes.js';

/** Entra's default first: it stays where the Workers do not speak for another. */
const candidates: readonly string[] = [
  'userprincipalname',
  'mail',
  'employeeid',
  'mailnickname',
  'onpremisessamaccountname',
];

/**
 * The NameID in use, by the Workers that it has made: the attribute that leads most people to theirs. `undefined` where none leads more
 * of them than Entra's default does.
 */
export function recognisedNameId(
  people: Iterable<Access>,
  workers: readonly WorkerRecord[] = [],
): ClaimsEntry | undefined {
  const find = workersByNameId(workers);
  const users = [...people].map(({ user }) => user);
  const counted = candidates.map(ID => {
    const entry = { Source: 'user', ID, SamlClaimType: nameIdentifier };
    const source = sourceOf(entry, { entries: [], transformations: [] });
    const values = source ? users.map(user => attributeValue(user, source)) : [];
    return { entry, led: values.filter(value => value !== undefined && find(value)?.exact).length };
  });
  const [preset] = counted;
  const [best] = counted.toSorted((a, b) => b.led - a.led);
  return best === preset ? undefined : best?.entry;
}
