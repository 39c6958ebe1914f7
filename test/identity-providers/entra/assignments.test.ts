import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Directory } from '../../../src/sandbox/entra/directory.js';
import { isGraphWrite } from '../../support/graph-writes.js';
import { openTenant, type Tenant } from './tenant.js';
import { createWalker } from './walk.js';

let tenant: Tenant;
afterEach(() => tenant.close());

function legacyPrincipal(directory: Directory) {
  const application = directory.applications.find(({ displayName }) => displayName === 'Twilio Flex');
  const principal = directory.servicePrincipals.find(({ appId }) => appId === application?.appId);
  if (!application || !principal) throw new Error('no legacy application');
  return { application, principal };
}

function assign(directory: Directory, appRoleId: string, position: number) {
  const user = directory.users[position];
  directory.appRoleAssignments.push({
    id: randomUUID(),
    appRoleId,
    createdDateTime: '2021-03-03T08:00:00.000Z',
    principalId: user?.id ?? '',
    principalType: 'User',
    principalDisplayName: user?.displayName ?? '',
    resourceId: legacyPrincipal(directory).principal.id,
  });
}

describe('the assignments of a new application', () => {
  it('are one change that names everybody with their role, and are reported as they go', async () => {
    tenant = await openTenant({ users: 60 });
    const walker = createWalker(tenant);
    const { changes, checks } = await walker.walk();
    const assigned = changes.filter(({ resource }) => resource === 'appRoleAssignments');
    expect(assigned).toHaveLength(1);
    const after = assigned[0]?.after as { principalType: string; displayName: string; role: string }[];
    expect(after).toContainEqual(
      expect.objectContaining({ principalType: 'Group', displayName: 'Contact Centre Agents', role: 'agent' }),
    );
    // Whoever has two roles is one.
    const users = new Set(
      after.filter(({ principalType }) => principalType === 'User').map(({ displayName }) => displayName),
    );
    expect(users.size).toBeLessThan(after.length - 1);
    expect(assigned[0]?.title).toContain(`Assign ${users.size} users and 1 group (${after.length} assignments)`);
    expect(walker.progress.at(-1)).toEqual({ done: after.length, total: after.length });
    expect(checks.find(({ name }) => name === 'assignments')?.message).toContain(`${after.length} of ${after.length}`);
    const batches = tenant.exchanges.filter(one => one.path === '/v1.0/$batch' && isGraphWrite(one));
    expect(batches).toHaveLength(Math.ceil(after.length / 20));
  });

  it('keep default access and roles without a value', async () => {
    tenant = await openTenant({ users: 6 });
    const { directory } = tenant;
    assign(directory, '00000000-0000-0000-0000-000000000000', 4);
    assign(
      directory,
      legacyPrincipal(directory).application.appRoles.find(role => role.displayName === 'msiam_access')?.id ?? '',
      5,
    );
    const walker = createWalker(tenant);
    const { checks } = await walker.walk();
    expect(checks.every(({ result }) => result === 'passed')).toBe(true);
    expect(await walker.plan()).toEqual([]);
    const application = directory.applications.find(({ displayName }) => displayName === 'Twilio Flex SSO');
    const given = (position: number) => {
      const held = directory.appRoleAssignments.filter(
        ({ principalId }) => principalId === directory.users[position]?.id,
      );
      return held.flatMap(
        ({ appRoleId }) => application?.appRoles.find(({ id }) => id === appRoleId)?.displayName ?? [],
      );
    };
    expect(given(4)).toContain('User');
    expect(given(5)).toContain('msiam_access');
  });

  it('leave out roles that are switched off or gone', async () => {
    tenant = await openTenant({ users: 6 });
    const { directory } = tenant;
    const { application } = legacyPrincipal(directory);
    const off = application.appRoles.find(({ value }) => value === 'wfo.full_access');
    if (off) off.isEnabled = false;
    assign(directory, randomUUID(), 3);
    const walker = createWalker(tenant);
    const roles = (await walker.plan()).find(({ resource }) => resource === 'appRoles')?.after as { value: string }[];
    expect(roles.map(({ value }) => value)).toEqual(['admin', 'supervisor', 'agent']);
    await walker.walk();
    expect(await walker.plan()).toEqual([]);
  });

  it('are taken for done where they exist already, and repeated where the application is too new', async () => {
    tenant = await openTenant({ users: 8 });
    let refusals = 3;
    tenant.intercept({
      after({ path, isWrite }, answer) {
        if (!path.endsWith('$batch') || !isWrite || refusals-- <= 0) return undefined;
        // Carried out all the same, as Graph may.
        void answer;
        const responses = Array.from({ length: 20 }, (_, id) => ({
          id: String(id),
          status: 400,
          body: { error: { code: 'Request_BadRequest', message: 'Not a valid reference update.' } },
        }));
        return Response.json({ responses });
      },
    });
    const walker = createWalker(tenant);
    const { checks } = await walker.walk();
    expect(checks.find(({ name }) => name === 'assignments')?.result).toBe('passed');
    const keys = tenant.directory.appRoleAssignments.map(
      one => `${one.principalId} ${one.appRoleId} ${one.resourceId}`,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('name those whom Entra refuses, once all the others are assigned', async () => {
    tenant = await openTenant({ users: 8 });
    tenant.intercept({
      before({ path, isWrite }) {
        if (!path.endsWith('$batch') || !isWrite) return undefined;
        const responses = Array.from({ length: 20 }, (_, id) =>
          id === 0
            ? { id: '0', status: 400, body: { error: { code: 'Request_BadRequest', message: 'The user is blocked.' } } }
            : { id: String(id), status: 201, body: {} },
        );
        return Response.json({ responses });
      },
    });
    const walker = createWalker(tenant);
    await expect(walker.walk()).rejects.toMatchObject({
      code: 'assignments-refused',
      message: expect.stringContaining('The user is blocked.'),
    });
  });

  it('say which permission is missing', async () => {
    tenant = await openTenant({ users: 4, manners: { missingPermissions: ['AppRoleAssignment.ReadWrite.All'] } });
    await expect(createWalker(tenant).walk()).rejects.toMatchObject({
      code: 'graph-permission-missing',
      ending: 'permission',
      hint: expect.stringContaining('AppRoleAssignment.ReadWrite.All'),
    });
  });

  it('are planned for ten thousand people without a request for each', async () => {
    tenant = await openTenant({ users: 4 });
    const { directory } = tenant;
    const { application, principal } = legacyPrincipal(directory);
    const agent = application.appRoles.find(({ value }) => value === 'agent')?.id ?? '';
    for (let count = 0; count < 10_000; count++)
      directory.appRoleAssignments.push({
        id: randomUUID(),
        appRoleId: agent,
        createdDateTime: '2021-03-03T08:00:00.000Z',
        principalId: randomUUID(),
        principalType: 'User',
        principalDisplayName: `Agent ${count}`,
        resourceId: principal.id,
      });
    const change = (await createWalker(tenant).plan()).find(({ resource }) => resource === 'appRoleAssignments');
    expect(Array.isArray(change?.after) && change.after.length).toBeGreaterThan(10_000);
    expect(tenant.exchanges.filter(({ system }) => system === 'graph').length).toBeLessThan(40);
  });
});
