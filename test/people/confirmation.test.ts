import { afterEach, expect, it } from 'vitest';
import { createPrompts } from '../../src/terminal/prompts.js';
import { openStreamTerminal, type StreamTerminal } from '../support/terminal.js';

let terminal: StreamTerminal | undefined;
afterEach(() => terminal?.close());

const consequence =
  'With this NameID 2 people who have a Worker get a new, billed one: Ann <\u001b[2J> (ann@x.example), Bob (bob@x.example).';

it.each([
  ['y', true],
  ['', false],
])('what a plan costs people is asked on its own, with the number and the names; %j is %s', async (typed, accepted) => {
  terminal = openStreamTerminal({ columns: 80, rows: 40 });
  const prompts = createPrompts({ input: terminal.input, output: terminal.output, env: { LANG: 'C.UTF-8' } });
  const answer = prompts.acceptConsequence(consequence);
  await terminal.waitFor('Do you accept that?');
  const shown = terminal.text().replaceAll(/\s+/g, ' ');
  expect(shown).toContain('Bob (bob@x.example)');
  expect(shown).toContain('Ann <<U+001B>[2J>');
  expect(shown).toMatch(/\? With this NameID 2 people .* billed one\. Do you accept/);
  terminal.type(typed);
  terminal.press('enter');
  expect(await answer).toBe(accepted);
});
