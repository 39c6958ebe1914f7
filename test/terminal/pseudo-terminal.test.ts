import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startTerminal, type Terminal, type TerminalOptions } from '../support/terminal.js';

const fixture = (name: string) => path.join(import.meta.dirname, '../fixtures/terminal', name);
const started: Terminal[] = [];

function start(options: TerminalOptions = {}, program = 'echo.mjs'): Terminal {
  const terminal = startTerminal(process.execPath, { args: [fixture(program)], ...options });
  started.push(terminal);
  return terminal;
}

afterEach(() => {
  for (const terminal of started.splice(0)) terminal.kill();
});

describe('a command in a pseudo-terminal', () => {
  it('shows what a person sees, takes what they type, and tells the exit code', async () => {
    const terminal = start({ columns: 60 });
    await terminal.waitFor('Which code?');
    expect(terminal.screen()).toBe('Ready at 60 columns\nWhich code?');
    terminal.type('7');
    terminal.press('enter');
    expect(await terminal.exit).toBe(7);
    expect(terminal.text()).toContain('Ending with 7');
  });

  it('sends Ctrl-C as a terminal does', async () => {
    const terminal = start();
    await terminal.waitFor(/code\?/);
    terminal.press('ctrl-c');
    expect(await terminal.exit).toBe(130);
    expect(terminal.screen()).toContain('Stopped');
  });

  it('fails a wait that the program ends without fulfilling, and shows the screen', async () => {
    const terminal = start();
    await terminal.waitFor('Which code?');
    const waiting = terminal.waitFor('never said');
    terminal.press('ctrl-c');
    await expect(waiting).rejects.toThrow(/never said.*exit code 130[\s\S]*Ready at 80 columns/);
  });

  it('fails at its deadline instead of waiting for ever', async () => {
    const terminal = start({ deadline: 1 });
    await expect(terminal.waitFor('never said')).rejects.toThrow(/within 1 ms/);
    await expect(terminal.exit).rejects.toThrow(/within 1 ms/);
  });
});

describe('the prompts in a pseudo-terminal', () => {
  it('ask, and leave the terminal to the program', async () => {
    const terminal = start({ columns: 60 }, 'ask.mjs');
    await terminal.waitFor('> Create new SSO connection');
    terminal.press('down', 'enter');
    await terminal.waitFor('Paste the Entity ID');
    terminal.type('urn:flex:JQ1');
    terminal.press('enter');
    expect(await terminal.exit).toBe(0);
    expect(terminal.screen()).toMatch(/Answers: modify urn:flex:JQ1$/);
  });

  it.each(['ctrl-c', 'ctrl-d'] as const)('end with %s', async key => {
    const terminal = start({}, 'ask.mjs');
    await terminal.waitFor('> Create new SSO connection');
    terminal.press(key);
    expect(await terminal.exit).toBe(130);
    expect(terminal.screen()).toMatch(/Ended: interrupted$/);
  });
});
