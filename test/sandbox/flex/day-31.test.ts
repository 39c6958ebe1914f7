import path from 'node:path';
import { expect, test } from 'vitest';
import { stateDirectory } from '../../commands/sandbox.js';
import { age } from '../../support/age.js';
import { run } from '../../support/cli.js';
import { logins } from '../../support/logins.js';
import { openPage, ssoPage, testSandbox } from '../support.js';

const switchBack = 'switch back to legacy connection';

test.each(['new', 'modify'])(
  'on day 31 after Finish (%s) nothing leads back to the legacy connection',
  async setupType => {
    const state = await stateDirectory({});
    const dir = path.join(state, 'sandbox');
    const flags = ['--setup-type', setupType, '--login', 'skip', '--sandbox', '--yes', '--json', '--state', state];
    expect(await run(['migrate', ...flags])).toMatchObject({ code: 0 });
    await age(state, 29);
    expect(await logins(state)).toEqual({ legacy: 'in', enhanced: 'in', flex: 'in' });
    await age(state, 2);
    expect(await logins(state)).toEqual({ legacy: expect.stringContaining('70251'), enhanced: 'in', flex: 'in' });
    const page = await openPage(await testSandbox({ dir }), ssoPage);
    expect(page.offers(switchBack)).toBe(false);
  },
);

test('a legacy connection that was switched back to is in use, and stays', async () => {
  const state = await stateDirectory({});
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  expect(await run(['migrate', '--setup-type', 'new', ...here])).toMatchObject({ code: 0 });
  expect(await run(['revert', ...here])).toMatchObject({ code: 0 });
  await age(state, 31);
  expect(await logins(state)).toMatchObject({ legacy: 'in', flex: 'in' });
  // Forward again, what was in use until now is kept from now on.
  expect(await run(['migrate', ...here])).toMatchObject({ code: 0 });
  expect(await logins(state)).toEqual({ legacy: 'in', enhanced: 'in', flex: 'in' });
});
