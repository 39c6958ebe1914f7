import { interrupted } from '../errors.js';
import { type Choice, type InputName, inputs, parseInput } from '../inputs.js';
import type { Change, Check } from '../migration/state.js';
import { clean } from './clean.js';
import { type Ask, createManualChange } from './manual-change.js';
import type { OpenPage } from './open-page.js';
import { createOutput, type Output, type OutputOptions, type Target, widthOf } from './output.js';
import type { PemQuestion } from './pem-prompt.js';
import { drawChange } from './plan.js';
import { count } from './words.js';

export interface PromptOptions extends OutputOptions {
  input: NodeJS.ReadableStream;
  /** Where the questions are written: stderr, so that stdout holds results only. */
  output: Target & NodeJS.WritableStream;
  openPage?: OpenPage;
  /** Puts a text on the clipboard; rejects where there is none. */
  copy?: (text: string) => Promise<void>;
  /** Ends every question. */
  signal?: AbortSignal | undefined;
}

/** Asks at a terminal. Ctrl-C, a closed input and an aborted signal reject with `interrupted`. */
export interface Prompts {
  /**
   * Asks for an input of the table, until the answer is a right one; among `found`, where the world says what there is. `other` is what
   * may be typed instead.
   */
  askInput(name: InputName, suggestion?: string, found?: readonly Choice[], other?: string): Promise<string>;
  /** Anything that is no input of a migration; not empty. */
  askText(question: string): Promise<string>;
  /** One of several values, shown as they are. */
  choose(question: string, values: readonly string[]): Promise<string>;
  /** A secret: typed unseen, never suggested. */
  askSecret(label: string): Promise<string>;
  confirmPlan(): Promise<boolean>;
  /** Shows what a plan costs people, by name, and asks for that alone. */
  acceptConsequence(consequence: string): Promise<boolean>;
  /** Shows a change that undoes what others made, and asks for that alone. */
  overwrite(change: Change): Promise<boolean>;
  /** Stays with a manual change until it is done, put off, or left to the sandbox's operator. */
  performed(change: Change, options?: { sandbox?: boolean }): Promise<'done' | 'operator' | 'later'>;
  /** `claimed` is the change by hand that was said to be done, where the checks speak against one. */
  reconsider(failed: readonly Check[], claimed?: Change): Promise<'again' | 'accept' | 'stop'>;
}

interface Question {
  type: 'input' | 'password' | 'select' | 'confirm';
  message: string;
  [setting: string]: unknown;
}

/** Columns that are left for an answer beside its question. */
const roomForAnswer = 24;

/** Nothing is loaded and nothing is read before the first question. */
export function createPrompts(options: PromptOptions): Prompts {
  const output = createOutput(options.output, options);
  const theme = createTheme(output);

  async function ask<Value>(question: Question): Promise<Value> {
    const { default: inquirer } = await import('inquirer');
    return interruptibly(async signal => {
      const prompt = inquirer.createPromptModule({ ...streams(options), signal });
      const { answer } = await prompt<{ answer: Value }>([{ ...question, theme, name: 'answer' }]);
      return answer;
    });
  }

  async function askPem(question: Omit<PemQuestion, 'theme'>): Promise<string> {
    const { pemPrompt } = await import('./pem-prompt.js');
    return interruptibly(signal => pemPrompt({ ...question, theme }, { ...streams(options), signal }));
  }

  async function interruptibly<Value>(prompt: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    if (!options.input.readable || options.signal?.aborted) throw interrupted();
    // A question that nobody can answer any more would wait for ever.
    const closed = new AbortController();
    const close = () => closed.abort();
    const signal = AbortSignal.any([closed.signal, options.signal ?? []].flat());
    // Ctrl-D closes the readline interface, which pauses the input and says nothing else.
    for (const event of endings) options.input.once(event, close);
    try {
      return await prompt(signal);
    } catch (error) {
      throw isEnd(error) ? interrupted() : error;
    } finally {
      for (const event of endings) options.input.off(event, close);
    }
  }

  const { choose, confirm }: Ask = {
    choose: (message, choices, preselected) =>
      ask({
        type: 'select',
        message: clean(message),
        choices: choices.map(({ value, name }) => ({ value, name: output.shown(clean(name)) })),
        default: preselected,
        loop: false,
        pageSize: 12,
      }),
    confirm: (message, preset) => ask({ type: 'confirm', message: clean(message), default: preset }),
  };
  const manualChange = createManualChange({ choose, confirm }, output, options);

  /** A question that leaves too little of its line gets one more line for the answer. */
  const roomy = (question: string, suggestion = '') =>
    widthOf(`? ${question} (${suggestion}) `) + roomForAnswer > output.width() ? `${question}\n` : question;

  return {
    async askInput(name, suggestion, found, other) {
      const { question, preset, isPem } = inputs[name];
      const choices = found ?? inputs[name].choices;
      const offered = suggestion ?? preset;
      if (choices && choices.length > 0) {
        const named = choices.map(({ value, label }) => ({ value, name: label }));
        const chosen = await choose(question, other ? [...named, { value: '', name: other }] : named, offered);
        if (chosen !== '') return chosen;
      }
      // What cannot be shown as it is must not be accepted unseen.
      const shown = offered !== undefined && clean(offered) === offered ? offered : undefined;
      const message = roomy(question, shown);
      const validate = (text: string) => problem(name, text) ?? true;
      const answer = isPem
        ? await askPem({ message, validate })
        : await ask<string>({ type: 'input', message, default: shown, validate });
      return parseInput(name, answer);
    },
    async askText(question) {
      const validate = (text: string) => text.trim() !== '' || 'Give an answer.';
      const answer = await ask<string>({ type: 'input', message: roomy(clean(question)), validate });
      return answer.trim();
    },
    choose: (question, values) =>
      choose(
        question,
        values.map(value => ({ value, name: value })),
      ),
    askSecret: label => ask({ type: 'password', message: roomy(clean(label)), mask: '*' }),
    // "No" is the preset: an Enter that was typed ahead must not accept a plan that nobody has read.
    confirmPlan: () => confirm('Make these changes?', false),
    acceptConsequence(consequence) {
      output.gap();
      output.text(clean(consequence), { lead: `${output.paint.bad('!')} ` });
      // The question alone has to say how many it is about; the names are above it.
      const [count = ''] = consequence.split(':');
      return confirm(`${count}. Do you accept that?`, false);
    },
    overwrite(change) {
      output.gap();
      drawChange(output, change);
      return confirm('Overwrite what someone else made?', false);
    },
    performed: (change, { sandbox = false } = {}) => manualChange(change, sandbox),
    reconsider: (failed, claimed) =>
      choose(`${count(failed.length, 'check')} did not pass. What now?`, [
        { value: 'again', name: claimed ? 'Back to what is to be done by hand' : 'Look again' },
        { value: 'stop', name: 'Stop here and resume later' },
        { value: 'accept', name: 'Go on all the same (recorded as your word)' },
      ]),
  };
}

const endings = ['end', 'close', 'pause'];

const streams = ({ input, output }: PromptOptions) => ({ input, output });

/** inquirer's name for Ctrl-C and for an abort. */
const isEnd = (error: unknown) =>
  error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError');

/** What is wrong with an answer, in one line; undefined where nothing is. */
function problem(name: InputName, text: string): string | undefined {
  try {
    parseInput(name, text);
    return undefined;
  } catch (error) {
    const { message, hint } = error as ReturnType<typeof interrupted>;
    return clean(`${message} ${hint}`);
  }
}

/** Our colours and words for inquirer's prompts, so that they follow `--no-color` and the terminal's characters. */
function createTheme({ paint, shown }: Output) {
  return {
    prefix: { idle: paint.value('?'), done: paint.good(shown('✓')) },
    icon: { cursor: '>' },
    style: {
      answer: (text: string) => paint.value(shown(clean(text))),
      message: (text: string) => paint.heading(shown(text)),
      error: (text: string) => paint.bad(shown(text)),
      help: paint.faint,
      highlight: paint.value,
      defaultAnswer: (text: string) => paint.faint(shown(`(${text})`)),
      keysHelpTip: () => paint.faint('Up and down choose, Enter accepts.'),
    },
  };
}
