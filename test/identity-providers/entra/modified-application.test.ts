import { afterEach, describe, expect, it } from 'vitest';
import type { Application, Directory, ServicePrincipal } from '../../../src/sandbox/entra/directory.js';
import { updateIdentityProvider } from '../../../src/steps/update-identity-provider.js';
import { isGraphWrite } from '../../support/graph-writes.js';
import { accountSid, openTenant, type Tenant } from './tenant.js';
import { connection, createWalker } from './walk.js';

let tenant: Tenant;
afterEach(() => tenant.close());

const legacyIdentifier = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2/metadata`;
const legacyReplyUrl = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2`;

function legacyObjects(): { application: Application; principal: ServicePrincipal } {
  const { applications, servicePrincipals } = tenant.directory;
  const application = applications.find(({ displayName }) => displayName === 'Twilio Flex');
  const principal = servicePrincipals.find(({ appId }) => appId === application?.appId);
  if (!application || !principal) throw new Error('no legacy application');
  return { application, principal };
}

describe('the existing application', () => {
  it.each([
    ['without a policy', () => [], /has no token issuance policy.*likely .*only the assertion.*Signing Option/],
    ['with both signed', (all: Directory['tokenIssuancePolicies']) => all, /^(?!.*issuance policy)/s],
  ] as const)('whose signing option %s: it is said before anything is written', async (_, change, says) => {
    tenant = await openTenant();
    const { directory } = tenant;
    directory.tokenIssuancePolicies = change(directory.tokenIssuancePolicies);
    if (directory.tokenIssuancePolicies.length === 0)
      directory.policyAssignments = directory.policyAssignments.filter(({ policyId }) =>
        directory.claimsMappingPolicies.some(({ id }) => id === policyId),
      );
    const walker = createWalker(tenant, { setupType: 'modify' });
    await walker.plan();
    expect(walker.notes.join('\n')).toMatch(says);
  });

  it('gets the two values, and Console is told', async () => {
    tenant = await openTenant();
    const walker = createWalker(tenant, { setupType: 'modify' });
    const { changes, checks } = await walker.walk();
    expect(changes.map(({ action, resource, before, after }) => ({ action, resource, before, after }))).toEqual([
      { action: 'update', resource: 'identifierUris', before: [legacyIdentifier], after: [connection.entityId] },
      {
        action: 'update',
        resource: 'web',
        before: { redirectUris: [legacyReplyUrl] },
        after: { redirectUris: [connection.acsUrl] },
      },
      { action: 'manual', resource: 'flexConsole', before: null, after: null },
    ]);
    expect(checks.map(({ name, result }) => [name, result])).toEqual([
      ['identifier', 'passed'],
      ['reply-url', 'passed'],
      ['claims', 'passed'],
      ['enhanced-login', 'passed'],
    ]);
    expect(await walker.plan()).toEqual([]);
  });

  it('comes back as it was, field by field and in order, with what was there besides', async () => {
    tenant = await openTenant();
    const { application, principal } = legacyObjects();
    const older = `https://preview.twilio.com/iam/Accounts/${accountSid}/saml2`;
    application.identifierUris = ['api://harborline.example/flex', legacyIdentifier, older];
    application.web.redirectUris = ['https://harborline.example/cb', `${legacyReplyUrl}/`, legacyReplyUrl];
    application.web.redirectUriSettings = application.web.redirectUris.map((uri, index) => ({ uri, index }));
    principal.preferredSingleSignOnMode = null;
    const before = structuredClone({ application, principal });

    const walker = createWalker(tenant, { setupType: 'modify' });
    await walker.walk();
    expect(application.identifierUris).toEqual(['api://harborline.example/flex', connection.entityId]);
    expect(application.web.redirectUris).toEqual(['https://harborline.example/cb', connection.acsUrl]);
    expect(application.web.redirectUriSettings).toEqual([
      { uri: 'https://harborline.example/cb', index: 0 },
      { uri: connection.acsUrl, index: 1 },
    ]);

    const { checks } = await walker.walk('back');
    expect(checks.every(({ result }) => result === 'passed')).toBe(true);
    expect({ application, principal }).toEqual(before);
    expect(await walker.plan('back')).toEqual([]);

    // And forward again.
    await walker.walk();
    expect(application.identifierUris).toEqual(['api://harborline.example/flex', connection.entityId]);
    await walker.walk('back');
    expect({ application, principal }).toEqual(before);
  });

  it('keeps on the way back what somebody else has added since', async () => {
    tenant = await openTenant();
    const { application } = legacyObjects();
    const walker = createWalker(tenant, { setupType: 'modify' });
    await walker.walk();
    application.web.redirectUris.push('https://harborline.example/added');
    application.web.redirectUriSettings.push({ uri: 'https://harborline.example/added', index: null });
    await walker.walk('back');
    expect(application.web.redirectUris).toEqual([legacyReplyUrl, 'https://harborline.example/added']);
  });

  it('is restored although the run was cut off between the two values', async () => {
    tenant = await openTenant();
    const { application } = legacyObjects();
    const before = structuredClone(application);
    const walker = createWalker(tenant, { setupType: 'modify' });
    tenant.intercept({
      before: ({ method }) =>
        method === 'PATCH' && application.identifierUris.includes(connection.entityId) ? killed() : undefined,
    });
    await expect(walker.walk()).rejects.toThrow('The run ends here');
    tenant.intercept({});
    await walker.walk('back');
    expect(application).toEqual(before);
  });

  it.each(['back', 'forward'] as const)(
    'gets right on the way %s what the run the other way had written when it was killed, and is not shown yet',
    async direction => {
      tenant = await openTenant({ manners: { staleReads: 3 } });
      const { application } = legacyObjects();
      const before = structuredClone(application);
      const walker = createWalker(tenant, { setupType: 'modify' });
      if (direction === 'forward') await walker.walk();
      const there = structuredClone(application);
      tenant.intercept({
        after: ({ method, path }) => (method === 'PATCH' && path.includes('/applications/') ? killed() : undefined),
      });
      await expect(walker.walk(direction === 'back' ? 'forward' : 'back')).rejects.toThrow('The run ends here');
      tenant.intercept({});
      expect(application).not.toEqual(there);

      walker.migration = { ...walker.migration, direction };
      const { checks } = await walker.walk(direction);
      expect(checks.filter(({ result }) => result === 'failed')).toEqual([]);
      expect(application).toEqual(there);
      expect(walker.notes.join('\n')).toContain('The last run was cut off while it wrote');
      if (direction === 'forward') await walker.walk('back');
      expect(application).toEqual(before);
      expect(await walker.plan('back')).toEqual([]);
    },
  );

  it('is not called restored where something is not as it was, and what others have added is said', async () => {
    tenant = await openTenant();
    const { application } = legacyObjects();
    const walker = createWalker(tenant, { setupType: 'modify' });
    await walker.walk();
    application.web.redirectUris.push('https://harborline.example/added');
    const { checks } = await walker.walk('back');
    expect(checks).toMatchObject([
      { name: 'legacy-identifier', result: 'passed' },
      {
        name: 'legacy-reply-url',
        result: 'passed',
        message: expect.stringMatching(/stays: https:\/\/harborline\.example\/added/),
      },
      { name: 'legacy-login', result: 'passed' },
    ]);
    application.identifierUris.push(connection.entityId);
    const again = await updateIdentityProvider.back?.verify?.(walker.context());
    expect(again).toContainEqual(
      expect.objectContaining({
        name: 'legacy-identifier',
        result: 'failed',
        seen: expect.stringContaining('urn:flex'),
      }),
    );
  });

  it('asks which it is where none is found, and refuses one that is not there', async () => {
    tenant = await openTenant();
    legacyObjects().application.identifierUris = [];
    const walker = createWalker(tenant, { setupType: 'modify' });
    await expect(walker.plan()).rejects.toMatchObject({ code: 'legacy-application-missing' });
    expect(walker.migration.facts.legacyCandidates).toEqual([]);

    walker.migration = {
      ...walker.migration,
      answers: { ...walker.migration.answers, legacyApplication: '11111111-2222-3333-4444-555555555555' },
    };
    await expect(walker.plan()).rejects.toMatchObject({ code: 'legacy-application-unknown' });
    const { appId } = legacyObjects().application;
    walker.migration = { ...walker.migration, answers: { ...walker.migration.answers, legacyApplication: appId } };
    expect(await walker.plan()).toHaveLength(3);
  });

  it('is not touched where the Entity ID belongs to another application', async () => {
    tenant = await openTenant();
    const [first] = tenant.directory.applications;
    first?.identifierUris.push(connection.entityId);
    const walker = createWalker(tenant, { setupType: 'modify' });
    await expect(walker.walk()).rejects.toMatchObject({ code: 'entity-id-taken' });
    expect(legacyObjects().application.identifierUris).toEqual([legacyIdentifier]);
  });

  it('says beforehand where a policy of the tenant will refuse the Entity ID, and what to do when it did', async () => {
    tenant = await openTenant();
    tenant.directory.appManagementPolicy.excludeSaml = false;
    const walker = createWalker(tenant, { setupType: 'modify' });
    await expect(walker.walk()).rejects.toMatchObject({
      code: 'entity-id-not-allowed',
      hint: expect.stringContaining('excludeSaml'),
    });
    expect(tenant.exchanges.filter(isGraphWrite)).toEqual([]);
  });
});

const killed = () => Response.json({ error: { code: 'Killed', message: 'The run ends here.' } }, { status: 418 });
