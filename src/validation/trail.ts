import type { WorkerRecord } from '../migration/facts.js';
import type { ReadContext } from '../migration/step.js';
import { identitiesOf, type Person } from './continuity.js';

/** Longer lists of Workers are counted, not named. */
const mostNamed = 5;

/** The Workers that changed since they were `before`, in the order of TaskRouter. */
export interface Trail {
  changed: readonly WorkerRecord[];
  before: ReadonlyMap<string, WorkerRecord>;
}

/** A reader of the Workers that says every change once. */
export function workerTrail(
  { flex, migration }: ReadContext,
  say: (words: string) => void,
  workers: readonly WorkerRecord[],
) {
  const before = new Map(workers.map(worker => [worker.sid, worker]));
  const said = new Set<string>();
  return {
    async read(): Promise<Trail> {
      const now = await flex.workers(migration.facts.flex?.workspaceSid ?? '');
      const changed = now.filter(worker => isChanged(before.get(worker.sid), worker));
      const news = changed.filter(({ sid }) => !said.has(sid));
      for (const { sid } of news) said.add(sid);
      for (const worker of news.slice(0, mostNamed)) say(inWords(worker, before.has(worker.sid)));
      if (news.length > mostNamed) say(`TaskRouter: ${news.length - mostNamed} more Workers changed.`);
      return { changed, before };
    },
  };
}

/**
 * The Worker that a login left its trace on: that of somebody whom Entra let in, else a new one, else the only one that changed, where it
 * may be theirs. Undefined where none is, or where it cannot be told which.
 */
export function workerOf({ changed, before }: Trail, people: readonly Person[]): WorkerRecord | undefined {
  const names = new Set(people.flatMap(identitiesOf));
  const isTheirs = ({ friendlyName }: WorkerRecord) => names.has(friendlyName.toLowerCase());
  const [only, ...more] = changed;
  const mayBeTheirs = more.length === 0 && ![...before.values()].some(isTheirs);
  return changed.find(isTheirs) ?? changed.find(({ sid }) => !before.has(sid)) ?? (mayBeTheirs ? only : undefined);
}

const isChanged = (before: WorkerRecord | undefined, now: WorkerRecord) =>
  before?.dateUpdated !== now.dateUpdated || before.attributesDigest !== now.attributesDigest;

const inWords = ({ sid, friendlyName }: WorkerRecord, isKnown: boolean) =>
  isKnown
    ? `TaskRouter: the Worker ${friendlyName} (${sid}) changed.`
    : `TaskRouter: a new Worker, ${friendlyName} (${sid}). Whoever logged in had none under this name; it is billed from now on.`;
