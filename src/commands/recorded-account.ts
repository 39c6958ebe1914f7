import { inputError } from '../errors.js';
import type { StateStore } from '../stores/state-store.js';
import type { Prompts } from '../terminal/prompts.js';

/** Commands that only go on with what has begun. To go back, the world can be read instead. */
export const needsMigration = ['resume', 'validate'];

/**
 * The account that needs no naming because it is the only one with a migration. Of several, a command that goes on with one has to be
 * told which: a person chooses among them, and with nobody there it throws 'account-ambiguous'.
 */
export async function recordedAccount(
  command: string,
  store: StateStore,
  prompts: Prompts | undefined,
): Promise<string | undefined> {
  const accounts = await store.list();
  if (accounts.length < 2 || ![...needsMigration, 'revert'].includes(command))
    return accounts.length === 1 ? accounts[0] : undefined;
  if (prompts) return prompts.choose(`Which account do you want to ${command}?`, accounts);
  throw inputError(
    'account-ambiguous',
    `Migrations of ${accounts.length} accounts are recorded here: ${accounts.join(', ')}.`,
    `Say which one: \`flex-sso ${command} --account ${accounts[0]}\`. \`flex-sso status\` shows them all.`,
  );
}
