import type { FoundWorker } from '../flex/identity.js';
import type { Outlook } from './outlook.js';

/** The NameID of somebody, before and after. */
export interface NameIds {
  /** Undefined where it is empty or cannot be computed here. */
  today: string | undefined;
  tomorrow: string | undefined;
  /** Both are made in the same way, so they are the same even where they cannot be computed. */
  isKept: boolean;
  /** False where only the identity provider can compute one of them. */
  isComputable: boolean;
  /** Nobody knows how today's is made, and some Workers are not explained by it: one of these may be this person's. */
  isAssumed: boolean;
}

type Judgement = Pick<Outlook, 'verdict' | 'workerToday' | 'workerTomorrow'> & { remark?: string };

/** Whether a person keeps their Worker. `find` looks a Worker up by NameID, exactly and else ignoring case. */
export function judge(nameIds: NameIds, find: (nameId: string) => FoundWorker | undefined): Judgement {
  const { today, tomorrow, isKept, isComputable, isAssumed } = nameIds;
  const found = today === undefined ? undefined : find(today);
  // A Worker with just that name bears the assumption out; anything less does not.
  const before = isAssumed && !found?.exact ? undefined : found;
  const workerToday = before?.worker.sid;
  if (!isComputable) return { verdict: 'unknown', workerToday, workerTomorrow: undefined };
  if (tomorrow === undefined) return { verdict: 'no-login', workerToday, workerTomorrow: undefined };
  if (isAssumed && !before) return { verdict: 'unknown', workerToday, workerTomorrow: undefined };
  // The same NameID leads wherever it leads today.
  if (isKept || tomorrow === today)
    return { verdict: before ? 'same-worker' : 'no-worker-yet', workerToday, workerTomorrow: workerToday };
  const after = find(tomorrow);
  const workerTomorrow = after?.exact ? after.worker.sid : undefined;
  if (workerTomorrow)
    return { verdict: workerTomorrow === workerToday ? 'same-worker' : 'other-worker', workerToday, workerTomorrow };
  const remark = after && 'The two NameIDs differ in upper and lower case alone; it is not known whether Flex minds.';
  return { verdict: before ? 'new-worker' : 'no-worker-yet', workerToday, workerTomorrow, ...(remark && { remark }) };
}
