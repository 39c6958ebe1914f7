import { expect, it } from 'vitest';
import { readWorld, stateDirectory } from '../commands/sandbox.js';
import { run } from '../support/cli.js';

it('of 100 people, 30 of whom have a UPN that is not their mail, all keep their Worker; user.mail names the 30', {
  timeout: 60_000,
}, async () => {
  const state = await stateDirectory({ users: 100, faults: ['users-upn-differs'] });
  const args = ['--setup-type', 'new', '--sandbox', '--yes', '--json', '--state', state];
  const refused = await run(['migrate', '--name-id', 'mail', ...args]);
  expect(refused).toMatchObject({ code: 2, json: { error: { code: 'new-workers-not-accepted' } } });
  const { message } = refused.json.error;
  expect(message).toContain('30 people who have a Worker get a new, billed one');
  const { users } = readWorld(state).directory;
  const differing = users.filter(({ mail, userPrincipalName }) => mail !== userPrincipalName);
  expect(differing).toHaveLength(30);
  for (const { userPrincipalName } of differing) expect(message).toContain(`(${userPrincipalName})`);
  expect(message).not.toContain('more');

  const kept = await run(['migrate', '--name-id', 'keep', ...args]);
  expect(kept).toMatchObject({ code: 0, json: { verified: true } });
  expect(kept.json.notes.join()).toContain(
    '100 people may log in through the legacy application. 100 keep their Worker.',
  );
});
