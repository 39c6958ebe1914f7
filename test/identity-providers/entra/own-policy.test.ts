import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Directory } from '../../../src/sandbox/entra/directory.js';
import { hasContract, violations } from '../../sandbox/entra/contract.js';
import { openTenant, type Tenant } from './tenant.js';
import { createWalker } from './walk.js';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await openTenant({ users: 3 });
});
afterEach(() => tenant.close());

type Own = NonNullable<Directory['ownAppManagementPolicies']>[string];

/** The legacy application gets an app management policy of its own, in place of the tenant's. */
function assignOwn(policy: Omit<Own, 'id' | 'displayName'>): void {
  const legacy = tenant.directory.applications.find(({ displayName }) => displayName === 'Twilio Flex');
  const own = { id: '12345678-aaaa-4bbb-8ccc-123456789012', displayName: 'Contact centre', ...policy };
  tenant.directory.ownAppManagementPolicies = { [legacy?.id ?? '']: own };
}

const modify = () => createWalker(tenant, { setupType: 'modify', overlap: 'yes' });
const writes = () => tenant.exchanges.filter(({ system, method }) => system === 'graph' && method === 'PATCH');

it('of the application forbids what the tenant allows: said before anything is written', async () => {
  assignOwn({ isEnabled: true, excludeSaml: false });
  await expect(modify().walk()).rejects.toMatchObject({
    code: 'entity-id-not-allowed',
    message: expect.stringContaining("application's own app management policy"),
    hint: expect.stringContaining('policy that is assigned to this application'),
  });
  expect(writes()).toEqual([]);
  // A new application has none.
  expect((await createWalker(tenant).walk()).checks.filter(({ result }) => result === 'failed')).toEqual([]);
  if (hasContract) expect(await violations(tenant.exchanges)).toEqual([]);
});

it('of the application allows what the tenant forbids', async () => {
  tenant.directory.appManagementPolicy.excludeSaml = false;
  assignOwn({ isEnabled: true, excludeSaml: true });
  const walker = modify();
  expect(
    (await walker.walk()).checks.filter(({ name, result }) => name === 'identifier' && result !== 'passed'),
  ).toEqual([]);
  expect(walker.notes.join()).not.toContain('policy');
});

it('of the application that is switched off leaves the tenant’s in force', async () => {
  tenant.directory.appManagementPolicy.excludeSaml = false;
  assignOwn({ isEnabled: false, excludeSaml: true });
  await expect(modify().walk()).rejects.toMatchObject({ code: 'entity-id-not-allowed' });
});

it('of the application that says nothing of identifiers is tried, and said', async () => {
  tenant.directory.appManagementPolicy.excludeSaml = false;
  assignOwn({ isEnabled: true });
  const walker = modify();
  await walker.walk();
  expect(walker.notes.join()).toContain('says nothing about identifiers that flex-sso understands');
});
