import { afterEach, describe, expect, it } from 'vitest';
import { createOutput } from '../../src/terminal/output.js';
import { createTerminalPerson, type Operator } from '../../src/terminal/person.js';
import { createProgress } from '../../src/terminal/progress.js';
import { createPrompts } from '../../src/terminal/prompts.js';
import { createDrawing } from '../../src/terminal/render.js';
import { openStreamTerminal, type StreamTerminal } from '../support/terminal.js';
import { check, manualChange, step } from './drawn.js';

const loginPage = 'https://login.microsoftonline.com/common/saml2';
const opened: StreamTerminal[] = [];

function meet(operator?: Operator) {
  const terminal = openStreamTerminal({ columns: 80, rows: 90 });
  opened.push(terminal);
  const { input, output: stream } = terminal;
  const env = { LANG: 'C.UTF-8' };
  const output = createOutput(stream, { env });
  const drawing = createDrawing(output, createProgress(stream, output));
  const pages: string[] = [];
  const openPage = async (url: string) => {
    pages.push(url);
    return { opened: true } as const;
  };
  const person = createTerminalPerson({
    prompts: createPrompts({ input, output: stream, env }),
    drawing,
    openPage,
    operator,
  });
  return { terminal, person, drawing, pages };
}

afterEach(() => {
  for (const terminal of opened.splice(0)) terminal.close();
});

describe('the person at the terminal', () => {
  it('reads about the setup types, and why one is recommended, before choosing', async () => {
    const { terminal, person } = meet();
    const realTime = person.answer(step, { input: 'realTime' });
    await terminal.waitFor('in real time?');
    terminal.press('enter');
    await realTime;
    const tolerate = person.answer(step, { input: 'tolerateDenied' });
    await terminal.waitFor('Yes, for a while');
    terminal.press('down', 'enter');
    await tolerate;
    const setupType = person.answer(step, { input: 'setupType', suggestion: 'modify' });
    await terminal.waitFor('> Modify existing SSO connection');
    expect(terminal.text()).toContain('Modify existing SSO connection (recommended)');
    expect(terminal.text()).toContain('Recommended: Modify existing SSO connection. You can work with the IdP');
    terminal.press('enter');
    expect(await setupType).toBe('modify');
  });

  it('reads what is known of each choice, and may name another one', async () => {
    const { terminal, person } = meet();
    const answer = person.answer(step, {
      input: 'legacyApplication',
      why: 'It is not clear which one it is.',
      choices: [{ value: 'a', label: '“Twilio\u202E Flex”', facts: ['created 2021-03-02', '12 assignments'] }],
      other: { value: '<appId>', label: 'Another application' },
    });
    await terminal.waitFor('Another application');
    expect(terminal.text()).toContain('  “Twilio<U+202E> Flex”\n      · created 2021-03-02\n      · 12 assignments\n');
    terminal.press('down', 'enter');
    await terminal.waitFor(screen => /✓ Which Entra[^?]*\?[^?]*\? Which Entra/.test(screen));
    terminal.type('11111111-2222-4333-8444-555555555555');
    terminal.press('enter');
    expect(await answer).toBe('11111111-2222-4333-8444-555555555555');
  });

  it('sees what to do by hand before being asked whether it is done', async () => {
    const { terminal, person } = meet();
    const outcome = person.perform(step, manualChange);
    await terminal.waitFor('8. Click “Save”.');
    await terminal.waitFor('> Done – check it');
    terminal.press('enter');
    expect(await outcome).toBe('done');
  });

  it('sees failed checks once, whoever showed them', async () => {
    const { terminal, person, drawing } = meet();
    const failed = check({ result: 'failed', message: 'The ACS URL is another one.' });
    drawing.event({ type: 'checks', step, checks: [failed] });
    const outcome = person.reconsider(step, [failed]);
    await terminal.waitFor('> Look again');
    terminal.press('down', 'enter');
    expect(await outcome).toBe('stop');
    expect(terminal.text().match(/The ACS URL is another one/g)).toHaveLength(1);
  });

  it('logs in on a page that is printed and opened', async () => {
    const { terminal, person, pages } = meet();
    await person.visit(loginPage);
    await terminal.waitFor(loginPage);
    expect(pages).toEqual([loginPage]);
  });
});

describe('in the sandbox', () => {
  const clicks: string[] = [];
  const operator: Operator = {
    async perform(_step, change) {
      clicks.push(change.key);
      return 'done';
    },
    async visit(url) {
      clicks.push(url);
    },
  };

  it('the operator may log in, and then opens the page itself', async () => {
    const { terminal, person, pages } = meet(operator);
    const outcome = person.perform(step, { ...manualChange, resource: 'login' });
    await terminal.waitFor('> Let the sandbox’s operator do it');
    terminal.press('enter');
    expect(await outcome).toBe('done');
    await person.visit(loginPage);
    expect(clicks).toEqual([manualChange.key, loginPage]);
    expect(pages).toEqual([]);
  });
});
