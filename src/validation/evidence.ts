import type { Severity } from '../diagnosis/cause.js';
import type { CauseCode } from '../diagnosis/causes.js';
import { withoutAddresses } from '../diagnosis/personal.js';
import type { LoginResult } from '../flex/client.js';
import { isProof } from '../migration/evidence.js';
import type { Evidence, Facts, LoginRefusal } from '../migration/facts.js';
import type { Migration } from '../migration/state.js';

type Doubt = NonNullable<Evidence['doubts']>[number];

export const doubt = (cause: CauseCode, severity: Severity, message: string): Doubt => ({ cause, severity, message });

export function evidenceOf(migration: Migration, found: Omit<Evidence, 'at' | 'connectionName'>): Evidence {
  return { ...found, at: new Date().toISOString(), connectionName: migration.facts.connection?.name ?? '' };
}

export function refusalOf(by: LoginRefusal['by'], message: string, cause?: CauseCode): LoginRefusal {
  const at = new Date().toISOString();
  return { by, at, message: withoutAddresses(message), ...(cause && { cause }) };
}

/** A login that came to nothing. It takes nothing from an earlier one that proved a finished migration, which has its own date. */
export function refusedLogin({ facts }: Migration, refusal: LoginRefusal): Facts {
  const isProven = facts.finishedAt !== undefined && facts.evidence !== undefined && isProof(facts.evidence);
  return isProven ? { refusal } : { refusal, evidence: undefined };
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
