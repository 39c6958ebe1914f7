import { FlexSsoError } from '../errors.js';
import type { GraphReader } from '../identity-providers/entra/client.js';
import { aboutSignInLog } from '../identity-providers/entra/sign-ins.js';
import type { Evidence, Facts } from '../migration/facts.js';
import type { Migration } from '../migration/state.js';
import type { WriteContext } from '../migration/step.js';
import { continuityDoubts } from './continuity.js';
import { applicationOf, graphIfAllowed } from './diagnose-entra.js';
import { doubt, evidenceOf, refusalOf, refusedLogin } from './evidence.js';
import { refusedInLog } from './log-in.js';
import { isEnough, isSame, type Seen, seenIn, whoWasLetIn } from './seen.js';
import { workerTrail } from './trail.js';
import { looks, signInLog } from './watch.js';

/** Entra's log may be this late. */
const longestMs = 15 * 60_000;

/**
 * A login elsewhere, by what it leaves behind: in TaskRouter a changed Worker, in Entra's log an entry. At a terminal it is looked for
 * until it is enough, somebody says so, or even a late log would show it; else once. What is seen is recorded as it appears. `saw` is
 * what the error page said that whoever logged in ended at: then there is nothing to wait for.
 */
export async function observeLogin(context: WriteContext, saw?: string): Promise<Facts> {
  const { migration, report, attended, signal } = context;
  const { workersBeforeLogin = [], loginAwaitedSince = new Date().toISOString() } = migration.facts;
  const graph = await graphIfAllowed(context);
  const appId = applicationOf(migration)?.appId;
  const unsaid: string[] = [];
  const say = (words: string) => void unsaid.push(words);
  const log = graph && appId ? signInLog(say, { graph, appId, since: loginAwaitedSince }) : undefined;
  const trail = workerTrail(context, say, workersBeforeLogin);
  const enough = attended ? context.enough?.() : undefined;
  const over = AbortSignal.any([signal, AbortSignal.timeout(longestMs), ...(enough ? [enough.signal] : [])]);
  let seen: Seen = { isUnclear: false, isOneLogin: false };
  try {
    for await (const look of looks(over)) {
      const before = seen;
      const entries = (await log?.read()) ?? [];
      seen = seenIn(await trail.read(), entries, await whoWasLetIn(graph, entries));
      const isOver = !attended || saw !== undefined || isEnough(before, seen, log?.isReadable);
      // On disk before it is on the screen: whoever stops now has read it.
      if (!isOver && !isSame(before, seen)) await context.record?.({ evidence: judged(migration, seen) });
      if (!isOver && look === 0) watching(log?.isReadable).forEach(say);
      if (!isOver && seen.worker && !before.worker && log?.isReadable) say(awaitingLog);
      for (const words of unsaid.splice(0)) report.note(words);
      if (isOver) break;
    }
  } finally {
    enough?.end();
  }
  signal.throwIfAborted();
  if (seen.refused && !seen.worker) return refusedLogin(migration, refusedInLog(seen.refused));
  if (saw !== undefined) return refusedLogin(migration, refusalOf('flex', saw));
  if (attended && !seen.worker && !seen.isUnclear && !seen.letIn) throw notSeen();
  return {
    evidence: { ...judged(migration, seen, !attended), ...(await doubts(context, seen, graph)) },
    refusal: undefined,
  };
}

/** For whoever is at the terminal. */
const watching = (isLogReadable = false) => [
  `Watching ${isLogReadable ? 'Entra’s sign-in log and ' : ''}TaskRouter’s Workers. Log in now, on any machine, or let somebody log in.`,
  ...(isLogReadable ? [aboutSignInLog] : []),
  'Enter ends the watching and keeps what was seen. Ctrl-C stops flex-sso; it can go on later.',
];
const awaitingLog =
  'Entra’s log has to show the same login: a Worker alone may have changed for another reason. Enter goes on without it.';

/** Whether an entry of the log is of the enhanced connection alone: while both connections share an application, it may be of either. */
const tellsApart = ({ answers, facts }: Migration) =>
  answers.setupType !== 'modify' || facts.finishedAt !== undefined || answers.overlap === 'no' || facts.overlapRefused;

function judged(
  migration: Migration,
  { worker, isKnown = false, isUnclear, isOneLogin, letIn }: Seen,
  isSaid = false,
): Evidence {
  const byEntra = letIn ? (['entra'] as const) : [];
  const byWord = isSaid ? (['word'] as const) : [];
  if (worker)
    return evidenceOf(migration, {
      source: 'taskrouter',
      seenBy: [...byEntra, 'taskrouter'],
      workerSid: worker.sid,
      identity: worker.friendlyName,
      roles: worker.roles,
      sameWorker: isKnown,
      throughConnection: isOneLogin && tellsApart(migration) === true,
    });
  if (letIn) return evidenceOf(migration, { source: 'entra', seenBy: ['entra', ...byWord] });
  if (isUnclear)
    return evidenceOf(migration, { source: 'taskrouter', seenBy: ['taskrouter'], throughConnection: false });
  return evidenceOf(migration, { source: 'word', seenBy: ['word'] });
}

async function doubts(
  context: WriteContext,
  { worker, letIn, isOneLogin, isKnown }: Seen,
  graph: GraphReader | undefined,
): Promise<Pick<Evidence, 'doubts'>> {
  if (!worker && letIn)
    return {
      doubts: [doubt('login-not-returned', 'warning', 'Entra let somebody in, and no Worker has changed since.')],
    };
  if (!worker) return {};
  const { sid: workerSid, friendlyName: identity, roles } = worker;
  const { flex, migration } = context;
  const attributes = await flex.worker(migration.facts.flex?.workspaceSid ?? '', workerSid);
  const led = { workerSid, identity, roles, ...(isOneLogin && letIn && { userId: letIn.userId }) };
  const found = await continuityDoubts(context, led, attributes, graph);
  // Somebody may have got a Worker between the beginning of the migration and this login.
  const isNew = !isKnown && !found.some(({ cause }) => cause === 'worker-new' || cause === 'name-id-changed');
  const all = [
    ...found,
    ...(isNew
      ? [doubt('worker-new', 'warning', `${workerSid} is a new Worker: it was not there before the login.`)]
      : []),
  ];
  return all.length > 0 ? { doubts: all } : {};
}

function notSeen(): FlexSsoError {
  return new FlexSsoError(
    'login-not-seen',
    'No login was seen: no Worker has changed, and Entra’s log shows nothing.',
    'Log in and watch again; or, if somebody says that it worked, go on with that as a word. Entra’s log may be 15 minutes late.',
    { ending: 'verification' },
  );
}
