import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../../src/terminal/output.js';
import { createProgress } from '../../src/terminal/progress.js';
import { inLines, inWords } from '../../src/terminal/progress-words.js';
import { openStreamTerminal } from '../support/terminal.js';

describe('counted work', () => {
  it.each([
    [5, 100, 0.2, 'Reading: 5 of 100'],
    [4200, 15_000, 120, 'Reading: 4,200 of 15,000 · 35 a second · about 5 minutes left'],
    [10, 100, 600, 'Reading: 10 of 100 · 1 a minute · about 2 hours left'],
    [90, 100, 9, 'Reading: 90 of 100 · 10 a second · less than a minute left'],
    [0, 100, 9, 'Reading: 0 of 100'],
    [100, 100, 9, 'Reading: 100 of 100'],
  ])('%i of %i after %d s', (done, total, seconds, expected) => {
    expect(inWords('Reading', { done, total, from: 0, seconds })).toBe(expected);
  });

  it.each([
    [76, undefined, ['███████░░░░░░░░░░░░ 4,200 of 10,000 · 20 a second · about 6 minutes left']],
    [36, undefined, ['███░░░░░░ 4,200 of 10,000', '20 a second · about 6 minutes left']],
    [36, 'Microsoft Graph is busy', ['███░░░░░░ 4,200 of 10,000', 'Microsoft Graph is busy', 'about 6 minutes left']],
  ])('has a bar, and as many lines as it needs in %i columns', (columns, waiting, expected) => {
    const counted = { done: 4200, total: 10_000, from: 600, seconds: 120, wait: 60 };
    expect(inLines(counted, waiting, columns, true)).toEqual(expected);
  });

  it('prints a line a quarter where no terminal is, and nothing for work of unknown length', () => {
    const stream = new PassThrough();
    const progress = createProgress(stream, createOutput(stream, { env: { LANG: 'C.UTF-8' } }), { now: () => 0 });
    progress.working('Looking');
    for (let done = 0; done <= 1000; done++) progress.counted('Reading', done, 1000);
    progress.stop();
    expect(String(stream.read()).split('\n')).toEqual([
      'Reading: 250 of 1,000',
      'Reading: 500 of 1,000',
      'Reading: 750 of 1,000',
      'Reading: 1,000 of 1,000',
      '',
    ]);
  });
});

it('says on a line why nothing goes on where no terminal is, but not of every short wait', () => {
  const stream = new PassThrough();
  let now = 0;
  const progress = createProgress(stream, createOutput(stream, { env: { LANG: 'C.UTF-8' } }), { now: () => now });
  progress.waiting('Graph answers HTTP 503', 1000, 2);
  for (; now < 60_000; now += 1000) progress.waiting('Graph answers HTTP 503', 4000, 2);
  progress.waiting('Flex\u001b[2J has not answered for 8 seconds', 52_000);
  const busy = 'Graph answers HTTP 503: waiting 4 seconds at most. flex-sso tries again for up to 2 minutes.';
  const slow = 'Flex<U+001B>[2J has not answered for 8 seconds: waiting 52 seconds at most.';
  expect(
    String(stream.read())
      .replaceAll(/\n(?=\S+\.\n)/g, ' ')
      .split('\n')
      .filter(Boolean)
      .join(' '),
  ).toBe([busy, busy, busy, slow].join(' '));
});

describe('at a terminal', () => {
  it('shows what goes on, and takes it away', async () => {
    const terminal = openStreamTerminal();
    const output = createOutput(terminal.output, { env: { LANG: 'C.UTF-8' } });
    const progress = createProgress(terminal.output, output, { patience: 0 });
    progress.working('Looking at\u001b[2J what is there');
    await terminal.waitFor('Looking at<U+001B>[2J what is there');
    progress.counted('Reading', 1, 2);
    await terminal.waitFor('1 of 2');
    expect(terminal.screen()).not.toContain('Looking');
    progress.waiting('Microsoft Graph is busy', 15_000);
    await terminal.waitFor('Microsoft Graph is busy: waiting 15 seconds');
    await terminal.waitFor('Microsoft Graph is busy: waiting 14 seconds');
    progress.stop();
    output.text('Done.');
    await terminal.waitFor('Done.');
    expect(terminal.screen()).toBe('Done.');
  });
});
