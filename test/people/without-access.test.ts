import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { stateDirectory } from '../commands/sandbox.js';
import { openTenant } from '../identity-providers/entra/tenant.js';
import { createWalker } from '../identity-providers/entra/walk.js';
import { run } from '../support/cli.js';

const slow = 60_000;

it.each([
  [[], 7],
  [['--default-role', 'agent'], 0],
] as const)(
  'whoever is assigned a role that is switched off or gone is named, listed and carried over %j',
  { timeout: slow },
  async (flags, without) => {
    const state = await stateDirectory({ users: 25, faults: ['legacy-role-disabled', 'legacy-role-gone'] });
    const csv = `${state}/people.csv`;
    const args = ['--sandbox', '--yes', '--json', '--state', state, '--people-csv', csv, ...flags];
    const { code, json } = await run(['migrate', '--setup-type', 'new', ...args]);
    expect(code).toBe(0);
    const notes: string = json.notes.join('\n');
    expect(notes).toContain('25 people may log in');
    expect(notes).toContain('Assigned a role that gives nothing, 7 in all: ');
    expect(notes).toContain('Jonas Lindqvist (supervisor, which is switched off)');
    expect(notes).toContain('Kwame Mensah (a role that is gone)');
    if (without > 0) expect(notes).toContain(`Without a Flex role: ${without} people (`);
    const list = (await readFile(csv, 'utf8')).split('\r\n');
    expect(list.filter(line => line.includes('Has no Flex role.'))).toHaveLength(without);
    const checks: { name: string; message: string }[] = json.checks['update-identity-provider'];
    const assignments = checks.find(({ name }) => name === 'assignments')?.message;
    expect(assignments).toContain('20 of 20');
    if (without > 0) expect(assignments).toContain('7 of them had a role that is switched off or gone');
    expect(checks.find(({ name }) => name === 'role-parity')?.message).toContain('25 people');
  },
);

it('people and groups without a display name are told apart by their other names', { timeout: slow }, async () => {
  const state = await stateDirectory({ users: 25, faults: ['groups-nested'] });
  const args = ['--sandbox', '--state', state, '--sandbox-fault', 'names-null', '--json'];
  const { code, json } = await run(['plan', '--setup-type', 'new', ...args]);
  expect(code).toBe(0);
  const notes: string[] = json.steps.flatMap(({ notes }: { notes?: string[] }) => notes ?? []);
  expect(notes.join('\n')).toContain('none yet: chloe.lefevre@');
  expect(notes.filter(note => /(: |, |\()[,.;)]|null|undefined/.test(note))).toEqual([]);
});

it('whoever is only in a group inside an assigned one is named and listed', { timeout: slow }, async () => {
  const state = await stateDirectory({ users: 25, faults: ['groups-nested'] });
  const csv = `${state}/people.csv`;
  const { json } = await run([
    'plan',
    '--setup-type',
    'new',
    '--sandbox',
    '--json',
    '--state',
    state,
    '--people-csv',
    csv,
  ]);
  const notes = JSON.stringify(json);
  expect(notes).toContain(
    '3 people, Dmytro Kovalenko, Leila Haddad, Soo-jin Park. Entra gives a role to direct members alone',
  );
  const rows = (await readFile(csv, 'utf8')).split('\r\n').filter(line => line.includes('only in a group inside'));
  expect(rows).toHaveLength(3);
  expect(rows[0]).toContain('"Contact Centre Night Shift, inside Contact Centre Agents"');
});

it('Workers that nobody comes to are named and listed, and more roles than planned are said for what they are', async () => {
  const tenant = await openTenant({ users: 8 });
  try {
    const walker = createWalker(tenant);
    const left = { sid: 'WK1', friendlyName: 'left_40x_2Eexample', dateUpdated: '', roles: [], attributesDigest: '' };
    walker.migration = { ...walker.migration, facts: { ...walker.migration.facts, workersBefore: [left] } };
    const listed: string[] = [];
    walker.people = people => {
      for (const { verdict, nameIdToday = '' } of people) if (verdict === 'nobodys-worker') listed.push(nameIdToday);
    };
    await walker.walk();
    expect(walker.notes.join('\n')).toContain('Nobody who is assigned comes to 1 Worker: left@x.example.');
    expect(new Set(listed)).toEqual(new Set(['left@x.example']));

    const { directory } = tenant;
    const ids = walker.migration.facts.application;
    const application = directory.applications.find(({ appId }) => appId === ids?.appId);
    const own = directory.appRoleAssignments.find(({ resourceId }) => resourceId === ids?.servicePrincipalId);
    const taken = directory.appRoleAssignments.filter(({ principalId }) => principalId === own?.principalId);
    const more = application?.appRoles.find(
      ({ id, value }) => value && !taken.some(({ appRoleId }) => appRoleId === id),
    );
    if (!own || !more) throw new Error('nothing to give');
    directory.appRoleAssignments.push({ ...own, id: 'one more', appRoleId: more.id });
    const { checks } = await walker.walk();
    expect(checks.find(({ name }) => name === 'role-parity')).toMatchObject({ result: 'passed' });
    expect(checks.find(({ name }) => name === 'further-roles')).toMatchObject({
      result: 'unknown',
      message: expect.stringContaining(`${own.principalDisplayName} (+${more.value})`),
    });
  } finally {
    await tenant.close();
  }
});
