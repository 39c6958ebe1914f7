import { afterEach, describe, expect, it } from 'vitest';
import { createPrompts, type PromptOptions } from '../../src/terminal/prompts.js';
import { openStreamTerminal, type ScreenSize, type StreamTerminal } from '../support/terminal.js';
import { acsUrl, certificate, change, check, manualChange } from './drawn.js';
import { hostileName } from './hostile.js';

const opened: StreamTerminal[] = [];

function open(size: ScreenSize = {}, options: Partial<PromptOptions> = {}) {
  const terminal = openStreamTerminal({ rows: 40, ...size });
  opened.push(terminal);
  const { input, output } = terminal;
  return { terminal, prompts: createPrompts({ input, output, env: { LANG: 'C.UTF-8' }, ...options }) };
}

afterEach(() => {
  for (const terminal of opened.splice(0)) terminal.close();
});

describe('an input of the table', () => {
  it('is chosen where it has choices, with the suggestion preselected', async () => {
    const { terminal, prompts } = open({ columns: 60 });
    const answer = prompts.askInput('setupType', 'modify');
    await terminal.waitFor('> Modify existing SSO connection');
    expect(terminal.screen()).toContain('? Which setup type do you want?\n  Create new SSO connection\n');
    expect(terminal.screen()).toContain('Up and down choose, Enter accepts.');
    terminal.press('up', 'enter');
    expect(await answer).toBe('new');
    await terminal.waitFor('✓ Which setup type do you want? Create new SSO connection');
  });

  it('is typed where it has none, and asked again with the reason until it is right', async () => {
    const { terminal, prompts } = open();
    const answer = prompts.askInput('callbackPort');
    await terminal.waitFor('(3000)');
    terminal.type('80');
    terminal.press('enter');
    await terminal.waitFor('"80" is no port for this. Use a number from 1024 to 65535.');
    terminal.press('backspace', 'backspace');
    terminal.type('4000');
    terminal.press('enter');
    expect(await answer).toBe('4000');
  });

  it('takes the suggestion on Enter, and nothing where nothing is an answer', async () => {
    const { terminal, prompts } = open();
    const name = prompts.askInput('applicationName', 'Flex login');
    await terminal.waitFor('(Flex login)');
    terminal.press('enter');
    expect(await name).toBe('Flex login');
    const emails = prompts.askInput('notificationEmails');
    await terminal.waitFor('certificate expires?');
    terminal.press('enter');
    expect(await emails).toBe('');
  });

  it('wraps a long question at words and takes a pasted URL longer than the line', async () => {
    const { terminal, prompts } = open({ columns: 60 });
    const answer = prompts.askInput('redirectUrl');
    await terminal.waitFor('(it becomes');
    expect(terminal.screen().split('\n')[0]).toBe('? What is the address of your self-hosted Flex UI? (it');
    const url = `https://flex.example.com/${'path/'.repeat(12)}index.html`;
    terminal.type(url);
    terminal.press('enter');
    expect(await answer).toBe(url);
    await terminal.waitFor('index.html');
  });

  it('does not offer what cannot be shown as it is', async () => {
    const { terminal, prompts } = open();
    const answer = prompts.askInput('applicationName', hostileName);
    await terminal.waitFor('called in Entra?');
    terminal.type('Mine');
    terminal.press('enter');
    expect(await answer).toBe('Mine');
    expect(terminal.text()).not.toContain('evil');
  });

  it('is asked in ASCII where the terminal knows nothing else', async () => {
    const { terminal, prompts } = open({}, { env: { LANG: 'C' } });
    const answer = prompts.askInput('entityId');
    await terminal.waitFor('(urn:flex:JQ...)');
    terminal.type('urn:flex:JQ1');
    terminal.press('enter');
    expect(await answer).toBe('urn:flex:JQ1');
    await terminal.waitFor('[ok] Paste the Entity ID');
  });
});

describe('other questions', () => {
  it('keep a secret off the screen', async () => {
    const { terminal, prompts } = open();
    const answer = prompts.askSecret('Auth token of the account');
    await terminal.waitFor('Auth token');
    terminal.type('hunter2');
    await terminal.waitFor('*******');
    terminal.press('enter');
    expect(await answer).toBe('hunter2');
    expect(terminal.text()).not.toContain('hunter2');
  });

  it('insist on an answer', async () => {
    const { terminal, prompts } = open();
    const answer = prompts.askText('Which Twilio account is it? (AC…)');
    await terminal.waitFor('Which Twilio account');
    terminal.press('enter');
    await terminal.waitFor('Give an answer.');
    terminal.type(' AC1 ');
    terminal.press('enter');
    expect(await answer).toBe('AC1');
  });

  it('do not take an Enter for consent to a plan', async () => {
    const { terminal, prompts } = open();
    const first = prompts.confirmPlan();
    await terminal.waitFor('Make these changes? (y/N)');
    terminal.press('enter');
    expect(await first).toBe(false);
    const second = prompts.confirmPlan();
    await terminal.waitFor(/No\n.*\(y\/N\)/);
    terminal.type('y');
    terminal.press('enter');
    expect(await second).toBe(true);
  });

  it('ask what to do about failed checks', async () => {
    const { terminal, prompts } = open({ columns: 60 });
    const answer = prompts.reconsider([check({ result: 'failed' })]);
    await terminal.waitFor('1 check did not pass. What now?');
    terminal.press('down', 'down', 'enter');
    expect(await answer).toBe('accept');
  });
});

describe('a manual change', () => {
  it('is checked, or waits', async () => {
    const { terminal, prompts } = open();
    const done = prompts.performed(manualChange);
    await terminal.waitFor('> Done – check it');
    expect(terminal.screen()).not.toContain('operator');
    terminal.press('enter');
    expect(await done).toBe('done');
    const later = prompts.performed(manualChange);
    await terminal.waitFor('  Later – pause here');
    terminal.press('down', 'down', 'down', 'enter');
    expect(await later).toBe('later');
  });

  it('is left to the operator first in the sandbox', async () => {
    const { terminal, prompts } = open();
    const outcome = prompts.performed(manualChange, { sandbox: true });
    await terminal.waitFor('> Let the sandbox’s operator do it');
    terminal.press('enter');
    expect(await outcome).toBe('operator');
  });

  it('gets its values onto the clipboard, one after the other, as they are', async () => {
    const copied: string[] = [];
    const copy = async (text: string) => void copied.push(text);
    const { terminal, prompts } = open({}, { copy });
    const outcome = prompts.performed(manualChange);
    await terminal.waitFor('Copy the values');
    terminal.press('down', 'enter');
    await terminal.waitFor('“X.509 Certificate” is on the clipboard.');
    await terminal.waitFor('Pasted? Then copy “Single Sign-On URL” (Y/n)');
    expect(copied).toEqual([certificate]);
    terminal.press('enter');
    await terminal.waitFor('“Single Sign-On URL” is on the clipboard.');
    expect(copied).toEqual([certificate, acsUrl]);
    await terminal.waitFor('> Done – check it');
    terminal.press('enter');
    expect(await outcome).toBe('done');
  });

  it('goes on where there is no clipboard and no browser', async () => {
    const { terminal, prompts } = open(
      {},
      {
        copy: async () => Promise.reject(new Error('no display')),
        openPage: async () => ({ opened: false, why: 'The browser did not start.' }),
      },
    );
    const outcome = prompts.performed(manualChange);
    await terminal.waitFor('Copy the values');
    terminal.press('down', 'enter');
    await terminal.waitFor('The clipboard cannot be used here. Copy the values from above.');
    await terminal.waitFor('> Done');
    terminal.press('down', 'down', 'enter');
    await terminal.waitFor('The page did not open. The browser did not start. Open it by hand:');
    expect(terminal.text()).toContain('https://console.twilio.com/us1/develop/flex/users-and-access/single-sign-on\n');
    await terminal.waitFor(/did not open[\s\S]*> Done/);
    terminal.press('enter');
    expect(await outcome).toBe('done');
  });

  it('offers only what it has', async () => {
    const { terminal, prompts } = open();
    const login = change({ action: 'manual', instruction: { who: 'user', summary: 'Log in', tasks: [] } });
    const outcome = prompts.performed(login);
    await terminal.waitFor('> Ready – show the login page\n  Later – pause here');
    terminal.press('enter');
    expect(await outcome).toBe('done');
  });
});

describe('an end of the conversation', () => {
  it.each(['ctrl-c', 'ctrl-d'] as const)('%s stops the run', async key => {
    const { terminal, prompts } = open();
    const answer = prompts.askInput('acsUrl');
    await terminal.waitFor('Paste the ACS URL');
    terminal.press(key);
    await expect(answer).rejects.toMatchObject({ code: 'interrupted', ending: 'interrupted' });
  });

  it('a closed input stops the run, before a question and during one', async () => {
    const { terminal, prompts } = open();
    const answer = prompts.confirmPlan();
    await terminal.waitFor('Make these changes?');
    terminal.input.end();
    await expect(answer).rejects.toMatchObject({ code: 'interrupted' });
    await expect(prompts.askText('Still there?')).rejects.toMatchObject({ code: 'interrupted' });
  });
});
