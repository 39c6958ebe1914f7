import { FlexSsoError } from '../errors.js';
import { awaitCallback } from '../flex/callback.js';
import type { LoginResult, PendingLogin, WorkerAttributes } from '../flex/client.js';
import { callbackUrl } from '../flex/login.js';
import { inEntrasWords, type LoggedSignIn } from '../identity-providers/entra/sign-ins.js';
import type { Evidence, Facts, LoginRefusal } from '../migration/facts.js';
import type { WriteContext } from '../migration/step.js';
import { isNetworkTrouble } from '../network-trouble.js';
import { continuityDoubts } from './continuity.js';
import { applicationOf, graphIfAllowed } from './diagnose-entra.js';
import { doubt, fromFlex, refusalOf, refusedLogin } from './evidence.js';
import { lastOutcome, looks, signInLog } from './watch.js';

const minute = 60_000;
/** As long as somebody takes who was sent the link; without a terminal nobody can end the wait. */
const longestUnattended = 15 * minute;
/** Nobody types a password faster. */
const tooFast = 5_000;

type Outcome = { code: string } | { refusal: LoginRefusal };

/** A login that comes back to this process. Why it does not is as much a result as that it does. */
export async function logInHere(context: WriteContext): Promise<Facts> {
  const { login, migration } = context;
  const startedAt = Date.now();
  const pending = login.begin(migration.facts.connection?.name ?? '', callbackUrl(migration.answers));
  const outcome = await returned(context, pending);
  if ('refusal' in outcome) return refusedLogin(migration, outcome.refusal);
  const took = Date.now() - startedAt;
  let result: LoginResult;
  try {
    result = await login.complete(pending, outcome.code);
  } catch (error) {
    if (error instanceof FlexSsoError && error.ending === 'verification')
      return refusedLogin(migration, refusalOf('flex', error.message));
    throw error;
  }
  if (result.accountSid !== migration.accountSid)
    return refusedLogin(
      migration,
      refusalOf('flex', `The login led to the account ${result.accountSid}.`, 'login-other-account'),
    );
  return { evidence: await judge(context, result, { startedAt, took }), refusal: undefined };
}

/** Waits for the browser to come back, and watches Entra's log meanwhile: an error page there never comes back. */
async function returned(context: WriteContext, pending: PendingLogin): Promise<Outcome> {
  const { migration, signal, attended, report } = context;
  const over = new AbortController();
  const limit = attended ? [] : [AbortSignal.timeout(longestUnattended)];
  const stopped = AbortSignal.any([signal, over.signal, ...limit]);
  const port = Number(new URL(callbackUrl(migration.answers)).port);
  const log: Watched = { last: undefined };
  const comesBack = awaitCallback({
    port,
    pending,
    signal: stopped,
    listening: () => context.visit(pending.url),
    onStranger: () => report.note(strangerCame),
  });
  try {
    return await Promise.race([comesBack, endedElsewhere(context, log, stopped)]);
  } catch (error) {
    if (signal.aborted || isOver(error)) throw error;
    if (limit.some(({ aborted }) => aborted)) return { refusal: notReturned(log) };
    if (error instanceof FlexSsoError && (error.ending === 'verification' || error.code === sawErrorPage))
      return { refusal: refusalOf('flex', error.message) };
    throw error;
  } finally {
    over.abort();
    comesBack.catch(() => {});
  }
}

const strangerCame =
  'Something came to the address of the callback without the state of this login. It is not taken for an answer of Flex, and the wait goes on.';

/** Nobody came back in time. What the log shows of that time may be of another login. */
function notReturned({ last }: Watched): LoginRefusal {
  const nobody = 'Nobody came back within 15 minutes.';
  if (!last) return refusalOf('flex-sso', nobody, 'login-not-seen');
  if (last.errorCode === 0)
    return refusalOf('flex-sso', `${nobody} Entra’s log shows a successful login in that time.`, 'login-not-seen');
  return refusalOf('flex-sso', `${nobody} Entra’s log shows a refused login in that time. ${inEntrasWords(last)}`);
}

/** What the sandbox's operator says of an error page that the login ended at. */
const sawErrorPage = 'sandbox-refused';
/** What the sandbox's operator says of a login that cannot take place in the sandbox: nobody refused it. */
const leadsElsewhere = 'sandbox-login-elsewhere';

/** What Entra's log shows so far of how a login ended, where it shows one person's. */
interface Watched {
  last: LoggedSignIn | undefined;
}

/**
 * Resolves when Entra's log shows how the login ended without coming back, and throws where somebody gives the wait up. Nobody but this
 * login uses a new application before the setup is finished. After that an entry may be another agent's: it is said, and the wait goes
 * on, until whoever is at the terminal decides.
 */
async function endedElsewhere(
  context: WriteContext,
  seen: Watched,
  signal: AbortSignal,
): Promise<{ refusal: LoginRefusal }> {
  const { migration, attended } = context;
  const since = new Date().toISOString();
  const graph = await graphIfAllowed(context);
  const appId = applicationOf(migration)?.appId;
  const log = graph && appId ? signInLog(context.report.note, { graph, appId, since }) : undefined;
  const isOurs = migration.answers.setupType === 'new' && migration.facts.finishedAt === undefined;
  const enough = attended ? context.enough?.() : undefined;
  try {
    for await (const _ of looks(enough ? AbortSignal.any([signal, enough.signal]) : signal)) {
      const newest = lastOutcome((await log?.read()) ?? []);
      const stays = newest && newest.at === seen.last?.at && newest.errorCode === seen.last.errorCode;
      seen.last = newest;
      // Whom Entra let in is on the way back, however long that takes.
      if (stays && isOurs && newest.errorCode !== 0) break;
    }
  } finally {
    enough?.end();
  }
  // Whoever waits for the browser has its answer.
  if (signal.aborted) return new Promise(() => {});
  if (seen.last) return { refusal: refusedInLog(seen.last) };
  throw new FlexSsoError(
    givenUp,
    'Nobody has come back from the login page.',
    'Read what the page says that the login stopped at: Entra’s errors have a number that begins with AADSTS. ' +
      '`flex-sso inspect` explains a recording (HAR file) of it. Then log in again.',
    { ending: 'verification' },
  );
}

const givenUp = 'login-given-up';
/** There is no outcome of the login, and nothing to wait for. */
const isOver = (error: unknown) => error instanceof FlexSsoError && [givenUp, leadsElsewhere].includes(error.code);

/** What the last entry of the log means for a login that did not come back. */
export const refusedInLog = (entry: LoggedSignIn): LoginRefusal =>
  entry.errorCode === 0
    ? refusalOf('entra', 'Entra’s log shows the login as successful.', 'login-not-returned')
    : refusalOf('entra', inEntrasWords(entry));

async function judge(
  context: WriteContext,
  result: LoginResult,
  { startedAt, took }: { startedAt: number; took: number },
): Promise<Evidence> {
  const { flex, migration, report } = context;
  // The login is proven by now, and its code is used up: trouble of the network must not lose it.
  const orNothing = (error: unknown): undefined => {
    if (!(error instanceof FlexSsoError && isNetworkTrouble(error))) throw error;
    report.note(`The login worked. What it led to cannot be compared with everything from before: ${error.message}`);
  };
  const worker = await flex.worker(migration.facts.flex?.workspaceSid ?? '', result.workerSid).catch(orNothing);
  const fresh = !(took < tooFast && isUntouched(worker, startedAt));
  const continuity = graphIfAllowed(context).then(graph => continuityDoubts(context, result, worker, graph));
  const doubts = [
    ...(fresh
      ? []
      : [doubt('stale-session', 'error', 'The login came back at once, and Flex wrote nothing to the Worker.')]),
    ...sessionDoubts(result),
    ...((await continuity.catch(orNothing)) ?? []),
  ];
  return fromFlex(migration, result, { fresh, ...(doubts.length > 0 && { doubts }) });
}

/** Every login writes its claims to the Worker. The clocks of two machines are compared, so a little is let pass. */
const isUntouched = (worker: WorkerAttributes | undefined, startedAt: number) =>
  worker !== undefined && Date.parse(worker.dateUpdated) < startedAt - 2 * minute;

function sessionDoubts({ expiration }: LoginResult): NonNullable<Evidence['doubts']> {
  const left = Date.parse(expiration ?? '') - Date.now();
  if (!(left < 55 * minute)) return [];
  const message = `The session ends after ${Math.round(left / minute)} minutes.`;
  // How long a token of Flex lives at most is not documented; below half an hour nobody can work.
  return [doubt('session-too-short', left < 30 * minute ? 'error' : 'warning', message)];
}
