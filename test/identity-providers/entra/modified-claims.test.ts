import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nameIdentifier } from '../../../src/identity-providers/entra/claims.js';
import { updateIdentityProvider } from '../../../src/steps/update-identity-provider.js';
import {
  assignedIn,
  claimsIn,
  incomplete,
  legacyIn,
  otherIn,
  share,
  sharedId,
  user,
  withoutFullName,
} from './claims-in-tenant.js';
import { openTenant, type Tenant } from './tenant.js';
import { createWalker, type Walker } from './walk.js';

let tenant: Tenant;
let walker: Walker;
beforeEach(async () => {
  tenant = await openTenant({ users: 6 });
  walker = createWalker(tenant, { setupType: 'modify' });
});
afterEach(() => tenant.close());

const ownName = () => `Flex SSO claims for ${appId().slice(0, 8)} ${walker.migration.id.slice(0, 8)}`;
const appId = () => walker.migration.facts.legacyApplication?.appId ?? '';
const killed = () => Response.json({ error: { code: 'Killed', message: 'The run ends here.' } }, { status: 418 });

describe('an existing application without a claim that Flex demands', () => {
  it('gets a policy of its own beside the claims page, which says all that the page says', async () => {
    withoutFullName(tenant.directory);
    const before = claimsIn(tenant.directory);
    const { changes, checks } = await walker.walk();
    expect(changes.map(({ action, resource }) => [action, resource])).toEqual([
      ['create', 'claimsMappingPolicy'],
      ['update', 'identifierUris'],
      ['update', 'web'],
      ['manual', 'flexConsole'],
    ]);
    const usual = [user('userprincipalname', nameIdentifier), user('mail', 'email'), user('assignedroles', 'roles')];
    expect(assignedIn(tenant.directory)).toEqual([
      {
        displayName: ownName(),
        ClaimsMappingPolicy: {
          Version: 1,
          IncludeBasicClaimSet: 'false',
          ClaimsSchema: [...usual, user('displayname', 'full_name')],
        },
      },
    ]);
    expect(changes[0]).toMatchObject({ before: { assigned: [], ClaimsMappingPolicy: { ClaimsSchema: usual } } });
    expect(walker.notes.join('\n')).toContain(
      'does not send full_name, which Flex demands: from now on it is sent as full_name, from user.displayname.',
    );
    expect(checks.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(await walker.plan()).toEqual([]);

    await walker.walk('back');
    expect(claimsIn(tenant.directory)).toEqual(before);
    expect(await walker.plan('back')).toEqual([]);
  });

  it('keeps what an assigned policy says to the letter, and leaves that policy to the other application', async () => {
    share(tenant.directory, {
      Version: 1,
      IncludeBasicClaimSet: 'true',
      ClaimsSchema: [...incomplete, { Value: '', SamlClaimType: 'full_name' }],
    });
    const before = claimsIn(tenant.directory);
    await walker.walk();
    expect(assignedIn(tenant.directory)).toEqual([
      {
        displayName: ownName(),
        ClaimsMappingPolicy: {
          Version: 1,
          IncludeBasicClaimSet: 'true',
          ClaimsSchema: [...incomplete, user('displayname', 'full_name')],
        },
      },
    ]);
    expect(tenant.directory.claimsMappingPolicies).toContainEqual(before.claimsMappingPolicies[0]);
    expect(tenant.directory.policyAssignments).toContainEqual({
      servicePrincipalId: otherIn(tenant.directory),
      policyId: sharedId,
    });
    expect(walker.notes.join('\n')).toMatch(/"Corporate claims" is not edited.*make this change when nobody logs in/);

    await walker.walk('back');
    expect(claimsIn(tenant.directory)).toEqual(before);
    // And forward again.
    await walker.walk();
    expect(assignedIn(tenant.directory)).toMatchObject([{ displayName: ownName() }]);
  });

  it.each(['forward', 'back'] as const)(
    'is put right %s after a run that died between two policies',
    async direction => {
      share(tenant.directory, { Version: 1, IncludeBasicClaimSet: 'false', ClaimsSchema: incomplete });
      const before = claimsIn(tenant.directory);
      const planned = await walker.plan();
      tenant.intercept({
        before: ({ method, path }) => (method === 'POST' && path.endsWith('$ref') ? killed() : undefined),
      });
      await expect(walker.walk()).rejects.toThrow('The run ends here');
      tenant.intercept({});
      expect(assignedIn(tenant.directory)).toEqual([]);

      if (direction === 'forward') {
        expect(await walker.plan()).toEqual(planned);
        const { checks } = await walker.walk();
        expect(checks.find(({ name }) => name === 'claims')).toMatchObject({ result: 'passed' });
        expect(assignedIn(tenant.directory)).toMatchObject([{ displayName: ownName() }]);
        expect(tenant.directory.claimsMappingPolicies).toHaveLength(2);
      }
      await walker.walk('back');
      expect(claimsIn(tenant.directory)).toEqual(before);
    },
  );

  it('is restored although the way back died between two policies, too', async () => {
    share(tenant.directory, { Version: 1, IncludeBasicClaimSet: 'false', ClaimsSchema: incomplete });
    const before = claimsIn(tenant.directory);
    await walker.walk();
    tenant.intercept({
      before: ({ method, path }) => (method === 'POST' && path.endsWith('$ref') ? killed() : undefined),
    });
    await expect(walker.walk('back')).rejects.toThrow('The run ends here');
    tenant.intercept({});
    await walker.walk('back');
    expect(claimsIn(tenant.directory)).toEqual(before);
  });

  it('is restored although what the killed run has taken away still seems to be assigned', async () => {
    share(tenant.directory, { Version: 1, IncludeBasicClaimSet: 'false', ClaimsSchema: incomplete });
    const before = claimsIn(tenant.directory);
    tenant.intercept({
      before: ({ method, path }) => (method === 'POST' && path.endsWith('$ref') ? killed() : undefined),
    });
    await expect(walker.walk()).rejects.toThrow('The run ends here');
    expect(assignedIn(tenant.directory)).toEqual([]);
    let reads = 0;
    const old = JSON.stringify({ value: tenant.directory.claimsMappingPolicies.filter(({ id }) => id === sharedId) });
    tenant.intercept({
      before: ({ method, path }) =>
        method === 'GET' && path.endsWith(`${legacyIn(tenant.directory)}/claimsMappingPolicies`) && ++reads < 8
          ? new Response(old, { headers: { 'Content-Type': 'application/json' } })
          : undefined,
    });
    walker.migration = { ...walker.migration, direction: 'back' };
    const { checks } = await walker.walk('back');
    tenant.intercept({});
    expect(claimsIn(tenant.directory)).toEqual(before);
    expect(checks.find(({ name }) => name === 'claims')).toMatchObject({ result: 'passed' });

    tenant.directory.policyAssignments = tenant.directory.policyAssignments.filter(
      ({ servicePrincipalId }) => servicePrincipalId !== legacyIn(tenant.directory),
    );
    expect(await updateIdentityProvider.back?.verify?.(walker.context())).toContainEqual(
      expect.objectContaining({ name: 'claims', result: 'failed' }),
    );
  });

  it('keeps a policy that somebody else has assigned since, and its own where the one from before is gone', async () => {
    share(tenant.directory, { Version: 1, IncludeBasicClaimSet: 'false', ClaimsSchema: incomplete });
    await walker.walk();
    const { directory } = tenant;
    directory.claimsMappingPolicies = directory.claimsMappingPolicies.filter(({ id }) => id !== sharedId);
    const { checks } = await walker.walk('back');
    expect(assignedIn(tenant.directory)).toMatchObject([{ displayName: ownName() }]);
    expect(checks.find(({ name }) => name === 'claims')).toMatchObject({
      result: 'unknown',
      message: expect.stringContaining('"Corporate claims"'),
    });

    const own = directory.claimsMappingPolicies[0];
    if (own) directory.claimsMappingPolicies.push({ ...own, id: sharedId, displayName: 'Another one' });
    directory.policyAssignments = directory.policyAssignments.filter(({ policyId }) => policyId !== own?.id);
    directory.policyAssignments.push({ servicePrincipalId: legacyIn(directory), policyId: sharedId });
    await walker.walk('back');
    expect(directory.claimsMappingPolicies.map(({ displayName }) => displayName)).toEqual(['Another one']);
    expect(assignedIn(tenant.directory)).toMatchObject([{ displayName: 'Another one' }]);
  });
});
