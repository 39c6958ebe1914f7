import type { Check, FollowedLogin, Migration } from '../migration/state.js';

/** The logins that were followed to check the connections; none where nothing was checked. */
export const probesIn = (migration: Migration | undefined): FollowedLogin[] =>
  (migration?.checks['validate-connection'] ?? []).flatMap(({ probe }) => probe ?? []);

/** The same by connection, as a document has them. */
export const probesByConnection = (probes: readonly FollowedLogin[]) =>
  Object.fromEntries(probes.map(({ connection, ...followed }) => [connection, followed]));

/** The checks of a document that has the probes in a place of their own. */
export function checksWithoutProbes({ checks }: Migration): Migration['checks'] {
  const without = (list: readonly Check[]) => list.map(({ probe: _, ...check }) => check);
  return Object.fromEntries(Object.entries(checks).map(([step, list]) => [step, without(list)]));
}
