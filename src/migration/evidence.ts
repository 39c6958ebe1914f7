import type { Evidence } from './facts.js';

type Source = Evidence['source'];

/** What each kind of evidence shows, strongest first, and what it leaves open. */
const worth: Readonly<Record<Source, { proves: string; leavesOpen: string }>> = {
  flex: {
    proves: 'It proves that this login went through this connection: Flex itself said who it let in, and as what.',
    leavesOpen: 'It does not prove that everybody else gets through.',
  },
  entra: {
    proves: 'It proves that Entra let somebody in to this application.',
    leavesOpen: 'It does not prove that Flex took the login: a wrong certificate in Flex, for one, shows only there.',
  },
  taskrouter: {
    proves: 'It proves that something wrote to a Worker, as Flex does at a login.',
    leavesOpen: 'It does not prove which connection the login took, or that it was a login at all.',
  },
  word: { proves: 'That is their word, and no proof.', leavesOpen: 'Nothing of the login was seen.' },
  none: { proves: 'So nothing is proven.', leavesOpen: 'Whether a login works is not known.' },
};

const ofBoth = {
  proves: 'It proves that Entra let somebody in to this application, and that Flex then wrote to their Worker.',
  leavesOpen:
    'It was seen from outside: Flex itself did not say who it let in, as what, or for how long, so a session that is too short is not seen.',
};
const ofEither = {
  proves: ofBoth.proves,
  leavesOpen:
    'It does not prove which connection the login took: until the setup is finished, both go through the same application.',
};

/** What this evidence proves, and what not, in whole sentences. */
export function worthOf(evidence: Evidence): { proves: string; leavesOpen: string } {
  const { source, seenBy, throughConnection } = evidence;
  if (source !== 'taskrouter' || !seenBy?.includes('entra')) return worth[source];
  if (isContradicted(evidence)) return { proves: worth.taskrouter.proves, leavesOpen: contradiction };
  return throughConnection ? ofBoth : ofEither;
}

/** Whether it shows a login through this connection, and not merely what other things would look like as well. */
export function isProof(evidence: Evidence): boolean {
  const { source, fresh, throughConnection } = evidence;
  if (source === 'flex') return fresh !== false;
  return source === 'taskrouter' && throughConnection === true && !isContradicted(evidence);
}

/** From outside a login is known by what it wrote: a Worker that holds something else speaks against it. */
const isContradicted = ({ doubts = [] }: Evidence) =>
  doubts.some(({ cause }) => cause === 'roles-differ' || cause === 'attributes-differ');

const contradiction =
  'The Worker does not hold what Entra sends of this person, so it does not prove that this login wrote it.';
