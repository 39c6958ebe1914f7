import { expect, it } from 'vitest';
import { readWorld, stateDirectory } from '../commands/sandbox.js';
import { readTrace, run } from '../support/cli.js';
import { isGraphWrite } from '../support/graph-writes.js';

it('roles that a condition decides today are not taken over by assignments before somebody has accepted it', {
  timeout: 60_000,
}, async () => {
  const state = await stateDirectory({ users: 25, faults: ['legacy-roles-conditional', 'users-without-role'] });
  const trace = `${state}/trace.jsonl`;
  const args = ['--sandbox', '--yes', '--state', state, '--trace', trace];
  const refused = await run(['migrate', '--setup-type', 'new', ...args]);
  expect(refused.code).toBe(2);
  expect((await readTrace(trace)).filter(isGraphWrite)).toEqual([]);
  const said = refused.stderr.replaceAll(/\s+/g, ' ');
  expect(said).toContain('from the next login on everybody gets user.assignedroles as roles');
  expect(said).toContain('3 people are assigned no Flex role and could not log in any more: Grace Kimani (');
  expect(said).toContain('`--accept-changed-claims`');
  expect(said).not.toContain('last values');

  const accepted = await run(['migrate', '--accept-changed-claims', '--json', ...args]);
  expect(accepted).toMatchObject({ code: 0, json: { status: 'finished' } });
  const worker = readWorld(state).account.workers.find(({ nameId }) => nameId === 'amara.okafor@harborline.example');
  expect(worker?.attributes.roles).toEqual(['admin', 'wfo.full_access']);
});
