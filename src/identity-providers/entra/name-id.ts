import { workersByNameId } from '../../flex/identity.js';
import type { WorkerRecord } from '../../migration/facts.js';
import type { Access } from './access.js';
import { type ClaimsEntry, nameIdOf, userNameId } from './claims.js';
import { attributeValue, type ClaimsSource, sourceOf } from './user-attributes.js';

/** Entra's default first: it stays where the Workers do not speak for another. */
const candidates = ['userprincipalname', 'mail', 'employeeid', 'mailnickname', 'onpremisessamaccountname'];

export interface RecognisedNameId {
  /** The attribute that leads to most Workers; Entra's default where none leads to more of them. */
  entry: ClaimsEntry;
  /** How many Workers it leads to, of all. */
  borneOut: { by: number; of: number };
}

/** The NameID in use, as far as the Workers tell it, each of which is named after one. */
export function recogniseNameId(people: Iterable<Access>, workers: readonly WorkerRecord[] = []): RecognisedNameId {
  const users = [...people].map(({ user }) => user);
  const find = workersByNameId(workers);
  const counted = candidates.map(ID => {
    const entry = userNameId(ID);
    const source = sourceOf(entry, { entries: [], transformations: [] });
    const values = source ? users.flatMap(user => attributeValue(user, source) ?? []) : [];
    const led = new Set(values.flatMap(value => exactly(find(value)) ?? []));
    return { entry, borneOut: { by: led.size, of: workers.length } };
  });
  const [best] = counted.toSorted((a, b) => b.borneOut.by - a.borneOut.by);
  return best ?? { entry: nameIdOf([]), borneOut: { by: 0, of: workers.length } };
}

const exactly = (found: ReturnType<ReturnType<typeof workersByNameId>>) =>
  found?.exact ? found.worker.sid : undefined;

/**
 * Whether the NameID of today is only assumed: it could not be read, and no person has said it either. A person's answer counts where
 * Workers bear it out, and no other attribute better.
 */
export function isNameIdAssumed(
  { entries, assumed, borneOut }: ClaimsSource & { assumed?: unknown; borneOut?: { by: number } },
  answer: string | undefined,
): boolean {
  const isTold = answer === nameIdOf(entries).ID && borneOut !== undefined && borneOut.by > 0;
  return Boolean(assumed) && !isTold;
}
