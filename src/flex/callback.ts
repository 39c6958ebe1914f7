import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { FlexSsoError, inputError } from '../errors.js';
import { shortened } from './answer.js';
import { callbackHeaders, callbackPage } from './callback-page.js';
import type { PendingLogin } from './client.js';

/** `localhost` is both for a browser. A machine without IPv6 has only the first. */
const loopbacks = ['127.0.0.1', '::1'] as const;

/**
 * Waits on the loopback addresses for the one request with which Flex sends the browser back, and answers it with a page for whoever
 * logged in. Only a request with this login's state is that one; others are refused and do not end the wait. `listening` is called, and
 * awaited, as soon as a login may return: show the login page there. `onStranger` hears of an outcome without the right state. Throws
 * `FlexSsoError` with Flex's words where Flex refused the login, an input error where the port is taken, and the signal's reason where it
 * is aborted.
 */
export function awaitCallback(options: {
  port: number;
  pending: PendingLogin;
  signal: AbortSignal;
  listening?: () => void | Promise<void>;
  onStranger?: () => void;
}): Promise<{ code: string }> {
  const { port, pending, signal } = options;
  return new Promise((resolve, reject) => {
    let ended = false;
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      const outcome = ended ? refusals.repeated : judge(request, port, pending.state);
      if (outcome === refusals.state) options.onStranger?.();
      const isExpected = 'code' in outcome || 'error' in outcome;
      if (isExpected) {
        ended = true;
        // Only when the page is with the browser may its connection be cut.
        response.once('close', () => end(() => ('code' in outcome ? resolve(outcome) : reject(outcome.error))));
      }
      send(response, outcome);
    };
    const servers = loopbacks.map(() => createServer(answer));
    const stop = () => end(() => reject(signal.reason));
    const end = (settle: () => void) => {
      ended = true;
      signal.removeEventListener('abort', stop);
      for (const server of servers) server.close().closeAllConnections();
      settle();
    };
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    Promise.all(servers.map((server, index) => listen(server, port, loopbacks[index] ?? '')))
      .then(() => (ended ? undefined : options.listening?.()))
      .catch(error => end(() => reject(error)));
  });
}

/** Throws what `cannotListen` says where another program listens there. */
async function listen(server: Server, port: number, host: string): Promise<void> {
  const error = await new Promise<NodeJS.ErrnoException | undefined>(resolve => {
    server.once('error', resolve).listen(port, host, () => resolve(undefined));
  });
  if (error && (host === '127.0.0.1' || error.code === 'EADDRINUSE')) throw cannotListen(port, error);
}

type Refusal = { status: number; title: string; text: string };
type Outcome = { code: string } | { error: FlexSsoError; said: string } | Refusal;

const refusals = {
  host: { status: 403, title: 'Not here', text: 'This address is for the login that flex-sso started.' },
  method: { status: 405, title: 'This is no login', text: 'A login returns with a GET request.' },
  path: { status: 404, title: 'Nothing here', text: 'This address is for the login that flex-sso started.' },
  state: {
    status: 400,
    title: 'This is another login',
    text: 'It is not the one that flex-sso started last. Close this window and use the page that flex-sso opened.',
  },
  incomplete: {
    status: 400,
    title: 'Something is missing',
    text: 'Flex sent neither a code nor an error. Log in once more with the page that flex-sso opened.',
  },
  repeated: { status: 410, title: 'Already done', text: 'This login has come back before. You can close this window.' },
} satisfies Record<string, Refusal>;

function judge(request: IncomingMessage, port: number, state: string): Outcome {
  // A page elsewhere can make a browser ask 127.0.0.1 under a name of its own; it cannot make it ask as localhost.
  if (request.headers.host !== `localhost:${port}`) return refusals.host;
  if (request.method !== 'GET') return refusals.method;
  const [path, query] = (request.url ?? '').split('?', 2);
  if (path !== '/' && path !== '/callback') return refusals.path;
  const parameters = new URLSearchParams(query);
  const [code, error, given] = ['code', 'error', 'state'].map(name => parameters.get(name));
  if (!code && !error) return refusals.incomplete;
  // Any page can send a browser here. Only Flex and whoever got the link know the state.
  if (!isSame(given ?? '', state)) return refusals.state;
  if (!error && code) return { code };
  const said = shortened([error, parameters.get('error_description')].filter(Boolean).join(': '));
  return {
    said,
    error: new FlexSsoError(
      'login-denied',
      `Flex refused the login: ${said}.`,
      'Correct what it names in the identity provider or in Console, and log in again with `flex-sso validate`.',
      { ending: 'verification' },
    ),
  };
}

function send(response: ServerResponse, outcome: Outcome): void {
  const page =
    'code' in outcome
      ? {
          status: 200,
          title: 'You are logged in',
          text: 'flex-sso checks the login now, and says in its terminal what it shows. You can close this window.',
        }
      : 'error' in outcome
        ? {
            status: 200,
            title: 'Flex refused the login',
            text: `${outcome.said}. The terminal of flex-sso says what to mend. You can close this window.`,
          }
        : outcome;
  response.writeHead(page.status, callbackHeaders).end(callbackPage(page.title, page.text, 'code' in outcome));
}

/** In constant time, whatever the lengths. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/**
 * Throws an input error where another program listens on the port, so that nobody is sent to Console in vain. A browser may try `::1`
 * first for `localhost`, so that a program there would get the login.
 */
export async function demandFreePort(port: number): Promise<void> {
  for (const host of loopbacks) {
    const server = createServer();
    await listen(server, port, host);
    await new Promise(resolve => server.close(resolve));
  }
}

function cannotListen(port: number, error: NodeJS.ErrnoException): FlexSsoError {
  const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
  const why = error.code === 'EADDRINUSE' ? 'another program uses it' : error.message;
  if (!taken) return new FlexSsoError('callback-failed', `Waiting for the login failed: ${why}.`, 'Try again.');
  return inputError(
    'callback-port-taken',
    `The login cannot return to port ${port} of this machine: ${why}.`,
    'Close that program, or name another port with `--callback-port` and add http://localhost:PORT to the Trusted URLs in Console.',
  );
}
