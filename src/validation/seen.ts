import type { GraphReader } from '../identity-providers/entra/client.js';
import type { LoggedSignIn } from '../identity-providers/entra/sign-ins.js';
import type { WorkerRecord } from '../migration/facts.js';
import { findUser, identitiesOf, type Person } from './continuity.js';
import { type Trail, workerOf } from './trail.js';
import { lastOutcome } from './watch.js';

/** What a login elsewhere has left behind so far. */
export interface Seen {
  worker?: WorkerRecord;
  /** There was before. */
  isKnown?: boolean;
  /** Several changed, and nothing says which of them logged in. */
  isUnclear: boolean;
  /** A login that Entra let in: the Worker's where that can be told, else the newest. */
  letIn?: LoggedSignIn;
  /** The two are of one person, as far as can be told. */
  isOneLogin: boolean;
  refused?: LoggedSignIn;
}

/** What the two readers found, put together. */
export function seenIn(trail: Trail, entries: readonly LoggedSignIn[], people: readonly Person[]): Seen {
  const worker = workerOf(trail, people);
  const successes = entries.filter(({ errorCode }) => errorCode === 0);
  const owner = people.find(person => worker && identitiesOf(person).includes(worker.friendlyName.toLowerCase()));
  const letIn = successes.find(({ userId }) => userId === owner?.id) ?? successes[0];
  const last = lastOutcome(entries);
  return {
    ...(worker && { worker, isKnown: trail.before.has(worker.sid) }),
    isUnclear: !worker && trail.changed.length > 1 && people.length === 0,
    ...(letIn && { letIn }),
    isOneLogin: owner !== undefined || new Set(successes.map(({ userId }) => userId)).size === 1,
    ...(last && last.errorCode !== 0 && { refused: last }),
  };
}

/**
 * A Worker alone proves little; where Entra's log can be read, it shows that the login took this application. A refusal counts when it
 * is still the last word at the next look.
 */
export const isEnough = (before: Seen, { worker, isOneLogin, refused }: Seen, isLogReadable = false): boolean =>
  (refused !== undefined && refused.at === before.refused?.at) ||
  (worker !== undefined && (isOneLogin || !isLogReadable));

/** Whether nothing new has been seen. */
export const isSame = (a: Seen, b: Seen) =>
  a.worker?.sid === b.worker?.sid && a.isUnclear === b.isUnclear && a.letIn?.at === b.letIn?.at;

/** The users whom Entra let in. A few at most: at a busy time the whole contact centre logs in. */
export async function whoWasLetIn(graph: GraphReader | undefined, entries: readonly LoggedSignIn[]): Promise<Person[]> {
  const ids = [...new Set(entries.filter(({ errorCode }) => errorCode === 0).map(({ userId }) => userId))].slice(0, 5);
  const found = await Promise.all(ids.map(id => graph && findUser(graph, id)));
  return found.filter(person => person !== undefined);
}
