import { afterEach, describe, expect, it } from 'vitest';
import type { ConditionalAccessPolicy } from '../../../src/sandbox/entra/directory.js';
import { graphAnswer, openTenant, type Tenant } from './tenant.js';
import { createWalker } from './walk.js';

let tenant: Tenant;
afterEach(() => tenant.close());

async function notesWith(change: (legacy: { appId: string }) => void, isNamed = false): Promise<string> {
  tenant = await openTenant();
  const legacy = tenant.directory.servicePrincipals.find(({ displayName }) => displayName === 'Twilio Flex');
  if (!legacy) throw new Error('no legacy application');
  tenant.directory.conditionalAccessPolicies = [];
  change(legacy);
  const walker = createWalker(tenant, isNamed ? { legacyApplication: legacy.appId } : {});
  await walker.plan();
  return walker.notes.join('\n');
}

const policy = (displayName: string, more: Partial<ConditionalAccessPolicy>): ConditionalAccessPolicy => ({
  id: '11111111-1111-4111-8111-111111111111',
  displayName,
  state: 'enabled',
  createdDateTime: '2023-05-16T07:45:10.000Z',
  includeApplications: [],
  excludeApplications: [],
  ...more,
});

describe('Conditional Access', () => {
  it('that names the legacy application, or leaves it out, is reported', async () => {
    const notes = await notesWith(({ appId }) => {
      tenant.directory.conditionalAccessPolicies = [
        policy('MFA for Flex', { includeApplications: [appId] }),
        policy('MFA for Flex, tried', { includeApplications: [appId], state: 'enabledForReportingButNotEnforced' }),
        policy('Old', { includeApplications: [appId], state: 'disabled' }),
        policy('Everything', { includeApplications: ['All'] }),
        policy('Devices', { includeApplications: ['All'], excludeApplications: [appId] }),
      ];
    });
    expect(notes).toContain('and not the new one: “MFA for Flex”, “MFA for Flex, tried” (report-only).');
    expect(notes).toContain('leaves the legacy application out, but applies to the new one: “Devices”.');
    expect(notes).not.toContain('Old');
    expect(notes).not.toContain('Everything');
  });

  it('is not spoken of where both applications are treated alike', async () => {
    expect(await notesWith(() => undefined)).not.toContain('Conditional Access');
  });

  it('that names the new application too covers it; without, the new id is said once it exists', async () => {
    tenant = await openTenant();
    const walker = createWalker(tenant);
    await walker.walk();
    const appId = walker.migration.facts.application?.appId ?? '';
    expect(walker.notes.filter(note => note.includes('and not the new one'))).toHaveLength(1);
    expect(walker.notes.at(-1)).toContain(`the application id of the new application: ${appId}`);
    tenant.directory.conditionalAccessPolicies[0]?.includeApplications.push(appId);
    const again = createWalker(tenant);
    again.migration = { ...again.migration, facts: walker.migration.facts };
    await again.walk();
    expect(again.notes.join()).not.toContain('Conditional Access');
  });

  it('that nobody may read is said, and gone on', async () => {
    tenant = await openTenant();
    tenant.intercept({
      before: ({ path }) =>
        path.includes('/conditionalAccess/')
          ? graphAnswer(403, 'Authorization_RequestDenied', 'Insufficient privileges.')
          : undefined,
    });
    const walker = createWalker(tenant);
    expect((await walker.plan()).length).toBeGreaterThan(5);
    expect(walker.notes.join()).toContain('Conditional Access policies could not be read');
  });

  it('is never edited', async () => {
    tenant = await openTenant();
    await createWalker(tenant).walk();
    const touched = tenant.exchanges.filter(({ path }) => path.includes('/conditionalAccess'));
    expect(new Set(touched.map(({ method }) => method))).toEqual(new Set(['GET']));
  });
});

describe('what else is set on the legacy application', () => {
  it('is reported: hidden, open to everybody, switched off', async () => {
    const notes = await notesWith(legacy => {
      const principal = tenant.directory.servicePrincipals.find(({ appId }) => appId === legacy.appId);
      if (!principal) return;
      principal.tags.push('HideApp');
      principal.appRoleAssignmentRequired = false;
      principal.accountEnabled = false;
    }, true);
    expect(notes).toContain('hidden from My Apps');
    expect(notes).toContain('needs no assignment');
    expect(notes).toContain('switched off in Entra');
  });
});
