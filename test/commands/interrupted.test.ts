import { expect, test } from 'vitest';
import { ended, inPairs, run, start, stoppedAt } from '../support/cli.js';
import { census } from './census.js';
import { shownWorld, stateDirectory } from './sandbox.js';

const here = (state: string) => ['--sandbox', '--yes', '--json', '--state', state];

test.each([
  ['new', [4, 62]],
  ['modify', [22, 45]],
])('Ctrl-C in the middle of a run (%s): exit 130, and resume finishes', async (setupType, exchanges) => {
  const uncut = await stateDirectory({});
  expect(await run(['migrate', '--setup-type', setupType, ...here(uncut)])).toMatchObject({ code: 0 });
  const expected = census(await shownWorld(uncut));
  await inPairs(exchanges, async exchange => {
    const state = await stateDirectory({});
    const signal = stoppedAt(['before', exchange, 'exchange'], 'SIGINT');
    const stopped = await run(['migrate', '--setup-type', setupType, ...here(state)], signal);
    expect(stopped).toMatchObject({ code: 130, stderr: '', json: { error: { code: 'interrupted' } } });
    expect(stopped.json.error.hint).toContain('flex-sso resume');
    const status = await run(['status', '--sandbox', '--state', state, '--json']);
    expect(status.json).toMatchObject({ status: 'in-progress', setupType });

    const resumed = await run(['resume', ...here(state)]);
    expect(resumed).toMatchObject({ code: 0, json: { status: 'finished', verified: true } });
    expect(census(await shownWorld(state))).toEqual(expected);
  });
});

test('without --json a stopped run says that everything so far is recorded', async () => {
  const state = await stateDirectory({});
  const args = ['migrate', '--sandbox', '--yes', '--setup-type', 'modify', '--state', state];
  const stopped = await run(args, stoppedAt(['before', 20, 'exchange'], 'SIGTERM'));
  expect(stopped).toMatchObject({ code: 143, stderr: expect.stringMatching(/recorded[\s\S]*flex-sso resume/) });
});

test('a reader that closes the pipe early is no failure', async () => {
  const state = await stateDirectory({});
  await run(['migrate', '--setup-type', 'modify', ...here(state)]);
  const readings = [
    ['status', '--sandbox'],
    ['status', '--sandbox', '--json'],
    ['plan', '--sandbox'],
    ['sandbox', '--show'],
  ];
  for (const args of [...readings, ['--help']]) {
    const child = start([...args, '--state', state]);
    const closed = ended(child);
    child.stdout?.destroy();
    const { code, stderr } = await closed;
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  }
});
