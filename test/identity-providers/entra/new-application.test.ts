import { afterEach, describe, expect, it } from 'vitest';
import { migrationSchema } from '../../../src/migration/state.js';
import type { Directory } from '../../../src/sandbox/entra/directory.js';
import { isGraphWrite } from '../../support/graph-writes.js';
import { graphAnswer, openTenant, type Tenant } from './tenant.js';
import { connection, createWalker } from './walk.js';

let tenant: Tenant;
afterEach(() => tenant.close());

const newOnes = ({ applications }: Directory) => applications.filter(({ displayName }) => !known.has(displayName));
const known = new Set(['Twilio Flex', 'flex-sso']);
const writes = () => tenant.exchanges.filter(isGraphWrite);

/** Who has which role in an application, by the values of the roles. */
function rolesIn(directory: Directory, displayName: string): string[] {
  const application = directory.applications.find(held => held.displayName === displayName);
  const principal = directory.servicePrincipals.find(held => held.appId === application?.appId);
  return directory.appRoleAssignments
    .filter(({ resourceId }) => resourceId === principal?.id)
    .map(({ principalId, appRoleId }) => {
      const role = application?.appRoles.find(({ id }) => id === appRoleId);
      return `${principalId} ${role?.value ?? 'no role'}`;
    })
    .sort();
}

describe('a new application', () => {
  it('is planned whole before anything exists, created, and leaves nothing to plan', async () => {
    tenant = await openTenant();
    const walker = createWalker(tenant, { notificationEmails: 'it@harborline.example, flex@harborline.example' });
    const planned = await walker.plan();
    expect(planned.map(({ resource }) => resource)).toEqual([
      'application',
      'preferredSingleSignOnMode',
      'identifierUris',
      'web',
      'appRoles',
      'tokenSigningCertificate',
      'tokenIssuancePolicy',
      'claimsMappingPolicy',
      'preferredTokenSigningKeyThumbprint',
      'notificationEmailAddresses',
      'appRoleAssignments',
      'displayName',
    ]);
    expect(writes()).toEqual([]);
    expect(await walker.plan()).toEqual(planned);

    const { checks } = await walker.walk();
    expect(checks.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual([
      'saml-mode',
      'identifier',
      'reply-url',
      'signing-option',
      'claims',
      'certificate',
      'assignments',
      'role-parity',
      'name-ids',
    ]);
    expect(await walker.plan()).toEqual([]);
    // All of it can be kept.
    expect(migrationSchema.parse(JSON.parse(JSON.stringify(walker.migration)))).toEqual(walker.migration);

    const [application] = newOnes(tenant.directory);
    expect(application).toMatchObject({
      displayName: 'Twilio Flex SSO',
      identifierUris: [connection.entityId],
      web: { redirectUris: [connection.acsUrl] },
    });
    expect(application?.appRoles.map(({ value }) => value)).toEqual([
      null,
      null,
      'admin',
      'supervisor',
      'agent',
      'wfo.full_access',
    ]);
    expect(rolesIn(tenant.directory, 'Twilio Flex SSO')).toEqual(rolesIn(tenant.directory, 'Twilio Flex'));
    expect(walker.migration.facts.application).toMatchObject({ id: application?.id, displayName: 'Twilio Flex SSO' });
    const principal = tenant.directory.servicePrincipals.find(({ appId }) => appId === application?.appId);
    expect(principal?.notificationEmailAddresses).toEqual(['it@harborline.example', 'flex@harborline.example']);
  });

  it('keeps the NameID that the legacy application sends, and says so', async () => {
    tenant = await openTenant();
    const walker = createWalker(tenant);
    await walker.walk();
    const [policy] = tenant.directory.claimsMappingPolicies;
    expect(JSON.parse(policy?.definition[0] ?? '').ClaimsMappingPolicy.ClaimsSchema).toEqual([
      {
        Source: 'user',
        ID: 'userprincipalname',
        SamlClaimType: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier',
      },
      { Source: 'user', ID: 'mail', SamlClaimType: 'email' },
      { Source: 'user', ID: 'displayname', SamlClaimType: 'full_name' },
      { Source: 'user', ID: 'assignedroles', SamlClaimType: 'roles' },
    ]);
    await walker.plan();
    expect(walker.notes.join('\n')).toMatch(/user\.userprincipalname.*second, billed/);
  });

  it('sends user.mail where that is the answer', async () => {
    tenant = await openTenant();
    const walker = createWalker(tenant, { nameId: 'mail' });
    const change = (await walker.plan()).find(({ resource }) => resource === 'claimsMappingPolicy');
    expect(JSON.stringify(change?.after)).not.toContain('userprincipalname');
    expect(walker.notes).toContain('The NameID becomes user.mail; today it is user.userprincipalname.');
    expect(walker.notes.join()).not.toContain('second, billed');
  });

  it('is created under another name where one is given', async () => {
    tenant = await openTenant();
    const walker = createWalker(tenant, { applicationName: "Harborline's Flex" });
    await walker.walk();
    expect(newOnes(tenant.directory).map(({ displayName }) => displayName)).toEqual(["Harborline's Flex"]);
  });

  it('is found again where Graph answers 404 and creates all the same', async () => {
    tenant = await openTenant();
    tenant.intercept({
      after: ({ path }) =>
        path.endsWith('/instantiate')
          ? graphAnswer(404, 'Request_ResourceNotFound', 'Resource does not exist.')
          : undefined,
    });
    const walker = createWalker(tenant);
    await walker.walk();
    expect(newOnes(tenant.directory)).toHaveLength(1);
  });

  it('is not created again after a 404 that leaves it open, but looked for first by the next run', async () => {
    tenant = await openTenant();
    let hidden = true;
    tenant.intercept({
      before: ({ method, path }) =>
        hidden && method === 'GET' && path.includes("displayName eq 'flex-sso ")
          ? Response.json({ value: [] })
          : undefined,
      after: ({ path }) =>
        path.endsWith('/instantiate')
          ? graphAnswer(404, 'Request_ResourceNotFound', 'Resource does not exist.')
          : undefined,
    });
    const walker = createWalker(tenant);
    await expect(walker.walk()).rejects.toMatchObject({ code: 'not-created' });
    expect(newOnes(tenant.directory)).toHaveLength(1);

    // The next run looks in vain for a while, and then finds it.
    let looks = 0;
    tenant.intercept({
      before: ({ path }) => {
        hidden = path.includes("displayName eq 'flex-sso ") && looks++ < 5;
        return hidden ? Response.json({ value: [] }) : undefined;
      },
    });
    const { changes } = await walker.walk();
    expect(changes[0]?.resource).toBe('preferredSingleSignOnMode');
    expect(newOnes(tenant.directory)).toHaveLength(1);
    expect(await walker.plan()).toEqual([]);
  });

  it.each([
    // Each run does one more write than the one before it, and ends before it or after it was carried out.
    ['before', 1],
    ['after', 0],
  ] as const)('ends with one of everything when every run is cut off %s its next write', async (side, cutOff) => {
    tenant = await openTenant({ users: 9 });
    const walker = createWalker(tenant);
    let runs = 0;
    for (let isDone = false; !isDone; runs++) {
      let count = 0;
      const kill = ({ isWrite }: { isWrite: boolean }) =>
        isWrite && count++ === cutOff ? graphAnswer(418, 'Killed', 'The run ends here.') : undefined;
      tenant.intercept({ [side]: kill });
      isDone = await walker.walk().then(
        () => true,
        error => {
          expect(error.message).toContain('The run ends here');
          return false;
        },
      );
    }
    expect(runs).toBeGreaterThan(10);
    expect(await walker.plan()).toEqual([]);
    const { directory } = tenant;
    expect(newOnes(directory)).toHaveLength(1);
    expect(directory.claimsMappingPolicies).toHaveLength(1);
    expect(directory.tokenIssuancePolicies).toHaveLength(2);
    expect(directory.signingKeys).toHaveLength(2);
    expect(rolesIn(directory, 'Twilio Flex SSO')).toEqual(rolesIn(directory, 'Twilio Flex'));
  });
});
