import type { Migration } from './state.js';

/**
 * Whether the new connection is set up so far that the account keeps it: its application has the Entity ID, which Entra gives to one
 * application only, or Console has saved it.
 */
export const keepsNewConnection = ({ answers, facts, journal, history }: Migration): boolean =>
  answers.setupType === 'new' &&
  (facts.application !== undefined ||
    facts.savedConnection !== undefined ||
    [...history, ...journal].some(
      ({ direction, by, step, status }) =>
        direction === 'forward' && (by === 'tool' || (step === 'finish' && status === 'applied')),
    ));

/**
 * A migration that begins again as another setup type. Console makes another connection, so nothing that was found out or done for the
 * earlier one holds for this one. What was answered holds, but for the values of that connection.
 */
export function beginAnew(migration: Migration): Migration {
  const { answers, earlier = [], history, journal, outdated: _, ...kept } = migration;
  const { entityId: __, acsUrl: ___, ...stillAnswered } = answers;
  return {
    ...kept,
    direction: 'forward',
    answers: stillAnswered,
    facts: {},
    completed: [],
    checks: {},
    journal: [],
    history: [],
    earlier: [...earlier, ...history, ...journal],
  };
}
