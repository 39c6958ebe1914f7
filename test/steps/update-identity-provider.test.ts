import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { intend, markApplied } from '../../src/migration/journal.js';
import { openTenant, type Tenant } from '../identity-providers/entra/tenant.js';
import { connection, createWalker } from '../identity-providers/entra/walk.js';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await openTenant({ users: 4 });
});
afterEach(() => tenant.close());

const graphCalls = () => tenant.exchanges.filter(({ system }) => system === 'graph');

describe('an identity provider that is done by hand', () => {
  it('gets one manual change, once, and no sign-in to Entra', async () => {
    const walker = createWalker(tenant, { identityProvider: 'okta' });
    const { changes, checks } = await walker.walk();
    expect(changes).toMatchObject([
      {
        action: 'manual',
        resource: 'identityProvider',
        key: 'okta',
        before: null,
        after: { entityId: connection.entityId, acsUrl: connection.acsUrl },
        instruction: { who: 'identity-provider-administrator' },
      },
    ]);
    expect(checks).toMatchObject([{ name: 'identity-provider', result: 'unknown', strength: 'word' }]);
    expect(await walker.plan()).toEqual([]);
    expect(await walker.plan('back')).toEqual([]);
    expect(graphCalls()).toEqual([]);
  });

  it('keeps its new application over a revert', async () => {
    const walker = createWalker(tenant, { identityProvider: 'okta' });
    await walker.walk();
    const { migration } = walker;
    walker.migration = { ...migration, history: migration.journal, journal: [] };
    expect(await walker.plan()).toEqual([]);
  });

  it('is modified, observed through Flex, and restored', async () => {
    const walker = createWalker(tenant, { identityProvider: 'auth0', setupType: 'modify' });
    const { changes, checks } = await walker.walk();
    expect(changes.map(({ resource, key }) => [resource, key])).toEqual([
      ['identityProvider', 'auth0'],
      ['flexConsole', 'save-and-continue'],
    ]);
    expect(checks.map(({ name, result }) => [name, result])).toEqual([
      ['identity-provider', 'unknown'],
      ['enhanced-login', 'passed'],
    ]);
    expect(await walker.plan()).toEqual([]);

    const back = await walker.walk('back');
    expect(back.changes).toMatchObject([{ after: { entityId: walker.migration.facts.legacy?.entityId } }]);
    expect(await walker.plan('back')).toEqual([]);
    expect((await walker.plan()).map(({ resource }) => resource)).toEqual(['identityProvider']);
  });

  it('is not restored where nothing was modified', async () => {
    const walker = createWalker(tenant, { identityProvider: 'auth0', setupType: 'modify' });
    // Only a record that begins at the beginning says that nothing was modified.
    const started = {
      action: 'manual',
      resource: 'flexConsole',
      key: 'start',
      title: '',
      before: null,
      after: null,
    } as const;
    walker.migration = markApplied(intend(walker.migration, 'start-setup', started), 'start-setup', started);
    expect(await walker.walk('back')).toEqual({ changes: [], checks: [] });
  });
});

describe('Entra', () => {
  it('says where Flex still sends the old Entity ID', async () => {
    const walker = createWalker(tenant, { setupType: 'modify' });
    walker.probe = { reached: 'error', status: 403, code: 70251, message: 'Invalid SSO settings' };
    const { checks } = await walker.walk();
    expect(checks.find(({ name }) => name === 'enhanced-login')?.result).toBe('failed');
  });

  it('leaves a new application where it is on the way back', async () => {
    const walker = createWalker(tenant);
    await walker.walk();
    expect(await walker.walk('back')).toEqual({ changes: [], checks: [] });
    expect(await walker.plan()).toEqual([]);
  });

  it('uses an application that somebody made for the Entity ID where it is named, and leaves it alone where not', async () => {
    const { directory } = tenant;
    const first = createWalker(tenant, { applicationName: 'Made by hand' });
    await first.walk();
    await expect(createWalker(tenant).plan()).rejects.toMatchObject({
      code: 'entity-id-taken',
      hint: expect.stringContaining('--application-name "Made by hand"'),
    });
    const second = createWalker(tenant, { applicationName: 'Made by hand' });
    expect(await second.plan()).toEqual([]);
    expect(second.migration.facts.application?.displayName).toBe('Made by hand');
    expect(directory.applications).toHaveLength(3);
  });

  it('refuses to create one where the legacy application has the Entity ID', async () => {
    const modified = createWalker(tenant, { setupType: 'modify' });
    await modified.walk();
    const walker = createWalker(tenant);
    walker.migration.facts.legacyApplication = modified.migration.facts.legacyApplication;
    await expect(walker.plan()).rejects.toMatchObject({ code: 'entity-id-on-legacy' });
  });

  it('says that the application was deleted', async () => {
    const walker = createWalker(tenant);
    await walker.walk();
    const { directory } = tenant;
    directory.applications = directory.applications.filter(({ displayName }) => displayName !== 'Twilio Flex SSO');
    directory.servicePrincipals = directory.servicePrincipals.filter(
      ({ id }) => id !== walker.migration.facts.application?.servicePrincipalId,
    );
    await expect(walker.plan()).rejects.toMatchObject({ code: 'application-gone' });
  });

  it('does without a legacy application where the legacy identity provider was another', async () => {
    const { directory } = tenant;
    for (const application of directory.applications) application.identifierUris = [];
    const walker = createWalker(tenant);
    const { checks } = await walker.walk();
    expect(checks.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(walker.notes.join()).toContain('No legacy application is known');
  });
});
