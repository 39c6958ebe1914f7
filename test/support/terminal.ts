import readline from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const keys = {
  enter: '\r',
  up: '\u001b[A',
  down: '\u001b[B',
  left: '\u001b[D',
  right: '\u001b[C',
  tab: '\t',
  space: ' ',
  backspace: '\u007f',
  escape: '\u001b',
  'ctrl-c': '\u0003',
  'ctrl-d': '\u0004',
} as const;

export type Key = keyof typeof keys;

/** A text, a pattern, or a judgement of the visible screen and of everything that was ever on it. */
type Expected = string | RegExp | ((screen: string, text: string) => boolean);

export interface ScreenSize {
  columns?: number;
  rows?: number;
  /** Milliseconds for everything that happens on this screen; after that every wait fails and shows it. */
  deadline?: number;
}

/** A terminal's screen, read as a person would see it, and the keyboard before it. */
interface Screen {
  /** The visible rows, without trailing spaces and empty rows. */
  screen(): string;
  /** What has scrolled away as well; a row that the terminal wrapped is one line. */
  text(): string;
  /** Waits until the visible screen holds a text, be it wrapped or not. Fails when the deadline passes or the program ends without it. */
  waitFor(expected: Expected): Promise<void>;
  press(...pressed: Key[]): void;
  type(text: string): void;
}

export interface TerminalOptions extends ScreenSize {
  args?: readonly string[];
  cwd?: string;
  /** The whole environment of the command; what it needs beside PATH, HOME and TERM must be named. */
  env?: Record<string, string | undefined>;
}

export interface Terminal extends Screen {
  /** Resolves with the exit code when everything that was written is on the screen. */
  readonly exit: Promise<number>;
  /** What the command wrote, to the letter. */
  written(): string;
  resize(columns: number, rows: number): void;
  /** Sends a signal to the command and all that it has started. */
  signal(name: NodeJS.Signals): void;
  /** Closes the window. */
  hangUp(): void;
  /** Ends the command where it still runs. For `afterEach` and `finally`. */
  kill(): void;
}

/** Starts a command in a real pseudo-terminal. */
export function startTerminal(command: string, options: TerminalOptions = {}): Terminal {
  const { columns = 80, rows = 24 } = options;
  const pty = spawn(command, [...(options.args ?? [])], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'C.UTF-8', ...options.env },
  });
  const emulator = createEmulator(options, text => pty.write(text));
  let written = '';
  pty.onData(data => {
    written += data;
    emulator.write(data);
  });
  const kill = () => end(pty);
  const exit = new Promise<number>((resolve, reject) => {
    emulator.onDeadline(error => {
      kill();
      reject(error);
    });
    pty.onExit(({ exitCode, signal }) => {
      emulator.end(`The program ended with exit code ${exitCode}.`, () => resolve(signal ? 128 + signal : exitCode));
    });
  });
  // Whoever only waits for texts is told of the deadline there.
  exit.catch(() => {});
  return {
    ...emulator.screen,
    exit,
    written: () => written,
    resize(newColumns, newRows) {
      pty.resize(newColumns, newRows);
      emulator.resize(newColumns, newRows);
    },
    signal: name => process.kill(-pty.pid, name),
    // Its type does not say so, but it has it.
    hangUp: () => (pty as IPty & { destroy(): void }).destroy(),
    kill,
  };
}

/** Streams for code that is to be tested in this process, with a terminal's screen and keyboard at their other end. */
export interface StreamTerminal extends Screen {
  readonly input: PassThrough & { isTTY: true };
  readonly output: Writable & { isTTY: true; columns: number };
  close(): void;
}

export function openStreamTerminal(options: ScreenSize = {}): StreamTerminal {
  const input = Object.assign(new PassThrough(), { isTTY: true as const });
  const emulator = createEmulator(options, text => input.write(text));
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      // A real terminal turns a newline into a new row from its beginning.
      emulator.write(chunk.toString('utf8').replace(/\r?\n/g, '\r\n'));
      done();
    },
  });
  const cursor = {
    cursorTo: (x: number) => readline.cursorTo(output, x),
    clearLine: (direction: -1 | 0 | 1) => readline.clearLine(output, direction),
    moveCursor: (x: number, y: number) => readline.moveCursor(output, x, y),
  };
  return {
    ...emulator.screen,
    input,
    // As stdout and stderr: a stream that is piped into them may end without ending them.
    output: Object.assign(output, { isTTY: true as const, columns: options.columns ?? 80, _isStdio: true, ...cursor }),
    close: () => emulator.end('The test closed the terminal.', () => {}),
  };
}

function createEmulator({ columns = 80, rows = 24, deadline = 20_000 }: ScreenSize, send: (text: string) => void) {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  const waiting = new Set<{ expected: Expected; resolve: () => void; reject: (error: Error) => void }>();
  let ended: Error | undefined;
  let late: (error: Error) => void = () => {};

  const fail = (why: string) => {
    ended = new Error(`${why}\nThe screen shows:\n${framed(screen())}`);
    for (const { expected, reject } of waiting) reject(missing(expected, ended));
    waiting.clear();
    return ended;
  };
  const timer = setTimeout(() => late(fail(`Nothing more came within ${deadline} ms.`)), deadline);
  timer.unref();

  const screen = () => lines(terminal.buffer.active.baseY).join('\n').trimEnd();

  function lines(from: number): string[] {
    const found: string[] = [];
    for (let row = from; row < terminal.buffer.active.length; row++) {
      const line = terminal.buffer.active.getLine(row);
      if (line) found.push(line.translateToString(true).trimEnd());
    }
    return found;
  }

  function unwrapped(): string[] {
    const found: string[] = [];
    for (let row = 0; row < terminal.buffer.active.length; row++) {
      const line = terminal.buffer.active.getLine(row);
      if (!line) continue;
      const next = terminal.buffer.active.getLine(row + 1);
      const text = line.translateToString(!next?.isWrapped);
      if (line.isWrapped && found.length > 0) found.push((found.pop() ?? '') + text);
      else found.push(text);
    }
    return found;
  }

  function holds(expected: Expected): boolean {
    if (typeof expected === 'function') return expected(screen(), text());
    return typeof expected === 'string' ? collapsed(screen()).includes(collapsed(expected)) : expected.test(screen());
  }

  const look = () => {
    for (const wait of waiting) {
      if (!holds(wait.expected)) continue;
      waiting.delete(wait);
      wait.resolve();
    }
  };

  // What a program asks of its terminal, such as the cursor's place, is answered as a terminal would.
  terminal.onData(send);

  const text = () => unwrapped().join('\n').trimEnd();

  const read: Screen = {
    screen,
    text,
    waitFor: expected =>
      new Promise((resolve, reject) => {
        if (holds(expected)) resolve();
        else if (ended) reject(missing(expected, ended));
        else waiting.add({ expected, resolve, reject });
      }),
    press: (...pressed) => {
      for (const key of pressed) send(keys[key]);
    },
    type: send,
  };

  return {
    screen: read,
    write: (data: string) => terminal.write(data, look),
    resize: (newColumns: number, newRows: number) => terminal.resize(newColumns, newRows),
    onDeadline(listener: (error: Error) => void) {
      late = listener;
    },
    end(why: string, then: () => void) {
      clearTimeout(timer);
      // Behind everything that is still to be drawn.
      terminal.write('', () => {
        look();
        fail(why);
        then();
      });
    },
  };
}

const collapsed = (text: string) => text.replace(/\s+/g, ' ');

const missing = (expected: Expected, cause: Error) =>
  new Error(`Waited for ${typeof expected === 'string' ? JSON.stringify(expected) : expected}. ${cause.message}`);

const framed = (text: string) =>
  text
    .split('\n')
    .map(line => `  | ${line}`)
    .join('\n');

function end(pty: IPty): void {
  try {
    pty.kill();
  } catch {
    // It has ended by itself.
  }
}
