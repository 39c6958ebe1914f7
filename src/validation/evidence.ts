import type { Severity } from '../diagnosis/cause.js';
import type { CauseCode } from '../diagnosis/causes.js';
import { withoutAddresses } from '../diagnosis/personal.js';
import type { LoginResult } from '../flex/client.js';
import type { Evidence, LoginRefusal, Migration } from '../migration/state.js';

type Doubt = NonNullable<Evidence['doubts']>[number];

export const doubt = (cause: CauseCode, severity: Severity, message: string): Doubt => ({ cause, severity, message });

export function evidenceOf(migration: Migration, found: Omit<Evidence, 'at' | 'connectionName'>): Evidence {
  return { ...found, at: new Date().toISOString(), connectionName: migration.facts.connection?.name ?? '' };
}

export function refusalOf(by: LoginRefusal['by'], message: string, cause?: CauseCode): LoginRefusal {
  const at = new Date().toISOString();
  return { by, at, message: withoutAddresses(message), ...(cause && { cause }) };
}

/** A login that came back: what Flex answered is the strongest evidence there is. */
export function fromFlex(
  migration: Migration,
  result: LoginResult,
  more: Pick<Evidence, 'fresh' | 'doubts'>,
): Evidence {
  const { accountSid, flexUserSid, workerSid, identity, nameId, roles } = result;
  const sameWorker = migration.facts.workersBefore?.some(worker => worker.sid === workerSid);
  return evidenceOf(migration, {
    source: 'flex',
    seenBy: ['flex'],
    accountSid,
    flexUserSid,
    workerSid,
    identity,
    nameId,
    roles: [...roles],
    ...(sameWorker !== undefined && { sameWorker }),
    ...more,
  });
}

/** What each kind of evidence shows, and what it leaves open. */
export const proves: Readonly<Record<Evidence['source'], string>> = {
  flex: 'Flex itself answered: the login went through this connection, and who it is and as what was said. That everybody else gets through is not shown by one login.',
  entra:
    'Entra’s log shows that it let somebody in to this application. It does not show that Flex took the answer: a wrong certificate in Flex shows only there.',
  taskrouter:
    'A Worker changed after the login, so Flex let somebody in. It does not show through which connection: the legacy one would leave the same trace.',
  word: 'Somebody said so. Nothing of it was seen.',
  none: 'Nothing was tried, so nothing is known.',
};
