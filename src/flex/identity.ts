import type { WorkerRecord } from '../migration/facts.js';

/** The form that Flex gives a NameID as the friendly name of its Worker: every byte but letters and digits as `_HH`. */
export function identityOf(nameId: string): string {
  return [...Buffer.from(nameId, 'utf8')]
    .map(byte => (isPlain(byte) ? String.fromCharCode(byte) : `_${byte.toString(16).toUpperCase().padStart(2, '0')}`))
    .join('');
}

/** The NameID that this identity was made of; the identity itself where it has not that form. */
export function nameIdFrom(identity: string): string {
  const bytes = [...identity.matchAll(/_([0-9A-F]{2})|([A-Za-z0-9])/g)].map(([, hex, plain = '']) =>
    hex ? Number.parseInt(hex, 16) : plain.charCodeAt(0),
  );
  const nameId = Buffer.from(bytes).toString('utf8');
  return identityOf(nameId) === identity ? nameId : identity;
}

const isPlain = (byte: number) => /^[A-Za-z0-9]$/.test(String.fromCharCode(byte));

/** A Worker found by a NameID, and whether that took ignoring upper and lower case. */
export interface FoundWorker {
  worker: WorkerRecord;
  exact: boolean;
}

/** Looks Workers up by NameID: exactly, and else without regard to case, as it is not known which of the two Flex does. */
export function workersByNameId(workers: readonly WorkerRecord[]): (nameId: string) => FoundWorker | undefined {
  const exact = new Map(workers.map(worker => [worker.friendlyName, worker]));
  const alike = new Map(workers.map(worker => [worker.friendlyName.toLowerCase(), worker]));
  return nameId => {
    const identity = identityOf(nameId);
    const same = exact.get(identity) ?? exact.get(nameId);
    if (same) return { worker: same, exact: true };
    // Both sides at once: the hex digits of the form change their case as well.
    const similar = alike.get(identityOf(nameId.toLowerCase()).toLowerCase()) ?? alike.get(identity.toLowerCase());
    return similar && { worker: similar, exact: false };
  };
}
