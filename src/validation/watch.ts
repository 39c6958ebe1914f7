import { setTimeout as sleep } from 'node:timers/promises';
import { FlexSsoError } from '../errors.js';
import { GraphError, type GraphReader } from '../identity-providers/entra/client.js';
import { aboutSignInLog, inEntrasWords, type LoggedSignIn, readSignIns } from '../identity-providers/entra/sign-ins.js';

/** Between two looks, in milliseconds; the last one stays. The log allows five requests in ten seconds. */
const pauses = [500, 500, 1000, 2000, 3000, 5000, 10_000];
/** A wrong password and a question on the way are no end of a login. */
const goesOn = new Set([50126, 50140, 50058, 50125, 16000, 16001]);

/** Yields whenever it is time to look, at once for the first time, until it is stopped. */
export async function* looks(signal: AbortSignal): AsyncGenerator<number> {
  for (let look = 0; !signal.aborted; look++) {
    yield look;
    await sleep(pauses[Math.min(look, pauses.length - 1)], undefined, { signal }).catch(() => {});
  }
}

/** Which sign-ins: those to an application since a moment (ISO 8601). */
export interface Watched {
  graph: GraphReader;
  appId: string;
  since: string;
}

/** A reader of Entra's log that says every entry once, and once for all where the log cannot be read. */
export function signInLog(say: (words: string) => void, { graph, appId, since }: Watched) {
  const said = new Set<string>();
  let isReadable = true;
  return {
    get isReadable() {
      return isReadable;
    },
    /** What is in it now, newest first; nothing where it cannot be read. */
    async read(): Promise<readonly LoggedSignIn[]> {
      if (!isReadable) return [];
      const entries = await readSignIns(graph, appId, since).catch(unreadable);
      if (!entries) {
        isReadable = false;
        say(`Entra’s sign-in log cannot be read here, so flex-sso goes on without it. ${aboutSignInLog}`);
        return [];
      }
      const news = entries.filter(entry => !said.has(keyOf(entry)));
      for (const entry of news.toReversed()) {
        said.add(keyOf(entry));
        say(inWords(entry));
      }
      return entries;
    },
  };
}

/** The login that ended one way or the other, where the log shows one and nothing else; of several people none is known to be meant. */
export function lastOutcome(entries: readonly LoggedSignIn[]): LoggedSignIn | undefined {
  const [newest] = entries;
  const isOnePerson = new Set(entries.map(({ userId }) => userId)).size === 1;
  return newest && isOnePerson && !goesOn.has(newest.errorCode) ? newest : undefined;
}

/** Undefined where it will stay so; nothing where Graph is only out of breath. */
function unreadable(error: unknown): [] | undefined {
  if (error instanceof GraphError) return error.status === 429 || error.status >= 500 ? [] : undefined;
  if (error instanceof FlexSsoError && error.ending === 'permission') return undefined;
  throw error;
}

const keyOf = ({ at, userId, errorCode }: LoggedSignIn) => `${at} ${userId} ${errorCode}`;

function inWords(signIn: LoggedSignIn): string {
  const time = /T(\d\d:\d\d:\d\d)/.exec(signIn.at)?.[1];
  const when = time ? `${time} UTC` : signIn.at;
  return signIn.errorCode === 0
    ? `Entra’s log: at ${when} somebody was let in.`
    : `Entra’s log: at ${when} a login was refused. ${inEntrasWords(signIn)}`;
}
