import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/migration/state.js';
import { drawPlan } from '../../src/terminal/plan.js';
import { acsUrl, change, connection, drawn } from './drawn.js';

const plan = (parts: Partial<Change>, columns = 80) => drawn(output => drawPlan(output, [change(parts)]), { columns });

const ann = { principalId: 'p1', principalType: 'User', displayName: 'Ann Smith', role: 'agent' };
const staff = { principalId: 'p2', principalType: 'Group', displayName: 'All Staff', role: null, roleName: 'User' };
const nameIdentifier = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';

describe('the values of a known kind are told in the words of the identity provider’s pages', () => {
  it('assignments by name and role', () => {
    const text = plan({ resource: 'appRoleAssignments', before: [], after: [ann, staff, { ...ann, role: null }] });
    expect(text).toContain(
      '      + Ann Smith – agent\n      + All Staff (group) – User\n      + Ann Smith – default access\n',
    );
    expect(text).not.toContain('p1');
  });

  it('app roles by value and name', () => {
    const role = { value: 'agent', displayName: 'Flex Agent', description: 'Flex Agent in Twilio Flex' };
    expect(plan({ resource: 'appRoles', before: [], after: [role] })).toContain('      + agent (Flex Agent)\n');
  });

  it('claims by where they come from', () => {
    const ClaimsSchema = [
      { Source: 'user', ID: 'userprincipalname', SamlClaimType: nameIdentifier },
      { Source: 'user', ID: 'mail', SamlClaimType: 'email' },
      { Value: 'Harborline', SamlClaimType: 'team_name' },
      { Source: 'transformation', ID: 'out', TransformationId: 'Joined', SamlClaimType: 'location' },
      { Source: 'user', ExtensionID: 'extension_1_skill', SamlClaimType: 'skill' },
      { Source: 'transformation', ID: 'out', TransformationID: 'Cut', SamlClaimType: 'team_id' },
      { Source: 'user', ID: 'department' },
      { Source: 'user', ExtensionID: 'extension_1_site' },
      { odd: true },
    ];
    const ClaimsTransformation = [
      {
        ID: 'Joined',
        TransformationMethod: 'Join',
        InputClaims: [{ ClaimTypeReferenceId: 'department' }, { ClaimTypeReferenceId: 'site' }],
        InputParameters: [{ ID: 'separator', Value: '-' }],
      },
    ];
    const text = plan({
      resource: 'claimsMappingPolicy',
      after: { ClaimsMappingPolicy: { Version: 1, IncludeBasicClaimSet: 'false', ClaimsSchema, ClaimsTransformation } },
    });
    expect(text).toContain(
      '      Basic claims besides: no\n      Claims:\n        + NameID ← user.userprincipalname\n',
    );
    expect(text).toContain('        + email ← user.mail\n        + team_name ← “Harborline”\n');
    expect(text).toContain(
      '        + location ← transformation Joined\n        + skill ← user.extension_1_skill\n' +
        '        + team_id ← transformation Cut\n        + odd: yes\n',
    );
    expect(text).toContain(
      '      Read by transformations, and not sent themselves:\n        + user.department\n        + user.extension_1_site\n' +
        '      Transformations:\n        + Joined = Join of department, site, with separator “-”\n',
    );
  });

  it('every claim, however many', () => {
    const ClaimsSchema = Array.from({ length: 12 }, (_, at) => ({ Value: 'x', SamlClaimType: `claim_${at}` }));
    const text = plan({ resource: 'claimsMappingPolicy', after: { ClaimsMappingPolicy: { ClaimsSchema } } });
    expect(text.match(/\+ claim_/g)).toHaveLength(12);
    expect(text).not.toContain('more');
  });

  it('a long list of assignments by roles that add up, default access among them', () => {
    const after = Array.from({ length: 12 }, (_, at) => ({
      ...ann,
      principalId: `p${at}`,
      role: at < 9 ? 'agent' : null,
    }));
    expect(plan({ resource: 'appRoleAssignments', before: [], after })).toContain(
      '12 added in all\n      By role: agent 9 · default access 3\n',
    );
  });

  it('an assignment of somebody without a name by their id', () => {
    const text = plan({ resource: 'appRoleAssignments', before: [], after: [{ ...ann, displayName: ' ' }] });
    expect(text).toContain('      + (no name) p1 – agent\n');
  });

  it('signing options by the labels of their page', () => {
    const TokenIssuancePolicy = {
      SigningAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      TokenResponseSigningPolicy: 'ResponseAndToken',
    };
    const text = plan({ resource: 'tokenIssuancePolicy', after: { TokenIssuancePolicy } });
    expect(text).toContain(
      '      Signing Algorithm: SHA-256\n      Signing Option: Sign SAML response and assertion\n',
    );
  });

  it('identifiers and reply URLs below their title', () => {
    expect(plan({ resource: 'identifierUris', before: [], after: [`urn:flex:${connection}`] })).toContain(
      `  + Application “Twilio Flex SSO”\n      + urn:flex:${connection}\n`,
    );
    const web = {
      before: { redirectUris: ['https://a.example'] },
      after: { redirectUris: ['https://b.example'], redirectUriSettings: [{ uri: 'https://b.example', index: 2 }] },
    };
    expect(plan({ resource: 'web', ...web })).toContain(
      '      - https://a.example\n      + https://b.example\n      Reply URLs with an index:\n        + https://b.example, index 2\n',
    );
  });

  it('a URL in one piece, moved to the left where its place is too narrow', () => {
    const text = plan({ resource: 'web', before: { redirectUris: [] }, after: { redirectUris: [acsUrl] } }, 98);
    expect(text).toContain(`\n${' '.repeat(98 - 2 - acsUrl.length)}+ ${acsUrl}\n`);
  });
});

describe('what is not as expected', () => {
  it.each(['appRoleAssignments', 'appRoles', 'claimsMappingPolicy', 'web', '__proto__', 'constructor'])(
    'is drawn property by property: %s',
    resource => {
      const text = plan({ resource, before: [], after: [{ some: 'thing' }, 'words', 1, null] });
      expect(text).toContain('      + some: thing\n      + words\n      + 1\n      + nothing\n');
    },
  );

  it('is drawn whole where the words of its kind would hide what differs', () => {
    const after = [{ ...ann, principalId: 'p9' }];
    const text = plan({ resource: 'appRoleAssignments', action: 'update', before: [ann], after }, 120);
    expect(text).toContain('      - principalId: p1,');
    expect(text).toContain('      + principalId: p9,');
  });
});
