import { describe, expect, it } from 'vitest';
import { assertionsOf } from '../../src/sandbox/entra/claims.js';
import { type Directory, legacyAssertions, seedDirectory } from '../../src/sandbox/entra/directory.js';
import { type HistoryFault, historyFaults } from '../../src/sandbox/faults.js';
import { hasContract, violations } from './entra/contract.js';
import { accountSid, immediate, serveEntra } from './entra/serve.js';

const entityId = 'urn:flex:JQ1';
const seed = (...faults: HistoryFault[]) => seedDirectory({ accountSid, users: 40, faults, entityId });

function legacyOf({ applications, servicePrincipals, signingKeys, appRoleAssignments }: Directory) {
  const application = applications.find(({ displayName }) => displayName === 'Twilio Flex');
  const principal = servicePrincipals.find(({ appId }) => appId === application?.appId);
  if (!application || !principal) throw new Error('no legacy application');
  const key = signingKeys.find(({ servicePrincipalId }) => servicePrincipalId === principal.id);
  const assigned = appRoleAssignments.filter(({ resourceId }) => resourceId === principal.id);
  return { application, principal, assigned, expires: Date.parse(key?.endDateTime ?? '') };
}

const holders = ({ applications }: Directory) =>
  applications.filter(({ identifierUris }) => identifierUris.includes(entityId)).map(({ displayName }) => displayName);

describe('the legacy application', () => {
  it('has the older identifier, a reply URL with a slash, no mode', async () => {
    const directory = await seed('legacy-preview-identifier', 'legacy-trailing-slash', 'legacy-without-mode');
    const { application, principal } = legacyOf(directory);
    const older = `https://preview.twilio.com/iam/Accounts/${accountSid}/saml2`;
    expect(application).toMatchObject({ identifierUris: [older], web: { redirectUris: [`${older}/`, older] } });
    expect(principal.preferredSingleSignOnMode).toBeNull();
  });

  it('is one of two, deleted, or gone', async () => {
    const two = await seed('legacy-two');
    const forms = two.applications.flatMap(({ identifierUris }) => identifierUris);
    expect(forms).toEqual([
      `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2/metadata`,
      `https://preview.twilio.com/iam/Accounts/${accountSid}/saml2`,
    ]);
    const none = await seed('legacy-none');
    expect([none.applications.length, none.deletedApplications.length]).toEqual([1, 0]);
    expect([none.appRoleAssignments, none.signingKeys, none.policyAssignments]).toEqual([[], [], []]);
  });

  it('is restored with everything that it had', async () => {
    const entra = await serveEntra(immediate, ['legacy-deleted']);
    const { directory } = entra;
    expect(() => legacyOf(directory)).toThrow('no legacy application');
    const { body } = await entra.graph('GET', '/v1.0/directory/deletedItems/microsoft.graph.application');
    expect(body.value).toHaveLength(1);
    const item = `/v1.0/directory/deletedItems/${body.value[0]?.id}`;
    expect((await entra.graph('GET', item)).body.displayName).toBe('Twilio Flex');
    expect((await entra.graph('POST', `${item}/restore`)).status).toBe(200);
    expect((await entra.graph('GET', item)).status).toBe(404);
    const usual = legacyOf(await seedDirectory({ accountSid, users: 25 }));
    expect(legacyOf(directory).application).toEqual(usual.application);
    expect(legacyOf(directory).assigned).toEqual(usual.assigned);
    expect(Object.keys(directory.claimsPolicies)).toHaveLength(1);
    if (hasContract) expect(await violations(entra.exchanges)).toEqual([]);
    await entra.close();
  });

  it('has a certificate that has expired, or soon does', async () => {
    const days = 24 * 60 * 60 * 1000;
    expect(legacyOf(await seed('legacy-certificate-expired')).expires).toBeLessThan(Date.now());
    const { expires } = legacyOf(await seed('legacy-certificate-expiring'));
    expect((expires - Date.now()) / days).toBeGreaterThan(19);
    expect((expires - Date.now()) / days).toBeLessThan(21);
  });
});

describe('legacy claims', () => {
  const namespace = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
  const saysOf = (directory: Directory) => {
    const user = directory.users[10];
    if (!user) throw new Error('nobody');
    const { nameId, attributes } = assertionsOf(directory, legacyOf(directory).application)(user);
    const own = attributes.filter(({ name }) => !name.includes('microsoft.com'));
    return { user, nameId, sent: Object.fromEntries(own.map(({ name, values }) => [name, values[0]])) };
  };

  it.each<HistoryFault[]>([[], ['legacy-claims-policy']])('say the same as %s', async (...form) => {
    const plain = saysOf(await seed(...form));
    expect(plain.nameId).toBe(plain.user.userPrincipalName);
    expect(Object.keys(plain.sent)).toEqual(['email', 'full_name', 'roles']);

    const custom = saysOf(await seed('legacy-claims-custom', 'legacy-name-id-mail', ...form));
    expect(custom.nameId).toBe(custom.user.mail);
    expect(custom.sent).toMatchObject({
      department: 'Customer Care',
      location: 'Lisbon',
      team_id: 'team-2',
      skill: 'sales',
    });

    const strange = await seed(
      'legacy-claims-namespaced',
      'legacy-claims-incomplete',
      'legacy-name-id-transformed',
      ...form,
    );
    const { nameId, sent, user } = saysOf(strange);
    expect(nameId).toBe(user.mail?.split('@')[0]);
    expect(Object.keys(sent)).toEqual(['email', 'roles', `${namespace}/team_name`]);
    // Whoever has a Worker got it before the claims were spoilt.
    expect(legacyAssertions(strange).every(({ fullName, roles }) => fullName && roles.length > 0)).toBe(true);
  });
});

describe('the people', () => {
  it('are of every kind, all at once', async () => {
    const directory = await seed(
      'users-upn-differs',
      'users-without-role',
      'users-disabled',
      'users-guests',
      'users-without-mail',
      'groups-nested',
    );
    const { users, groups } = directory;
    const differing = users.filter(({ userPrincipalName, employeeId }) => userPrincipalName.startsWith(employeeId));
    expect(differing).toHaveLength(12);
    expect(differing.every(({ mail, userPrincipalName }) => mail !== userPrincipalName)).toBe(true);
    expect(users.filter(({ accountEnabled }) => !accountEnabled)).toHaveLength(4);
    expect(users.filter(({ userType }) => userType === 'Guest')).toHaveLength(4);
    expect(users.filter(({ mail }) => mail === null)).toHaveLength(4);
    const { assigned, application } = legacyOf(directory);
    const flexRoles = new Set(application.appRoles.filter(({ value }) => value).map(({ id }) => id));
    const silent = assigned.filter(({ appRoleId }) => !flexRoles.has(appRoleId));
    expect(new Set(silent.map(({ appRoleId }) => appRoleId)).size).toBe(2);
    const night = groups.find(({ displayName }) => displayName.endsWith('Night Shift'));
    expect(groups[0]?.members).toContain(night?.id);
    // A member of a group inside the assigned one has no role by it.
    const inside = legacyAssertions(directory).filter((_, index) => night?.members.includes(users[index]?.id ?? ''));
    expect(inside.length).toBeGreaterThan(2);
    expect(inside.every(({ roles }) => roles.length === 0)).toBe(true);
  });

  it('show who is inside which group', async () => {
    const entra = await serveEntra(immediate, ['groups-nested']);
    const agents = entra.directory.groups[0];
    const count = async (members: string) =>
      (await entra.graph('GET', `/v1.0/groups/${agents?.id}/${members}?$top=999`)).body.value.length;
    const direct = await count('members/microsoft.graph.user');
    expect(await count('members')).toBe(direct + 1);
    expect(await count('members/microsoft.graph.group')).toBe(1);
    expect(await count('transitiveMembers/microsoft.graph.user')).toBeGreaterThan(direct);
    if (hasContract) expect(await violations(entra.exchanges)).toEqual([]);
    await entra.close();
  });

  it('are many, in groups that grow with them', async () => {
    const directory = await seedDirectory({ accountSid, users: 10_000 });
    const { assigned } = legacyOf(directory);
    expect(assigned.filter(({ principalType }) => principalType === 'Group')).toHaveLength(60);
    expect(new Set(assigned.map(({ principalId }) => principalId)).size).toBe(10_060);
  });
});

describe('the tenant', () => {
  it.each<[HistoryFault, string[]]>([
    ['identifier-taken', ['Flex login trial']],
    ['half-made-application', [expect.stringMatching(/^flex-sso /)]],
    ['identifier-taken-by-deleted', []],
  ])('has the new identifier already: %s', async (fault, held) => {
    const directory = await seed(fault);
    expect(holders(directory)).toEqual(held);
    expect(directory.deletedApplications).toHaveLength(held.length === 0 ? 1 : 0);
  });

  it('gives an identifier of a deleted application to nobody else, until that is gone for good', async () => {
    const entra = await serveEntra(immediate, ['legacy-deleted', 'display-name-taken']);
    const [deleted] = entra.directory.deletedApplications;
    const other = entra.directory.applications.find(({ displayName }) => displayName === 'Twilio Flex SSO');
    const take = () =>
      entra.graph('PATCH', `/v1.0/applications/${other?.id}`, { identifierUris: deleted?.identifierUris });
    expect((await take()).body.error.message).toContain('already exists');
    expect((await entra.graph('DELETE', `/v1.0/directory/deletedItems/${deleted?.id}`)).status).toBe(204);
    expect((await take()).status).toBe(204);
    await entra.close();
  });

  it.each<[HistoryFault, number, Record<string, string>]>([
    ['urn-forbidden', 400, { uriAdditionWithoutUniqueTenantIdentifier: 'enabled', nonDefaultUriAddition: 'disabled' }],
    ['urn-forbidden-unless-default', 400, { nonDefaultUriAddition: 'enabled' }],
    ['urn-unrestricted', 204, { uriAdditionWithoutUniqueTenantIdentifier: 'disabled' }],
  ])('has a policy for identifiers: %s', async (fault, status, states) => {
    const entra = await serveEntra(immediate, [fault]);
    const { body } = await entra.graph('GET', '/v1.0/policies/defaultAppManagementPolicy');
    const shown = Object.fromEntries(Object.entries(states).map(([name, state]) => [name, { state }]));
    expect(body).toMatchObject({ applicationRestrictions: { identifierUris: shown } });
    const { application } = legacyOf(entra.directory);
    const identifierUris = [...application.identifierUris, entityId];
    expect((await entra.graph('PATCH', `/v1.0/applications/${application.id}`, { identifierUris })).status).toBe(
      status,
    );
    await entra.close();
  });

  it('has more Conditional Access policies', async () => {
    const { conditionalAccessPolicies } = await seed('conditional-access');
    expect(conditionalAccessPolicies.map(({ state }) => state)).toEqual(['enabled', 'enabled', 'disabled', 'enabled']);
  });

  it('bears everything at once', async () => {
    const all = Object.keys(historyFaults) as HistoryFault[];
    const directory = await seed(...all);
    expect(directory.history).toEqual(all);
    const identifiers = [...directory.applications, ...directory.deletedApplications].flatMap(
      ({ identifierUris }) => identifierUris,
    );
    expect(new Set(identifiers).size).toBe(identifiers.length);
  });
});
