import type { Emit } from '../migration/events.js';
import { endWithTerminal } from '../terminal/lost-terminal.js';
import { drawNote } from '../terminal/note.js';
import { type OpenPage, openPage } from '../terminal/open-page.js';
import { clean, createOutput, type Output } from '../terminal/output.js';
import { createProgress } from '../terminal/progress.js';
import { createPrompts, type Prompts } from '../terminal/prompts.js';
import { createDrawing, type Drawing } from '../terminal/render.js';
import type { CommandOptions } from './options.js';

/** What a command says and asks: results on stdout, everything else on stderr. */
export interface Terminal {
  readonly drawing: Drawing;
  readonly prompts: Prompts;
  /** A script reads one document; what a person would want to watch is for terminals. */
  readonly silent: boolean;
  readonly emit: Emit;
  readonly openPage: OpenPage;
  /** Prints a URL, and opens it where `$BROWSER` names a program; nobody is asked. */
  showPage(url: string): Promise<void>;
  /** Prints what somebody types where to sign this machine in to Microsoft; shown to scripts as well, as nothing goes on without it. */
  showDeviceCode(code: { url: string; userCode: string; minutes: number }): void;
  /** Stdout, for results. */
  readonly result: Output;
  /** Tells a person something that belongs to no step. */
  say(message: string): void;
  close(): void;
}

/** Questions end when `signal` is aborted. */
export function createTerminal(options: CommandOptions, signal?: AbortSignal): Terminal {
  const output = createOutput(process.stderr, options);
  const drawing = createDrawing(output, createProgress(process.stderr, output));
  endWithTerminal(process.stdin);
  const silent = options.json === true && process.stderr.isTTY !== true;
  return {
    drawing,
    prompts: createPrompts({ ...options, input: process.stdin, output: process.stderr, signal }),
    silent,
    emit: event => {
      // Nothing may look as if it hung.
      if (!silent || event.type === 'waiting') drawing.event(event);
    },
    openPage,
    async showPage(url) {
      drawing.quiet();
      output.text('Somebody has to log in on this page, in a private window:');
      output.value(clean(url));
      if (process.env.BROWSER) await openPage(url);
    },
    showDeviceCode({ url, userCode, minutes }) {
      drawing.quiet();
      output.text(`Sign in to Microsoft on this page, on any device, within ${minutes} minutes:`);
      output.value(clean(url));
      output.text('and enter this code there:');
      output.value(clean(userCode));
    },
    result: createOutput(process.stdout, options),
    say(message) {
      if (silent) return;
      drawing.quiet();
      drawNote(output, message);
    },
    close: drawing.quiet,
  };
}
