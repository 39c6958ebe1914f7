import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { bin } from '../support/cli.js';
import { startTerminal, type Terminal } from '../support/terminal.js';

/** What asks a process to end, and the exit codes that say so. A terminal that is closed may end what is typed before its signal comes. */
export const signals = {
  SIGINT: [130],
  SIGTERM: [143],
  SIGHUP: [143],
  close: [130, 143],
} as const satisfies Record<string, readonly number[]>;

export type Signal = keyof typeof signals;

/** A place where a run waits: the command that leads there, and what is answered on the way. */
export interface WaitingPlace {
  command: readonly string[];
  /** What the screen shows when it waits, and the keys that lead on from there; the last one is where the signal comes. */
  way: readonly { shows: string | RegExp; keys?: string }[];
  environment?: Readonly<Record<string, string>>;
  /** Systems that take every request and answer none. */
  silent?: true;
}

const account = `AC${'1'.repeat(32)}`;
const sandbox = ['migrate', '--sandbox'];
const down = '\u001b[B';
const first = 'Hosted by Twilio, at flex.twilio.com';

/** One of every kind of question, and of every wait that needs no finished migration. */
export const waitingPlaces: Readonly<Record<string, WaitingPlace>> = {
  'a text (the account)': { command: ['migrate'], way: [{ shows: 'Which Twilio account is it?' }] },
  'a secret (the auth token)': {
    command: ['migrate', '--account', account],
    way: [{ shows: 'Auth token of the account', keys: 'abc' }, { shows: '***' }],
  },
  'a choice': { command: sandbox, way: [{ shows: first }] },
  'a text that is refused': {
    command: sandbox,
    way: [
      { shows: first, keys: `${down}\r` },
      { shows: 'What is the address of your self-hosted Flex UI?', keys: 'x\r' },
      { shows: 'is no https URL' },
    ],
  },
  'what to do by hand': {
    command: [...sandbox, '--setup-type', 'new', '--hosting', 'hosted'],
    way: [{ shows: 'Later – pause here' }],
  },
  'a plan to confirm': {
    command: [...sandbox, '--setup-type', 'new', '--hosting', 'hosted'],
    way: [{ shows: 'Later – pause here', keys: '\r' }, { shows: 'Make these changes?' }],
  },
  'a system that does not answer': {
    command: ['migrate', '--account', account],
    environment: { TWILIO_ACCOUNT_SID: account, TWILIO_AUTH_TOKEN: 'a'.repeat(32) },
    silent: true,
    way: [{ shows: 'Looking at what is there' }],
  },
};

/**
 * Goes to a place, sends the signal once, and tells how the run ended. `echoes` is whether the terminal shows what is typed then, and
 * `cursor` whether it shows the cursor; unknown if it is closed.
 */
export async function stopWaiting(place: WaitingPlace, signal: Signal, state: string): Promise<Stopped> {
  const server = place.silent ? await silentServer(state) : undefined;
  const args = [...place.command, '--state', state, ...(server ? ['--endpoints', server.endpoints] : [])];
  // The shell outlives the signal, so that it can look at the terminal. If that is closed, a shell like this would keep it from the command.
  const script = 'trap : INT TERM HUP; "$@"; code=$?; stty -a; exit $code';
  const shell = signal === 'close' ? [] : ['bash', '-c', script, 'bash'];
  const [program = '', ...rest] = [...shell, process.execPath, bin, ...args];
  const terminal = startTerminal(program, {
    args: rest,
    env: { NO_COLOR: '1', ...place.environment },
    rows: 100,
    deadline: 150_000,
  });
  try {
    for (const { shows, keys } of place.way) {
      await terminal.waitFor(shows);
      if (keys) terminal.type(keys);
    }
    send(terminal, signal);
    const code = await terminal.exit;
    const written = terminal.written();
    const isOpen = signal !== 'close';
    return {
      code,
      said: terminal.text(),
      ...(isOpen && { echoes: / echo /.test(written) && / icanon /.test(written) }),
      ...(isOpen && { cursor: written.lastIndexOf('\u001b[?25h') >= written.lastIndexOf('\u001b[?25l') }),
    };
  } finally {
    terminal.kill();
    server?.close();
  }
}

export interface Stopped {
  code: number;
  said: string;
  echoes?: boolean;
  cursor?: boolean;
}

function send(terminal: Terminal, signal: Signal): void {
  if (signal === 'close') terminal.hangUp();
  else terminal.signal(signal);
}

/** Something that takes connections and says nothing, and the endpoints that lead there. */
async function silentServer(state: string): Promise<{ endpoints: string; close(): void }> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer(socket => sockets.add(socket.on('error', () => {})));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const systems = ['flex-api', 'flex-services', 'taskrouter', 'login', 'graph', 'console', 'flex', 'iam', 'flex-login'];
  const endpoints = path.join(state, 'silent.json');
  await writeFile(
    endpoints,
    JSON.stringify(Object.fromEntries(systems.map(name => [name, `http://127.0.0.1:${port}/${name}`]))),
  );
  return {
    endpoints,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
