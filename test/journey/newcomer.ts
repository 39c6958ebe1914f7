import { bin } from '../support/cli.js';
import { type Key, startTerminal, type Terminal, type TerminalOptions } from '../support/terminal.js';

/** A question as it stands on the screen. */
export interface Question {
  /** Without line breaks. */
  text: string;
  /** Empty where something has to be typed. */
  options: readonly string[];
  /** The option that Enter alone would accept. */
  chosen: number;
}

/** What a newcomer does where a question is asked: picks an option by its beginning, types a text, accepts what is there (''), or leaves. */
export type Answer = string | 'ctrl-c';

/** Somebody at a terminal who reads what is asked, and answers by keys alone. */
export interface Newcomer extends Terminal {
  /** The questions that were answered, in order. */
  readonly answered: readonly string[];
  /** The next question, when it is whole on the screen; undefined where the command has ended. */
  question(): Promise<Question | undefined>;
  answer(question: Question, answer: string): Promise<void>;
  /** The next question, which must begin with these words. */
  untilAsked(words: string): Promise<Question>;
  answerNext(words: string, answer: string): Promise<Question>;
  /** Answers every question until the command ends, or until `decide` leaves with Ctrl-C. Resolves with the exit code. */
  walk(decide: (question: Question) => Answer): Promise<number>;
}

const tip = 'Up and down choose, Enter accepts.';

/** Starts `flex-sso` before a newcomer. The screen is high enough to hold every question whole. */
export function meet(args: readonly string[], options: TerminalOptions = {}): Newcomer {
  const terminal = startTerminal(process.execPath, {
    rows: 100,
    deadline: 45_000,
    ...options,
    args: [bin, ...args],
  });
  let hasEnded = false;
  const ended = terminal.exit.then(
    () => {
      hasEnded = true;
    },
    () => {},
  );
  const answered: string[] = [];

  async function question(): Promise<Question | undefined> {
    const asked = terminal.waitFor(screen => openQuestion(screen) !== undefined);
    await Promise.race([asked, ended]).catch(() => {});
    return hasEnded ? undefined : openQuestion(terminal.screen());
  }

  async function answer(asked: Question, wanted: string): Promise<void> {
    const { text, options } = asked;
    const before = timesAnswered(terminal.text(), text);
    if (options.length === 0) terminal.type(wanted);
    else terminal.press(...(wanted ? wayTo(wanted, asked) : []));
    terminal.press('enter');
    answered.push(text);
    await terminal.waitFor((_, all) => timesAnswered(all, text) > before);
  }

  async function untilAsked(words: string): Promise<Question> {
    const asked = await question();
    if (asked?.text.startsWith(words)) return asked;
    throw new Error(`Not asked ${JSON.stringify(words)}, but ${JSON.stringify(asked?.text)}.\n${terminal.screen()}`);
  }

  return {
    ...terminal,
    answered,
    question,
    answer,
    untilAsked,
    async answerNext(words, wanted) {
      const asked = await untilAsked(words);
      await answer(asked, wanted);
      return asked;
    },
    async walk(decide) {
      for (let asked = await question(); asked; asked = await question()) {
        const wanted = decide(asked);
        if (wanted === 'ctrl-c') {
          terminal.press('ctrl-c');
          break;
        }
        await answer(asked, wanted);
      }
      return terminal.exit;
    },
  };
}

/** The question that waits for an answer at the end of a screen, when all of it is there. */
function openQuestion(screen: string): Question | undefined {
  const lines = screen.split('\n');
  const block = lines.slice(lines.findLastIndex(line => line.startsWith('? ')));
  if (!block[0]?.startsWith('? ')) return undefined;
  const first = block.findIndex(line => /^[> ] \S/.test(line));
  const text = flat(block.slice(0, first < 0 ? undefined : first).join(' ')).replace(/^\? | \(y\/N\)$/g, '');
  if (first < 0) return { text, options: [], chosen: 0 };
  if (!screen.endsWith(tip)) return undefined;
  const options = block.slice(first, block.indexOf('')).filter(line => /^[> ] \S/.test(line));
  return {
    text,
    options: options.map(line => line.slice(2)),
    chosen: options.findIndex(line => line.startsWith('> ')),
  };
}

/** From the option under the cursor to the wanted one; the options of a narrow terminal go on in a second line. */
function wayTo(wanted: string, { options, chosen }: Question): Key[] {
  const position = options.findIndex(option => option.startsWith(wanted) || wanted.startsWith(option));
  if (position < 0) throw new Error(`No option ${JSON.stringify(wanted)} among ${JSON.stringify(options)}.`);
  return Array<Key>(Math.abs(position - chosen)).fill(position > chosen ? 'down' : 'up');
}

const timesAnswered = (text: string, question: string) => flat(text).split(`✓ ${question}`).length - 1;

const flat = (text: string) => text.replace(/\s+/g, ' ').trim();
