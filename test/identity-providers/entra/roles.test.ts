import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { roleNotes, wantedRoles } from '../../../src/identity-providers/entra/app-roles.js';
import { openTenant, type Tenant } from './tenant.js';
import { createWalker } from './walk.js';

let tenant: Tenant | undefined;
afterEach(async () => {
  await tenant?.close();
  tenant = undefined;
});

const role = (value: string | null, more: object = {}) => ({
  id: randomUUID(),
  displayName: `The ${value}`,
  description: `Is ${value}`,
  value,
  isEnabled: true,
  allowedMemberTypes: ['User'],
  ...more,
});
const values = (roles: Parameters<typeof wantedRoles>[0]) => wantedRoles(roles).map(({ value }) => value);

describe('the roles of a new application', () => {
  it("are Flex's own, named as in the legacy application, and every other that people can have there", () => {
    const legacy = [role('agent'), role('wfo.team_leader'), role('night-shift'), role(null)];
    expect(values(legacy)).toEqual(['admin', 'supervisor', 'agent', 'wfo.team_leader', 'night-shift']);
    expect(wantedRoles(legacy)[2]).toMatchObject({ displayName: 'The agent', description: 'Is agent' });
  });

  it('leave out what is switched off or for applications, and say so', () => {
    const legacy = [
      role('wfo.full_access', { isEnabled: false }),
      role('robot', { allowedMemberTypes: ['Application'] }),
    ];
    expect(values(legacy)).toEqual(['admin', 'supervisor', 'agent']);
    expect(roleNotes(legacy)).toEqual([
      expect.stringContaining('wfo.full_access is switched off'),
      expect.stringContaining('robot is for applications'),
    ]);
  });

  it('are spelled as Flex spells them, once', () => {
    const legacy = [role('Agent'), role('agent'), role('ADMIN'), role('Night'), role('night')];
    expect(values(legacy)).toEqual(['admin', 'supervisor', 'agent', 'Night', 'night']);
    expect(roleNotes(legacy)).toEqual([
      'Flex knows the role Agent as agent: whoever has it gets agent.',
      'Flex knows the role ADMIN as admin: whoever has it gets admin.',
    ]);
  });

  it('keep people who had another spelling, and switch on what was off', async () => {
    tenant = await openTenant();
    const { directory } = tenant;
    const legacy = directory.applications.find(({ displayName }) => displayName === 'Twilio Flex');
    const agent = legacy?.appRoles.find(({ value }) => value === 'agent');
    if (agent) agent.value = 'Agent';
    const walker = createWalker(tenant);
    await walker.walk();
    const made = directory.applications.find(({ displayName }) => displayName === 'Twilio Flex SSO');
    const principal = directory.servicePrincipals.find(({ appId }) => appId === made?.appId);
    const newAgent = made?.appRoles.find(({ value }) => value === 'agent');
    const held = directory.appRoleAssignments.filter(({ resourceId }) => resourceId === principal?.id);
    expect(held.filter(({ appRoleId }) => appRoleId === newAgent?.id).length).toBeGreaterThan(3);
    expect(made?.appRoles.filter(({ value }) => value?.toLowerCase() === 'agent')).toHaveLength(1);

    if (newAgent) newAgent.isEnabled = false;
    const before = structuredClone(made?.appRoles);
    const changes = await walker.plan();
    expect(changes.map(({ resource }) => resource)).toContain('appRoles');
    const { checks } = await walker.walk();
    expect(checks.filter(({ result }) => result !== 'passed')).toEqual([]);
    // Nothing but that one is disturbed.
    expect(made?.appRoles).toEqual(before?.map(one => ({ ...one, isEnabled: true })));
  });
});
