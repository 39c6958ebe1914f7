import { afterEach, describe, expect, it } from 'vitest';
import { nameIdentifier, wantedClaims } from '../../../src/identity-providers/entra/claims.js';
import { readLegacyClaims, refuseLostNameId } from '../../../src/identity-providers/entra/legacy-claims.js';
import { openTenant, type Tenant } from './tenant.js';
import { createWalker } from './walk.js';

let tenant: Tenant | undefined;
afterEach(async () => {
  await tenant?.close();
  tenant = undefined;
});

const schemaOf = (...of: Parameters<typeof wantedClaims>) => wantedClaims(...of).ClaimsMappingPolicy.ClaimsSchema;
const none = { entries: [], transformations: [], lost: [] };
const nameId = (ID: string) => ({ Source: 'user', ID, SamlClaimType: nameIdentifier });

describe('the claims of a new application', () => {
  it("are the guide's where no legacy application is known", () => {
    expect(schemaOf(undefined, undefined)).toEqual([
      nameId('mail'),
      { Source: 'user', ID: 'mail', SamlClaimType: 'email' },
      { Source: 'user', ID: 'displayname', SamlClaimType: 'full_name' },
      { Source: 'user', ID: 'assignedroles', SamlClaimType: 'roles' },
    ]);
  });

  it("keep Entra's default NameID where the legacy application says nothing else", () => {
    expect(schemaOf('keep', none)[0]).toEqual(nameId('userprincipalname'));
    expect(schemaOf('mail', none)[0]).toEqual(nameId('mail'));
    expect(schemaOf('userprincipalname', undefined)[0]).toEqual(nameId('userprincipalname'));
  });

  it('carry over what Flex takes notice of, and nothing with a namespace', () => {
    const email = { Source: 'user', ID: 'userprincipalname', SamlClaimType: 'email' };
    const team = { Value: 'harbour', SamlClaimType: 'team_name' };
    const surname = {
      Source: 'user',
      ID: 'surname',
      SamlClaimType: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname',
    };
    const schema = schemaOf('keep', { ...none, entries: [surname, team, nameId('employeeid'), email] });
    expect(schema.map(({ SamlClaimType }) => SamlClaimType)).toEqual([
      nameIdentifier,
      'email',
      'full_name',
      'roles',
      'team_name',
    ]);
    expect(schema[0]).toEqual(nameId('employeeid'));
    expect(schema[1]).toEqual(email);
  });

  it('take transformations with them only where one is used', () => {
    const transformations = [{ ID: 'Join' }];
    const transformed = { Source: 'transformation', TransformationId: 'Join', SamlClaimType: nameIdentifier };
    const policy = wantedClaims('keep', { entries: [transformed], transformations, lost: [] });
    expect(policy.ClaimsMappingPolicy.ClaimsTransformation).toEqual(transformations);
    expect(
      wantedClaims('mail', { entries: [transformed], transformations, lost: [] }).ClaimsMappingPolicy,
    ).not.toHaveProperty('ClaimsTransformation');
  });
});

describe('the claims of the legacy application', () => {
  async function legacy() {
    tenant = await openTenant({ users: 3 });
    const { graph, directory } = tenant;
    const application = directory.applications.find(({ displayName }) => displayName === 'Twilio Flex');
    const principal = directory.servicePrincipals.find(({ appId }) => appId === application?.appId);
    if (!application || !principal) throw new Error('no legacy application');
    return { graph, directory, ids: { ...application, servicePrincipalId: principal.id } };
  }

  it('are those of its assigned policy before those of the portal', async () => {
    const { graph, directory, ids } = await legacy();
    const content = {
      ClaimsMappingPolicy: { Version: 1, IncludeBasicClaimSet: 'true', ClaimsSchema: [nameId('employeeid')] },
    };
    directory.claimsMappingPolicies.push({
      id: '11111111-1111-4111-8111-111111111111',
      displayName: 'By hand',
      definition: [JSON.stringify(content)],
      isOrganizationDefault: false,
    });
    directory.policyAssignments.push({
      servicePrincipalId: ids.servicePrincipalId,
      policyId: '11111111-1111-4111-8111-111111111111',
    });
    expect((await readLegacyClaims(graph, ids)).entries).toEqual([nameId('employeeid')]);
  });

  it("are else the portal's", async () => {
    const { graph, directory, ids } = await legacy();
    const portal = directory.claimsPolicies[ids.servicePrincipalId];
    portal?.claims.push({ name: 'team_name', source: '', attribute: 'harbour' });
    portal?.claims.push({ name: 'surname', namespace: 'http://schemas', source: 'user', attribute: 'surname' });
    expect(await readLegacyClaims(graph, ids)).toMatchObject({
      entries: [
        nameId('userprincipalname'),
        { Source: 'user', ID: 'mail', SamlClaimType: 'email' },
        { Source: 'user', ID: 'displayname', SamlClaimType: 'full_name' },
        { Source: 'user', ID: 'assignedroles', SamlClaimType: 'roles' },
        { Value: 'harbour', SamlClaimType: 'team_name' },
        { Source: 'user', ID: 'surname', SamlClaimType: 'http://schemas/surname' },
      ],
      transformations: [],
      lost: [],
    });
  });

  it('are the defaults where the portal cannot be read', async () => {
    const { graph, directory, ids } = await legacy();
    directory.claimsPolicies = {};
    expect(await readLegacyClaims(graph, ids)).toEqual({ ...none, assumed: 'not-there' });
  });

  it('stop a new application where the NameID is made by the portal alone', async () => {
    const { graph, ids } = await legacy();
    const conditional = {
      '@odata.type': '#microsoft.graph.samlNameIdClaim',
      configurations: [{ condition: { userType: 'members' }, attribute: { id: 'mail', source: 'user' } }],
    };
    tenant?.intercept({
      before: ({ path }) => (path.endsWith('/claimsPolicy') ? Response.json({ claims: [conditional] }) : undefined),
    });
    const claims = await readLegacyClaims(graph, ids);
    expect(claims.lost).toEqual([nameIdentifier]);
    expect(() => refuseLostNameId(claims)).toThrow(expect.objectContaining({ code: 'name-id-not-portable' }));
    const walker = tenant && createWalker(tenant);
    await expect(walker?.plan()).rejects.toMatchObject({ hint: expect.stringContaining('--setup-type modify') });
  });
});
