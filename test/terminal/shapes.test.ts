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
      { odd: true },
    ];
    const text = plan({
      resource: 'claimsMappingPolicy',
      after: { ClaimsMappingPolicy: { Version: 1, IncludeBasicClaimSet: 'false', ClaimsSchema } },
    });
    expect(text).toContain(
      '      Basic claims besides: no\n      Claims:\n        + NameID ← user.userprincipalname\n',
    );
    expect(text).toContain('        + email ← user.mail\n        + team_name ← “Harborline”\n');
    expect(text).toContain('        + location ← transformation Joined\n        + odd: yes\n');
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
