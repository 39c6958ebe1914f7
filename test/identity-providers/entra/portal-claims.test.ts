import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PortalClaim } from '../../../src/sandbox/entra/directory.js';
import { inPortal, withoutFullName } from './claims-in-tenant.js';
import { openTenant, type Tenant } from './tenant.js';
import { createWalker, type Walker } from './walk.js';

let tenant: Tenant;
let walker: Walker;
beforeEach(async () => {
  tenant = await openTenant({ users: 6 });
  walker = createWalker(tenant, { setupType: 'modify' });
});
afterEach(() => tenant.close());

describe('where no policy can say what the application says', () => {
  const byHand = async () => (await walker.plan()).find(({ action }) => action === 'manual');
  const tasks = async () =>
    (await byHand())?.instruction?.tasks.map(task => ('label' in task ? task.label : task.text));

  it.each<[string, (claims: PortalClaim[]) => PortalClaim[], RegExp]>([
    [
      'for a condition',
      claims => [...claims, { name: 'location', source: 'user', attribute: 'jobtitle', condition: 'members' }],
      /depend on conditions or transformations .*: location\./,
    ],
    [
      'for a NameID that Entra takes from the page alone',
      claims => claims.map(claim => (claim.name ? claim : { source: 'user', attribute: 'objectid' })),
      /lets no policy make the NameID/,
    ],
  ])('a person adds the claim on the claims page: %s', async (_, change, why) => {
    withoutFullName(tenant.directory);
    inPortal(tenant.directory, change);
    const planned = await byHand();
    expect(planned).toMatchObject({ resource: 'portalClaims', after: { full_name: 'user.displayname' } });
    expect(planned?.instruction?.summary).toMatch(why);
    expect(await tasks()).toEqual(
      expect.arrayContaining(['Attributes & Claims', 'Add new claim', 'Name', 'Namespace', 'Source attribute', 'Save']),
    );
    // Whoever says that it is done although it is not is told so, before the values are written.
    await expect(walker.walk()).rejects.toMatchObject({ code: 'claims-by-hand-missing', ending: 'verification' });
    expect(tenant.directory.claimsMappingPolicies).toEqual([]);

    inPortal(tenant.directory, claims => [...claims, { name: 'full_name', source: 'user', attribute: 'displayname' }]);
    const { checks } = await walker.walk();
    expect(checks.filter(({ result }) => result !== 'passed')).toEqual([]);
    await walker.walk('back');
    expect(walker.notes.join('\n')).toContain('added by hand on the claims page of the portal stay');
  });

  it('settings of the page that Entra might forget are left to the page', async () => {
    withoutFullName(tenant.directory);
    tenant.intercept({
      after: ({ path }, answer) => (path.endsWith('/claimsPolicy') ? withIssuer(answer) : undefined),
    });
    expect((await byHand())?.instruction?.summary).toContain('the application ID in the issuer');
  });

  it('where nobody can read the page, a person looks at it once, and their word stays a word', async () => {
    withoutFullName(tenant.directory);
    tenant.intercept({ before: ({ path }) => (path.endsWith('/claimsPolicy') ? notThere() : undefined) });
    expect((await byHand())?.after).toEqual({
      email: 'user.mail',
      full_name: 'user.displayname',
      roles: 'user.assignedroles',
    });
    const { checks } = await walker.walk();
    expect(checks.find(({ name }) => name === 'claims')).toMatchObject({ result: 'unknown', strength: 'word' });
    expect(await walker.plan()).toEqual([]);
  });

  it('a page that comes as a collection of one is read like a single object', async () => {
    const other = await openTenant({ users: 6, faults: ['claims-as-collection'] });
    try {
      withoutFullName(other.directory);
      inPortal(other.directory, claims => [...claims, { name: 'location', source: 'user', attribute: 'city' }]);
      const { checks } = await createWalker(other, { setupType: 'modify' }).walk();
      expect(checks.filter(({ result }) => result !== 'passed')).toEqual([]);
      // What a policy does not say is not sent while it is assigned.
      expect(other.directory.claimsMappingPolicies[0]?.definition[0]).toContain('"location"');
    } finally {
      await other.close();
    }
  });

  it('without a signing certificate nothing is planned, and it is said what to do', async () => {
    withoutFullName(tenant.directory);
    tenant.directory.signingKeys = [];
    await expect(walker.plan()).rejects.toMatchObject({
      code: 'claims-without-key',
      message: expect.stringContaining('AADSTS50146'),
      hint: expect.stringContaining('New Certificate'),
    });
  });
});

const notThere = () => Response.json({ error: { code: 'ResourceNotFound', message: 'No beta.' } }, { status: 404 });

/** The page with a setting that no claims mapping policy has. */
function withIssuer(answer: Response): Response {
  const text = answer.body;
  const changed = new TransformStream({
    transform(chunk: Uint8Array, controller) {
      const read = new TextDecoder().decode(chunk);
      controller.enqueue(
        new TextEncoder().encode(
          read.replace('"includeApplicationIdInIssuer":false', '"includeApplicationIdInIssuer":true'),
        ),
      );
    },
  });
  return new Response(text?.pipeThrough(changed), {
    status: answer.status,
    headers: { 'content-type': 'application/json' },
  });
}
