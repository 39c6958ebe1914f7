import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import { age } from '../support/age.js';
import { type Ended, run } from '../support/cli.js';
import { doByHand, goOnByHand, type ServedSandbox, stateDirectory } from './sandbox.js';

const dayMs = 24 * 60 * 60_000;
const daysLeft = ({ json }: Ended) => (Date.parse(json.legacyKeptUntil) - Date.now()) / dayMs;

/** A sandbox that is served while `use` runs, so that days can pass before and after. */
async function whileServed<T>(state: string, use: (sandbox: ServedSandbox) => Promise<T>): Promise<T> {
  const { endpoints, credentials, close } = await startSandbox({ dir: path.join(state, 'sandbox') });
  const endpointsFile = path.join(state, 'endpoints.json');
  await writeFile(endpointsFile, JSON.stringify(endpoints));
  const place = ['--state', state, '--endpoints', endpointsFile];
  const here: ServedSandbox = {
    state,
    endpoints: { ...endpoints },
    endpointsFile,
    environment: { ...credentials },
    place,
    run: (args, env = {}) => run([...args, ...place, '--yes', '--json'], { ...credentials, ...env }),
  };
  try {
    return await use(here);
  } finally {
    await close();
  }
}

test.each(['new', 'modify'])(
  'Finish is clicked during a pause of 25 days (%s): the way back is promised for the 30 days after the pause began',
  { timeout: 300_000 },
  async setupType => {
    const state = await stateDirectory({});
    await whileServed(state, async sandbox => {
      const begun = await sandbox.run(['migrate', '--setup-type', setupType]);
      const at = await goOnByHand(sandbox, begun, 'finish');
      expect(at).toMatchObject({ code: 10, json: { waitingFor: { step: 'finish' } } });
      await doByHand(sandbox, at);
    });
    await age(state, 25);
    await whileServed(state, async sandbox => {
      const resumed = await sandbox.run(['resume', '--done', 'finish']);
      expect(resumed).toMatchObject({ code: 0, json: { status: 'finished' } });
      expect(daysLeft(resumed)).toBeLessThanOrEqual(5);
      expect(daysLeft(resumed)).toBeGreaterThan(4);
    });
    await age(state, 6);
    await whileServed(state, async sandbox => {
      expect(await sandbox.run(['revert'])).toMatchObject({ code: 5, json: { error: { code: 'way-back-closed' } } });
    });
  },
);

test('a migration that is asked for Finish again counts the 30 days from then', { timeout: 300_000 }, async () => {
  const state = await stateDirectory({});
  await whileServed(state, async sandbox => {
    await goOnByHand(sandbox, await sandbox.run(['migrate', '--setup-type', 'new']), 'finish');
  });
  await age(state, 25);
  await whileServed(state, async sandbox => {
    const at = await sandbox.run(['resume']);
    expect(at).toMatchObject({ code: 10, json: { waitingFor: { step: 'finish' } } });
    await doByHand(sandbox, at);
    const resumed = await sandbox.run(['resume']);
    expect(daysLeft(resumed)).toBeGreaterThan(29);
  });
});
