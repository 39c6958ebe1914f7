import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { readTrace, run } from '../support/cli.js';
import { isGraphWrite } from '../support/graph-writes.js';
import { logins } from '../support/logins.js';
import { administer, finishedMigrations, type LegacyApplication, runIn } from './finished.js';

const finished = finishedMigrations({ new: ['--setup-type', 'new'] });
const slow = 120_000;

/** All but one are taken out of the legacy application. */
const allButOne = ({ directory, principal }: LegacyApplication) => {
  const assigned = directory.appRoleAssignments.filter(({ resourceId }) => resourceId === principal.id);
  const [kept] = assigned.filter(({ principalType }) => principalType === 'User').slice(-1);
  directory.appRoleAssignments = directory.appRoleAssignments.filter(
    one => one.resourceId !== principal.id || one === kept,
  );
};

/** A new person is assigned to the enhanced application alone. */
const newHire = ({ directory }: LegacyApplication) => {
  const [someone] = directory.users;
  const enhanced = directory.servicePrincipals.find(({ displayName }) => displayName === 'Twilio Flex SSO');
  const roles = directory.applications.find(({ appId }) => appId === enhanced?.appId)?.appRoles ?? [];
  const agent = roles.find(({ value }) => value === 'agent');
  if (!someone || !enhanced || !agent) throw new Error('There is nobody to assign, or nothing to assign to.');
  const user = {
    ...someone,
    id: randomUUID(),
    displayName: 'Nora Newhire',
    userPrincipalName: 'nora.newhire@contoso.example',
    mail: 'nora.newhire@contoso.example',
  };
  directory.users.push(user);
  const [assignment] = directory.appRoleAssignments;
  if (!assignment) throw new Error('Nobody is assigned.');
  directory.appRoleAssignments.push({
    ...assignment,
    id: randomUUID(),
    principalId: user.id,
    principalType: 'User',
    principalDisplayName: user.displayName,
    resourceId: enhanced.id,
    appRoleId: agent.id,
  });
};

test('agents were taken out of the legacy application: the way back counts and names them first', {
  timeout: slow,
}, async () => {
  const state = await finished('new');
  await administer(state, allButOne);
  const before = await logins(state);
  expect(before).toMatchObject({ enhanced: 'in', flex: 'in' });
  expect(before.legacy).not.toBe('in');
  const trace = `${state}/trace.jsonl`;
  const { code, json } = await runIn(state, 'revert', ['--trace', trace]);
  expect(json.error).toMatchObject({
    code: 'not-certain',
    message: expect.stringMatching(/\d people may log in to Flex now, and could not after the way back: \S/),
    hint: expect.stringMatching(/Users and groups, assign them .*`--accept people-left-out`/),
  });
  expect(code).toBe(5);
  expect((await readTrace(trace)).filter(isGraphWrite)).toEqual([]);
  expect(await logins(state)).toEqual(before);
  const { json: shown } = await runIn(state, 'revert --dry-run');
  expect(shown.steps[0].notes).toEqual([
    expect.stringMatching(
      /people may log in to Flex now, and could not after the way back.*`--accept people-left-out`/,
    ),
  ]);
});

test('one who was hired since is named, and accepted by the name of the check alone', { timeout: slow }, async () => {
  const state = await finished('new');
  await administer(state, newHire);
  const refused = await runIn(state, 'revert');
  expect(refused.code).toBe(5);
  expect(refused.json.error.message).toContain(
    '1 person may log in to Flex now, and could not after the way back: Nora Newhire.',
  );
  expect((await runIn(state, 'revert', ['--accept', 'people'])).json.error.code).toBe('not-certain');
  const { code, json } = await runIn(state, 'revert', ['--accept', 'people-left-out, misspelt']);
  expect(code).toBe(0);
  expect(json).toMatchObject({ status: 'reverted' });
  expect(json.notes.join('\n')).toContain(
    'No check of this run is named “misspelt”, so --accept had nothing to do there.',
  );
  expect(await logins(state)).toMatchObject({ legacy: 'in', flex: 'in' });
});

/** Those who are assigned to the legacy application as people come in through a group instead. */
const throughGroup = ({ directory, principal }: LegacyApplication) => {
  const isHere = ({ resourceId }: { resourceId: string }) => resourceId === principal.id;
  const assigned = directory.appRoleAssignments.filter(isHere);
  const agents = assigned.find(({ principalType }) => principalType === 'Group');
  const group = directory.groups.find(({ id }) => id === agents?.principalId);
  if (!group) throw new Error('No group is assigned.');
  const alone = assigned.filter(({ principalType }) => principalType === 'User');
  group.members.push(...alone.map(({ principalId }) => principalId).filter(id => !group.members.includes(id)));
  directory.appRoleAssignments = directory.appRoleAssignments.filter(one => !alone.includes(one));
};
const disabledHire = (at: LegacyApplication) => {
  newHire(at);
  const nora = at.directory.users.at(-1);
  if (nora) nora.accountEnabled = false;
};

test.each([
  ['comes through a group instead', throughGroup],
  ['has a disabled account', disabledHire],
])('who %s is not left out', { timeout: slow }, async (_, change) => {
  const state = await finished('new');
  await administer(state, change);
  expect(await runIn(state, 'revert')).toMatchObject({ code: 0, json: { status: 'reverted' } });
});

test('`revert --help` says what --accept is for', async () => {
  const { stdout } = await run(['revert', '--help']);
  expect(stdout.replace(/\s+/g, ' ')).toContain('--accept <checks> checks of the way back that need not pass, by name');
});
