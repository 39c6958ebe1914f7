import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Application, Directory, ServicePrincipal } from '../../../src/sandbox/entra/directory.js';
import { openTenant, type Tenant } from './tenant.js';
import { connection, createWalker, type Walker } from './walk.js';

let tenant: Tenant;
let walker: Walker;
beforeAll(async () => {
  tenant = await openTenant({ users: 7 });
  walker = createWalker(tenant, { notificationEmails: 'it@harborline.example' });
  await walker.walk();
});
afterAll(() => tenant.close());

interface World {
  directory: Directory;
  application: Application;
  principal: ServicePrincipal;
}

/** What may have become of a new application, by hand or half-way. */
const damages: Record<string, (world: World) => void> = {
  'identifier gone': ({ application }) => {
    application.identifierUris = [];
  },
  'another identifier': ({ application }) => {
    application.identifierUris = ['api://harborline.example/x'];
  },
  'reply URL gone': ({ application }) => {
    application.web.redirectUris = ['https://harborline.example/other'];
    application.web.redirectUriSettings = [];
  },
  'mode gone': ({ principal }) => {
    principal.preferredSingleSignOnMode = null;
  },
  'role gone': ({ directory, application }) => {
    const gone = application.appRoles.find(({ value }) => value === 'supervisor');
    application.appRoles = application.appRoles.filter(role => role !== gone);
    directory.appRoleAssignments = directory.appRoleAssignments.filter(({ appRoleId }) => appRoleId !== gone?.id);
  },
  'certificate inactive': ({ principal }) => {
    principal.preferredTokenSigningKeyThumbprint = null;
  },
  'certificates expired': ({ directory, principal }) => {
    for (const key of directory.signingKeys)
      if (key.servicePrincipalId === principal.id) key.endDateTime = '2020-01-01T00:00:00.000Z';
  },
  'policies unassigned': ({ directory, principal }) => {
    directory.policyAssignments = directory.policyAssignments.filter(one => one.servicePrincipalId !== principal.id);
  },
  'another claims policy': ({ directory, principal }) => {
    const [policy] = directory.claimsMappingPolicies;
    if (policy)
      policy.definition = ['{"ClaimsMappingPolicy":{"Version":1,"IncludeBasicClaimSet":"true","ClaimsSchema":[]}}'];
    void principal;
  },
  'some unassigned': ({ directory, principal }) => {
    let count = 0;
    directory.appRoleAssignments = directory.appRoleAssignments.filter(
      ({ resourceId }) => resourceId !== principal.id || count++ % 2 === 0,
    );
  },
  'addresses gone': ({ principal }) => {
    principal.notificationEmailAddresses = [];
  },
  'assignment no longer required': ({ principal }) => {
    principal.appRoleAssignmentRequired = false;
  },
};

describe('whatever became of the new application', () => {
  it('is put right by what is planned, and by nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(Object.keys(damages)), async names => {
        const { directory } = tenant;
        const application = directory.applications.find(({ id }) => id === walker.migration.facts.application?.id);
        const principal = directory.servicePrincipals.find(({ appId }) => appId === application?.appId);
        if (!application || !principal) throw new Error('no new application');
        for (const name of names) damages[name]?.({ directory, application, principal });

        const { changes, checks } = await walker.walk();
        expect(changes.length > 0).toBe(names.length > 0);
        expect(checks.filter(({ result }) => result !== 'passed')).toEqual([]);
        expect(await walker.plan()).toEqual([]);
        expect(application.identifierUris).toContain(connection.entityId);
      }),
      { numRuns: 12 },
    );
  });
});
