import type { Change } from '../migration/state.js';
import { clean } from './clean.js';
import { valuesToCopy } from './instruction.js';
import { type OpenPage, openPage } from './open-page.js';
import type { Output } from './output.js';

export interface Option<Value extends string> {
  value: Value;
  name: string;
}

export interface Ask {
  choose<Value extends string>(
    message: string,
    options: readonly Option<Value>[],
    preselected?: string,
  ): Promise<Value>;
  confirm(message: string, preset: boolean): Promise<boolean>;
}

type Choice = 'operator' | 'done' | 'copy' | 'open' | 'later';

interface Helpers {
  openPage?: OpenPage;
  copy?: (text: string) => Promise<void>;
}

/** Keeps a person company through a manual change: values to the clipboard, the page in a browser, until they say what became of it. */
export function createManualChange(ask: Ask, output: Output, helpers: Helpers) {
  const open = helpers.openPage ?? openPage;
  const copy = helpers.copy ?? copyToClipboard;

  return async function manualChange(change: Change, sandbox: boolean): Promise<'done' | 'operator' | 'later'> {
    for (;;) {
      const choice = await ask.choose('What now?', choices(change, sandbox));
      if (choice === 'copy') await copyValues(change);
      else if (choice === 'open') await show(change.instruction?.page ?? '');
      else return choice;
    }
  };

  async function show(page: string): Promise<void> {
    const opened = await open(page);
    say(opened.opened ? 'Opening in your browser:' : `The page did not open. ${clean(opened.why)} Open it by hand:`);
    output.value(clean(page));
  }

  async function copyValues(change: Change): Promise<void> {
    const values = valuesToCopy(change);
    for (const [index, { label, value }] of values.entries()) {
      try {
        await copy(value);
      } catch {
        say('The clipboard cannot be used here. Copy the values from above.');
        return;
      }
      say(`“${clean(label)}” is on the clipboard.`);
      const next = values[index + 1];
      if (next && !(await ask.confirm(`Pasted? Then copy “${next.label}”`, true))) return;
    }
  }

  function say(text: string): void {
    output.text(text, { indent: 2 });
  }
}

function choices({ instruction }: Change, sandbox: boolean): readonly Option<Choice>[] {
  const isLogin = instruction?.who === 'user';
  const values = instruction?.tasks.some(task => task.do === 'enter' && task.value !== '');
  return [
    ...only(sandbox, 'operator', 'Let the sandbox’s operator do it'),
    // A login is watched while it happens; everything else is looked at afterwards.
    ...only(isLogin, 'done', instruction?.page === undefined ? 'Ready – show the login page' : 'Ready – watch for it'),
    ...only(!isLogin, 'done', 'Done – check it'),
    ...only(values, 'copy', 'Copy the values to the clipboard'),
    ...only(instruction?.page !== undefined, 'open', 'Open the page'),
    ...only(true, 'later', 'Later – pause here'),
  ];
}

const only = (wanted: boolean | undefined, value: Choice, name: string): Option<Choice>[] =>
  wanted ? [{ value, name }] : [];

async function copyToClipboard(text: string): Promise<void> {
  const { default: clipboard } = await import('clipboardy');
  await clipboard.write(text);
}
