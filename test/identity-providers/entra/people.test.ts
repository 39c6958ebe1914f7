import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { identityOf } from '../../../src/flex/identity.js';
import { accessOf, withDefaultRole } from '../../../src/identity-providers/entra/access.js';
import type { Assignment } from '../../../src/identity-providers/entra/assignments.js';
import { recogniseNameId } from '../../../src/identity-providers/entra/name-id.js';
import { readDirectory } from '../../../src/identity-providers/entra/people.js';
import type { Report } from '../../../src/migration/step.js';
import { graphAnswer, openTenant, type Tenant } from './tenant.js';
import { createWalker } from './walk.js';

let tenant: Tenant;
afterEach(() => tenant.close());

const newReport = (): Report => ({ progress: () => undefined, note: () => undefined });
const assigned = (principalId: string, principalType: 'User' | 'Group', role: string | null = 'agent'): Assignment => ({
  principalId,
  principalType,
  displayName: principalId,
  role,
});
const requests = () => tenant.exchanges.filter(({ system }) => system === 'graph').map(({ path }) => path);

describe('people', () => {
  it('are read in pages where most of the tenant is assigned, and by their ids where few are', async () => {
    tenant = await openTenant({ users: 2100 });
    const { users } = tenant.directory;
    const all = users.map(({ id }) => assigned(id, 'User'));
    const whole = await readDirectory(tenant.graph, newReport(), all);
    expect(whole.users.size).toBe(2100);
    expect(requests()).toHaveLength(3);

    tenant.exchanges.length = 0;
    const some = await readDirectory(tenant.graph, newReport(), all.slice(0, 280));
    expect(some.users.size).toBe(280);
    expect(requests()).toEqual(['/v1.0/$batch']);

    tenant.exchanges.length = 0;
    const one = await readDirectory(tenant.graph, newReport(), all.slice(-1));
    expect([...one.users.keys()]).toEqual([users.at(-1)?.id]);
    expect(requests()).toHaveLength(1);
  });

  it('are read once a step, those included who are gone', async () => {
    tenant = await openTenant();
    const report = newReport();
    const gone = randomUUID();
    const given = [...tenant.directory.users.map(({ id }) => assigned(id, 'User')), assigned(gone, 'User')];
    const { users } = await readDirectory(tenant.graph, report, given);
    expect(users.has(gone)).toBe(false);
    const before = requests().length;
    await readDirectory(tenant.graph, report, given);
    expect(requests()).toHaveLength(before);
  });

  it('of groups are read in batches, to the last page, direct members alone', async () => {
    tenant = await openTenant({ users: 1200 });
    const { directory } = tenant;
    const [template] = directory.groups;
    if (!template) throw new Error('no group');
    const inner = {
      ...template,
      id: randomUUID(),
      displayName: 'Night shift',
      members: [directory.users[0]?.id ?? ''],
    };
    directory.groups = Array.from({ length: 60 }, (_, index) => ({
      ...template,
      id: randomUUID(),
      displayName: `Team ${index}`,
      members: index === 0 ? [...directory.users.map(({ id }) => id), inner.id] : [directory.users[index]?.id ?? ''],
    }));
    directory.groups.push(inner);
    const given = directory.groups.slice(0, 60).map(({ id }) => assigned(id, 'Group'));
    const found = await readDirectory(tenant.graph, newReport(), [...given, assigned(randomUUID(), 'Group')]);
    const [first] = given;
    expect(found.groups.get(first?.principalId ?? '')?.users).toHaveLength(1200);
    expect(found.groups.get(first?.principalId ?? '')?.nested).toMatchObject([{ displayName: 'Night shift' }]);
    expect(found.users.size).toBe(1200);
    // 61 groups in four batches, and one more page of the largest.
    expect(requests()).toHaveLength(5);
  });

  it('whom nobody may read stop a new application, and are but noted where one is modified', async () => {
    tenant = await openTenant();
    tenant.intercept({
      before: ({ path }) =>
        path.includes('/users') || path.includes('/groups')
          ? graphAnswer(403, 'Authorization_RequestDenied', 'Insufficient privileges.')
          : undefined,
    });
    await expect(createWalker(tenant).plan()).rejects.toMatchObject({ ending: 'permission' });
    const modifying = createWalker(tenant, { setupType: 'modify' });
    expect(await modifying.plan()).toHaveLength(3);
    expect(modifying.notes.join()).toContain('Who may log in could not be looked at');
  });
});

describe('what each of them means is said', () => {
  it('for those without a role, disabled, guests, without mail, and in groups inside groups', async () => {
    tenant = await openTenant({ users: 20 });
    const { directory } = tenant;
    const [agents] = directory.groups;
    const [member, ...direct] = directory.users.filter(({ id }) => agents?.members.includes(id));
    const user = (position: number) => directory.users[position] ?? expect.fail('no such user');
    user(6).accountEnabled = false;
    user(9).userType = 'Guest';
    user(12).mail = null;
    if (agents && member) {
      agents.members = direct.map(({ id }) => id);
      const inner = { ...agents, id: randomUUID(), displayName: 'Night shift', members: [member.id] };
      directory.groups.push(inner);
      agents.members.push(inner.id);
    }
    const assignment = directory.appRoleAssignments.find(({ principalId }) => principalId === user(5).id);
    if (assignment) assignment.appRoleId = '00000000-0000-0000-0000-000000000000';
    const walker = createWalker(tenant);
    await walker.plan();
    const notes = walker.notes.join('\n');
    expect(notes).toMatch(new RegExp(`Without a Flex role: 1 person \\(${user(5).displayName}\\).*--default-role`));
    expect(notes).toMatch(new RegExp(`Disabled accounts: 1 person \\(${user(6).displayName}\\)`));
    expect(notes).toMatch(new RegExp(`Guests: 1 person \\(${user(9).displayName}\\)`));
    expect(notes).toMatch(new RegExp(`Without mail: 1 person \\(${user(12).displayName}\\)`));
    expect(notes).toContain(
      'Only in groups inside assigned groups (Night shift, inside Contact Centre Agents): 1 person',
    );
    expect(walker.migration.facts.peopleWithoutRole).toBe(1);
  });
});

describe('a role for those without one', () => {
  it('takes the place of default access, for people and for the groups that they are in', async () => {
    tenant = await openTenant();
    const [ann, bob, cem, dan] = tenant.directory.users;
    const directory = {
      users: new Map(tenant.directory.users.map(user => [user.id, user])),
      groups: new Map([
        ['team', { users: [bob?.id ?? '', cem?.id ?? ''], nested: [] }],
        ['leads', { users: [dan?.id ?? ''], nested: [] }],
      ]),
    };
    const given = [
      assigned(ann?.id ?? '', 'User', null),
      assigned('team', 'Group', null),
      assigned(cem?.id ?? '', 'User', 'supervisor'),
      assigned('leads', 'Group', 'supervisor'),
      assigned(dan?.id ?? '', 'User', null),
    ];
    const roles = [...accessOf(directory, withDefaultRole(directory, given, 'agent')).values()].map(
      access => access.roles,
    );
    expect(roles).toEqual([['agent'], ['agent'], ['agent', 'supervisor'], ['supervisor']]);
  });

  it('comes beside a role that Flex does not know people by', async () => {
    tenant = await openTenant();
    const [ann] = tenant.directory.users;
    const directory = { users: new Map([[ann?.id ?? '', ann ?? {}]]), groups: new Map() };
    const given = [assigned(ann?.id ?? '', 'User', 'wfo.full_access')];
    expect(withDefaultRole(directory, given, 'admin').map(({ role }) => role)).toEqual(['wfo.full_access', 'admin']);
  });

  it('is carried out and checked', async () => {
    tenant = await openTenant();
    const { directory } = tenant;
    for (const assignment of directory.appRoleAssignments
      .filter(({ principalType }) => principalType === 'User')
      .slice(-2))
      assignment.appRoleId = '00000000-0000-0000-0000-000000000000';
    const walker = createWalker(tenant, { defaultRole: 'agent' });
    const { checks } = await walker.walk();
    expect(checks.filter(({ result }) => result !== 'passed')).toEqual([]);
    const made = directory.servicePrincipals.find(({ displayName }) => displayName === 'Twilio Flex SSO');
    const agent = directory.applications
      .find(({ displayName }) => displayName === 'Twilio Flex SSO')
      ?.appRoles.find(({ value }) => value === 'agent');
    const held = directory.appRoleAssignments.filter(({ resourceId }) => resourceId === made?.id);
    expect(held.some(({ appRoleId }) => !made || appRoleId === '00000000-0000-0000-0000-000000000000')).toBe(false);
    expect(held.filter(({ appRoleId }) => appRoleId === agent?.id).length).toBeGreaterThan(2);
    expect(await walker.plan()).toEqual([]);
  });
});

describe('a NameID that cannot be read', () => {
  it('is recognised by the Workers that it has made', async () => {
    tenant = await openTenant();
    const people = tenant.directory.users.map(user => ({ user, roles: [], through: [], lapsed: [] }));
    const named = (nameIds: readonly string[]) =>
      nameIds.map(nameId => ({
        sid: nameId,
        friendlyName: identityOf(nameId),
        dateUpdated: '',
        roles: [],
        attributesDigest: '',
      }));
    const { users } = tenant.directory;
    const recognised = (nameIds: readonly string[]) => {
      const { entry, borneOut } = recogniseNameId(people, named(nameIds));
      return [entry.ID, borneOut.by, borneOut.of];
    };
    const all = users.length;
    const upns = users.map(({ userPrincipalName }) => userPrincipalName);
    expect(recognised(upns)).toEqual(['userprincipalname', all, all]);
    expect(recognised(users.map(({ mail }) => mail ?? ''))).toEqual(['mail', all, all]);
    expect(recognised(users.map(({ employeeId }) => employeeId))).toEqual(['employeeid', all, all]);
    expect(recognised([])).toEqual(['userprincipalname', 0, 0]);
    expect(recognised(upns.map(upn => upn.split('@')[0] ?? ''))).toEqual(['userprincipalname', 0, all]);
  });
});
