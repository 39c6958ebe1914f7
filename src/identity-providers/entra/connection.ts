import { FlexSsoError } from '../../errors.js';
import type { ServiceProvider } from '../../migration/facts.js';
import type { Migration } from '../../migration/state.js';

/** Entity ID and ACS URL of the new connection. Throws where Console's setup was not started. */
export function connectionOf({ facts }: Pick<Migration, 'facts'>): ServiceProvider {
  const { connection } = facts;
  if (connection) return { entityId: connection.entityId, acsUrl: connection.acsUrl };
  throw new FlexSsoError(
    'connection-unknown',
    'The Entity ID and the ACS URL of the new connection are not known yet.',
    'Start the setup in Console first: `flex-sso resume` leads through it.',
  );
}
