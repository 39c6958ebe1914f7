import { expect, test } from 'vitest';
import type { Ended } from '../support/cli.js';
import { logins } from '../support/logins.js';
import { doByHand, type ServedSandbox, servedSandbox } from './sandbox.js';

/** Goes on from pause to pause, each manual step done by hand; says at each stop how an agent's login ends. */
async function stops(sandbox: ServedSandbox, first: Ended): Promise<{ at: string; flex: string; notes: string[] }[]> {
  const seen = [];
  for (let ended = first; ; ) {
    const at = ended.json.waitingFor?.step ?? ended.json.status;
    const notes = ended.json.notes as string[];
    seen.push({ at, flex: (await logins(sandbox.state)).flex, notes });
    if (ended.code !== 10) return seen;
    await doByHand(sandbox, ended);
    // Whoever has clicked may take their time before they say so.
    seen.push({ at: `${at} done`, flex: (await logins(sandbox.state)).flex, notes });
    ended = await sandbox.run(['resume', '--done', at]);
  }
}

test.each(['yes', 'no'])(
  'a connection that is modified (overlap: %s), and reverted: agents can log in at every stop, or the plan said when they cannot',
  { timeout: 600_000 },
  async overlap => {
    const sandbox = await servedSandbox();
    const begun = await sandbox.run(['migrate', '--setup-type', 'modify', '--overlap', overlap]);
    const forward = await stops(sandbox, begun);
    expect(forward.at(-1)).toMatchObject({ at: 'finished', flex: 'in' });
    const out = forward.filter(({ flex }) => flex !== 'in');
    // From the change of the identifier on, until Console takes the other connection.
    expect(out.map(({ at }) => at)).toEqual(overlap === 'no' ? ['update-identity-provider'] : []);
    for (const { notes } of out)
      expect(notes.join('\n')).toMatch(/Nobody can log in to Flex between the change of the identifier.*“Finish”/);

    const back = await stops(sandbox, await sandbox.run(['revert']));
    expect(back.map(({ at, flex }) => [at, flex])).toEqual([
      ['start-setup', 'in'],
      ['start-setup done', 'in'],
      ['reverted', 'in'],
    ]);
  },
);

const site = ['--hosting', 'self-hosted', '--redirect-url', 'https://flex.contoso.example'];

test('the announced gap of a self-hosted Flex UI has its deployment in it', { timeout: 600_000 }, async () => {
  const sandbox = await servedSandbox({ faults: ['second-identifier-refused'], hosting: 'self-hosted' });
  await stops(sandbox, await sandbox.run(['migrate', '--setup-type', 'modify', ...site]));
  const back = await stops(sandbox, await sandbox.run(['revert']));
  expect(back.map(({ at }) => at)).toContain('configure-self-hosted');
  expect(back[0]?.flex).not.toBe('in');
  expect(back[0]?.notes.join('\n')).toMatch(/as long as you need for the deployment of your Flex UI and for the click/);
});

test('without room for both identifiers, the way back says when nobody can log in', { timeout: 600_000 }, async () => {
  const sandbox = await servedSandbox({ faults: ['second-identifier-refused'] });
  await stops(sandbox, await sandbox.run(['migrate', '--setup-type', 'modify']));
  const back = await stops(sandbox, await sandbox.run(['revert']));
  expect(back[0]?.notes.join('\n')).toMatch(/as long as you need for the click/);
  expect(back.map(({ at }) => at)).toEqual(['start-setup', 'start-setup done', 'reverted']);
  expect(back[0]?.flex).not.toBe('in');
  expect(back[0]?.notes.join('\n')).toMatch(/nobody can log in between these changes.*“Switch connection”/);
  expect(back.slice(1).map(({ flex }) => flex)).toEqual(['in', 'in']);
});
