import { setTimeout as sleep } from 'node:timers/promises';
import { FlexSsoError } from '../errors.js';
import { GraphError, type GraphReader } from '../identity-providers/entra/client.js';
import { aboutSignInLog, inEntrasWords, type LoggedSignIn, readSignIns } from '../identity-providers/entra/sign-ins.js';
import type { ReadContext } from '../migration/step.js';

/** Between two looks, in milliseconds; the last one stays. The log allows five requests in ten seconds. */
const pauses = [500, 500, 1000, 2000, 3000, 5000, 10_000];
/** A wrong password and a question on the way are no end of a login. */
const goesOn = new Set([50126, 50140, 50058, 50125, 16000, 16001]);

/**
 * Watches Entra's log for logins to an application since a moment, and says what appears. Resolves with the newest one when it stays the
 * newest and ends the login one way or the other; never where the log cannot be read or the signal stops it.
 */
export async function watchSignIns(
  { report }: Pick<ReadContext, 'report'>,
  watched: { graph: GraphReader; appId: string; since: string; signal: AbortSignal },
): Promise<LoggedSignIn> {
  const { graph, appId, since, signal } = watched;
  let last: LoggedSignIn | undefined;
  for (let look = 0; !signal.aborted; look++) {
    await sleep(pauses[Math.min(look, pauses.length - 1)], undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    const newest = await newestSignIn({ graph, appId, since });
    if (newest === 'unreadable') {
      report.note(`Entra’s sign-in log cannot be read here, so only what comes back is seen. ${aboutSignInLog}`);
      break;
    }
    if (!newest) continue;
    if (newest.at === last?.at && newest.errorCode === last.errorCode) {
      if (!goesOn.has(newest.errorCode)) return newest;
      continue;
    }
    last = newest;
    report.note(seen(newest));
  }
  return new Promise(() => {});
}

/** The newest login since a moment; 'unreadable' where licence or permission are missing. */
export async function newestSignIn(of: {
  graph: GraphReader;
  appId: string;
  since: string;
}): Promise<LoggedSignIn | 'unreadable' | undefined> {
  try {
    return (await readSignIns(of.graph, of.appId, of.since))[0];
  } catch (error) {
    if (error instanceof GraphError || (error instanceof FlexSsoError && error.ending === 'permission'))
      return 'unreadable';
    throw error;
  }
}

const seen = (signIn: LoggedSignIn) =>
  signIn.errorCode === 0
    ? `Entra let somebody in (${signIn.at}).`
    : `Entra refused a login (${signIn.at}): ${inEntrasWords(signIn)}`;
