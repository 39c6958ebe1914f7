import { expect, test } from 'vitest';
import type { StepId } from '../../src/migration/state.js';
import { run, stoppedAt } from '../support/cli.js';
import { entraOf } from './census.js';
import { doByHand, goOnByHand, openFlex, servedSandbox, shownWorld, stateDirectory } from './sandbox.js';

const slow = 120_000;

/** The tenant without the record of who signed in. */
async function tenantOf(state: string) {
  const { signIns: _, ...tenant } = entraOf(await shownWorld(state)) as Record<string, unknown>;
  return tenant;
}

const modify = (overlap: string) => ['migrate', '--setup-type', 'modify', '--overlap', overlap];

test.each([
  ['start-setup', 'yes', []],
  ['update-identity-provider', 'no', []],
  ['update-identity-provider', 'yes', []],
  ['validate-connection', 'yes', ['Cancel setup']],
  ['validate-connection', 'no', ['Cancel setup']],
  ['finish', 'yes', ['Cancel setup']],
  [undefined, 'yes', ['switch back to legacy connection']],
] as const)(
  'reverted while it waits for %s (overlap: %s), all is as it was, and it can begin anew',
  { timeout: slow },
  async (until: StepId | undefined, overlap, clicked) => {
    const sandbox = await servedSandbox();
    const before = await tenantOf(sandbox.state);
    const at = await goOnByHand(sandbox, await sandbox.run(modify(overlap)), until);
    expect(at.json.waitingFor?.step).toBe(until);

    const first = await sandbox.run(['revert']);
    const asked = (first.json.waitingFor?.instruction.tasks ?? []) as { do: string; label?: string }[];
    expect(asked.filter(task => task.do === 'click').map(({ label }) => label)).toEqual(
      clicked.length > 0 ? expect.arrayContaining([...clicked]) : [],
    );
    const reverted = await goOnByHand(sandbox, first);
    expect(reverted).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(await tenantOf(sandbox.state)).toEqual(before);
    expect(await openFlex(sandbox.endpoints, sandbox.state)).toMatch(/Logged in through the legacy connection/);
    expect(await sandbox.run(['revert'])).toMatchObject({ code: 0, json: { status: 'reverted', changed: 0 } });
    if (until === 'start-setup') return;

    const again = await goOnByHand(sandbox, await sandbox.run(['migrate']));
    expect(again).toMatchObject({ code: 0, json: { status: 'finished' } });
    expect(await openFlex(sandbox.endpoints, sandbox.state)).toMatch(/Logged in through the OAuth 2\.0 connection/);
  },
);

test.each(['yes', 'no'])(
  'killed right after a write that nothing shows yet, it is reverted to the field (overlap: %s)',
  { timeout: slow },
  async overlap => {
    const sandbox = await servedSandbox({ faults: ['stale-reads'] });
    const before = await tenantOf(sandbox.state);
    await doByHand(sandbox, await sandbox.run(modify(overlap)));
    const killed = await sandbox.run(['resume', '--done', 'start-setup'], stoppedAt(['after', 1, 'graph'], 'SIGKILL'));
    expect(killed.code).toBeNull();
    expect(await tenantOf(sandbox.state)).not.toEqual(before);
    const reverted = await sandbox.run(['revert']);
    expect(reverted).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(await tenantOf(sandbox.state)).toEqual(before);
  },
);

test('Ctrl-C between two writes of the way back: exit 130, and revert or resume goes on with it', {
  timeout: slow,
}, async () => {
  const state = await stateDirectory({});
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  const before = await tenantOf(state);
  expect(await run([...modify('yes'), ...here])).toMatchObject({ code: 0 });
  for (const write of [2, 2]) {
    const stopped = await run(['revert', ...here], stoppedAt(['before', write, 'graph'], 'SIGINT'));
    expect(stopped).toMatchObject({ code: 130, json: { error: { hint: expect.stringContaining('flex-sso revert') } } });
  }
  expect(await run(['resume', ...here])).toMatchObject({ code: 0, json: { status: 'reverted' } });
  expect(await tenantOf(state)).toEqual(before);
});
