import { setTimeout as sleep } from 'node:timers/promises';
import { aboutSignInLog, type LoggedSignIn } from '../identity-providers/entra/sign-ins.js';
import type { Evidence, Facts, Migration, WorkerRecord } from '../migration/state.js';
import type { ReadContext } from '../migration/step.js';
import { applicationOf, graphIfAllowed } from './diagnose-entra.js';
import { doubt, evidenceOf } from './evidence.js';
import { refusedInLog } from './log-in.js';
import { newestSignIn } from './watch.js';

const pauseMs = 10_000;
/** Entra's log may be this late. */
const longestMs = 15 * 60_000;

/** The Workers as they were before somebody was asked to log in, and when that was. */
interface Before {
  workers: readonly WorkerRecord[];
  /** ISO 8601. */
  at: string;
}

interface Seen {
  worker?: WorkerRecord;
  /** There was before. */
  isKnown?: boolean;
  signIn?: LoggedSignIn;
}

/**
 * A login elsewhere, by what it leaves behind: in TaskRouter a changed Worker, in Entra's log an entry. At a terminal it is looked for
 * until it is enough, somebody stops it, or even a late log would show it; else once.
 */
export async function observeLogin(
  context: ReadContext,
  from: Before = {
    workers: context.migration.facts.workersBeforeLogin ?? [],
    at: context.migration.facts.loginAwaitedSince ?? new Date().toISOString(),
  },
): Promise<Facts> {
  const { migration, report, attended, signal } = context;
  const deadline = Date.now() + longestMs;
  let seen: Seen = {};
  for (let look = 0; ; look++) {
    const before = seen;
    seen = await lookOnce(context, from);
    if (seen.worker && !before.worker) report.note(`The Worker ${seen.worker.sid} changed.`);
    if (seen.signIn && seen.signIn.at !== before.signIn?.at) report.note(inWords(seen.signIn));
    if (seen.worker || (seen.signIn && seen.signIn.errorCode !== 0)) break;
    if (!attended || signal.aborted || Date.now() > deadline) break;
    if (look === 0)
      report.note(
        `Nothing of a login is to be seen yet; looking again every 10 seconds. Ctrl-C ends it. ${aboutSignInLog}`,
      );
    await sleep(pauseMs, undefined, { signal });
  }
  if (!seen.worker && seen.signIn && seen.signIn.errorCode !== 0) return { refusal: refusedInLog(seen.signIn) };
  return { evidence: judged(migration, seen), refusal: undefined };
}

async function lookOnce(context: ReadContext, from: Before): Promise<Seen> {
  const { flex, migration } = context;
  const account = migration.facts.flex;
  const [workers, signIn] = await Promise.all([flex.workers(account?.workspaceSid ?? ''), newest(context, from.at)]);
  const before = new Map(from.workers.map(worker => [worker.sid, worker]));
  const changed = workers.filter(worker => isChanged(before.get(worker.sid), worker));
  const worker = changed.find(({ sid }) => before.has(sid)) ?? changed[0];
  return { ...(worker && { worker, isKnown: before.has(worker.sid) }), ...(signIn && { signIn }) };
}

const isChanged = (before: WorkerRecord | undefined, now: WorkerRecord) =>
  before?.dateUpdated !== now.dateUpdated || before.attributesDigest !== now.attributesDigest;

async function newest(context: ReadContext, since: string): Promise<LoggedSignIn | undefined> {
  const graph = await graphIfAllowed(context);
  const appId = applicationOf(context.migration)?.appId;
  if (!graph || !appId) return undefined;
  const found = await newestSignIn({ graph, appId, since });
  return found === 'unreadable' ? undefined : found;
}

function judged(migration: Migration, { worker, isKnown = false, signIn }: Seen): Evidence {
  const byEntra = signIn ? (['entra'] as const) : [];
  if (worker)
    return evidenceOf(migration, {
      source: 'taskrouter',
      seenBy: [...byEntra, 'taskrouter'],
      workerSid: worker.sid,
      identity: worker.friendlyName,
      roles: worker.roles,
      sameWorker: isKnown,
      ...(!isKnown && { doubts: [doubt('worker-new', 'warning', `${worker.sid} was not there before the login.`)] }),
    });
  if (!signIn) return evidenceOf(migration, { source: 'word', seenBy: ['word'] });
  return evidenceOf(migration, {
    source: 'entra',
    seenBy: ['entra', 'word'],
    doubts: [doubt('login-not-returned', 'warning', 'Entra let somebody in, and no Worker has changed since.')],
  });
}

const inWords = ({ at, errorCode, reason }: LoggedSignIn) =>
  errorCode === 0 ? `Entra let somebody in (${at}).` : `Entra refused a login (${at}): AADSTS${errorCode}: ${reason}`;
