import { Chalk, type ChalkInstance } from 'chalk';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { showsUnicode, toAscii } from './symbols.js';
import { typedCommands } from './typed-command.js';

export { clean } from './clean.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where to write: a stream that may be a terminal. */
export interface Target {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface OutputOptions {
  /** `false` for `--no-color`. Left out, NO_COLOR, FORCE_COLOR and the stream decide, in this order. */
  color?: boolean | undefined;
  /** Instead of the width of the stream. */
  columns?: number | undefined;
  /** The command line of this run, which the commands in texts follow. */
  argv?: readonly string[];
  env?: Environment;
  platform?: NodeJS.Platform;
}

const widest = 100;
/** Far longer than any paragraph of ours: what is remote in one may be of any length. */
const longest = 4000;
const narrowest = 20;
const usual = 80;

/** Colours by what they mean. */
const meanings = (chalk: ChalkInstance) => ({
  heading: chalk.bold,
  good: chalk.green,
  bad: chalk.red,
  warning: chalk.yellow,
  value: chalk.cyan,
  faint: chalk.dim,
});

export type Meaning = keyof ReturnType<typeof meanings>;
type Paint = Readonly<Record<Meaning, (text: string) => string>>;

interface Layout {
  /** Columns before the first line. */
  indent?: number;
  /** What stands before the text on the first line; later lines begin below the text. */
  lead?: string;
  /** `false` keeps it on one line, however long: for what is compared or copied whole. */
  wrap?: boolean;
}

/**
 * A stream with a voice: named colours and a width that is kept. It draws what it is given; remote text must have gone through
 * `clean` before.
 */
export interface Output {
  readonly paint: Paint;
  readonly unicode: boolean;
  /** The text in characters that the terminal has. Everything drawn goes through it. */
  shown(text: string): string;
  /** Columns to write in, as the terminal is now: 20 to 100. */
  width(): number;
  /** One paragraph, wrapped at words. A URL or command longer than a line stays in one piece, so that it can be copied. */
  text(text: string, layout?: Layout): void;
  /** Something to copy: alone on its lines, unbroken, undecorated. */
  value(text: string): void;
  /** An empty line, unless one was just written. */
  gap(): void;
  /** Somebody else writes to the stream next, a prompt for one. */
  leave(): void;
}

export function createOutput(stream: Target, options: OutputOptions = {}): Output {
  const env = options.env ?? process.env;
  const paint = meanings(new Chalk({ level: options.color !== false && hasColor(stream, env) ? 1 : 0 }));
  const unicode = showsUnicode(env, options.platform);
  const shown = (text: string) => (unicode ? text : toAscii(text));
  const typed = typedCommands(options.argv ?? process.argv, env);
  const width = () => Math.min(widest, Math.max(narrowest, options.columns || stream.columns || usual));
  let blank = false;
  const write = (lines: string) => {
    stream.write(`${lines}\n`);
    blank = lines === '';
  };
  const gap = () => {
    if (!blank) write('');
  };
  return {
    paint,
    unicode,
    shown,
    width,
    gap,
    leave() {
      blank = false;
    },
    text(text, { indent = 0, lead = '', wrap = true } = {}) {
      const first = ' '.repeat(indent) + shown(lead);
      const later = ' '.repeat(stringWidth(first));
      const lines = wrap ? wrapped(shown(typed(shortened(text, longest))), width() - later.length) : shown(text);
      write(
        lines
          .split('\n')
          .map((line, index) => outdented((index === 0 ? first : later) + line, width()))
          .join('\n')
          .trimEnd(),
      );
    },
    value(text) {
      gap();
      write(shown(text));
      gap();
    },
  };
}

function hasColor(stream: Target, env: Environment): boolean {
  if (env.NO_COLOR) return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

function wrapped(text: string, columns: number): string {
  // A command to type, `flex-sso resume`, stays on one line.
  const tied = text.replace(/`(?:npx )?flex-sso [^`]*`|`[^`]{1,40}`/g, command => command.replaceAll(' ', '\u00a0'));
  const broken = wrapAnsi(tied, columns, { hard: false })
    .split('\n')
    .map(line => (mayBreak(line, columns) ? wrapAnsi(line, columns, { hard: true }) : line));
  return broken.join('\n').replaceAll('\u00a0', ' ');
}

/** A word without end is broken, but never something to copy. */
const mayBreak = (line: string, columns: number) =>
  stringWidth(line) > columns && !line.includes('://') && !line.includes('`');

/** What is too long for its place moves to the left, where there is room enough for it. */
function outdented(line: string, columns: number): string {
  const excess = stringWidth(line) - columns;
  return excess > 0 && line.startsWith(' '.repeat(excess)) ? line.slice(excess) : line;
}

/** Columns that a text takes, colours not counted. */
export const widthOf = (text: string): number => stringWidth(text);

/** The text and as many spaces as make it `columns` wide. */
export const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - stringWidth(text)));

/** Longer than anything that is worth reading; what is remote in a message may be of any length. */
const longMessage = 1200;

/** A message, at most as long as somebody would read. */
export const readable = (message: string): string => shortened(message, longMessage);

/** At most `columns` wide, the rest left away and marked. */
export function shortened(text: string, columns: number): string {
  // Cut by units first: measuring ten thousand characters to keep sixty is slow.
  const start = text.slice(0, columns * 4);
  if (start === text && stringWidth(text) <= columns) return text;
  const kept: string[] = [];
  let used = 0;
  for (const { segment } of new Intl.Segmenter('en').segment(start)) {
    used += stringWidth(segment);
    if (used > columns - 1) break;
    kept.push(segment);
  }
  return `${kept.join('')}…`;
}
