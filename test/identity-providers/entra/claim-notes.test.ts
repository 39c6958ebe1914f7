import { afterEach, describe, expect, it } from 'vitest';
import { claimNotes, requiredClaimProblems } from '../../../src/identity-providers/entra/claim-notes.js';
import { type ClaimsEntry, nameIdentifier, wantedClaims } from '../../../src/identity-providers/entra/claims.js';
import type { LegacyClaims } from '../../../src/identity-providers/entra/legacy-claims.js';
import { unreadNotes } from '../../../src/identity-providers/entra/name-id-notes.js';
import { claimsSourceOf, sourceOf } from '../../../src/identity-providers/entra/user-attributes.js';
import { openTenant, type Tenant } from './tenant.js';
import { createWalker } from './walk.js';

let tenant: Tenant | undefined;
afterEach(async () => {
  await tenant?.close();
  tenant = undefined;
});

const soap = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const user = (ID: string, SamlClaimType: string): ClaimsEntry => ({ Source: 'user', ID, SamlClaimType });
const legacy = (...entries: ClaimsEntry[]): LegacyClaims => ({ entries, transformations: [], lost: [] });
const usual = [user('mail', 'email'), user('displayname', 'full_name'), user('assignedroles', 'roles')];
const notes = (claims: LegacyClaims, answer: 'keep' | 'mail' = 'keep') =>
  claimNotes(claims, wantedClaims(answer, claims));

describe('what differs between the claims of both applications', () => {
  it('is nothing where all is as it should be', () => {
    expect(notes(legacy(user('userprincipalname', nameIdentifier), ...usual))).toEqual([
      'Claims as today: NameID (user.userprincipalname), email (user.mail), full_name (user.displayname), roles (user.assignedroles).',
    ]);
  });

  it('is a required claim with a namespace, which is sent under its bare name from the same source', () => {
    const claims = legacy(user('extensionattribute2', `${soap}/emailaddress`), ...usual.slice(1));
    expect(wantedClaims('keep', claims).ClaimsMappingPolicy.ClaimsSchema[1]).toEqual(
      user('extensionattribute2', 'email'),
    );
    expect(notes(claims)).toContain(
      `The legacy application sends email as ${soap}/emailaddress, and Flex ignores names with a namespace: the new one sends it as ` +
        'email, from user.extensionattribute2.',
    );
  });

  it('is a required claim that is missing', () => {
    const claims = legacy(...usual.slice(0, 2));
    expect(requiredClaimProblems(claims).map(({ name }) => name)).toEqual(['roles']);
    expect(notes(claims).join()).toContain(
      'does not send roles, which Flex demands: the new one sends it as roles, from user.assignedroles',
    );
  });

  it('is a required claim that is always empty', () => {
    const claims = legacy({ Value: ' ', SamlClaimType: 'email' }, ...usual.slice(1));
    expect(notes(claims).join()).toContain(
      'sends email empty, and Flex demands a value: the new one sends it as email, from user.mail.',
    );
  });

  it('is what Flex ignores, what cannot be carried over, and another NameID', () => {
    const claims = { ...legacy(...usual, user('surname', `${soap}/surname`)), lost: ['team_name'] };
    const all = notes(claims, 'mail').join('\n');
    expect(all).toContain(
      `Not sent any more, because Flex ignores names with a namespace: ${soap}/surname (user.surname).`,
    );
    expect(all).toContain('and are not sent any more: team_name. Flex keeps their last values.');
    expect(all).toContain('The NameID becomes user.mail; today it is user.userprincipalname.');
  });

  it('is not known where the claims could not be read', () => {
    const assumed = { ...legacy(), assumed: 'not-allowed', borneOut: { by: 0, of: 23 } } as const;
    expect(requiredClaimProblems(assumed)).toEqual([]);
    expect(notes(assumed).join()).not.toContain('as today');
    expect(unreadNotes(assumed).join()).toContain('None of the 23 Workers is named after user.userprincipalname');
    expect(unreadNotes(assumed).join()).toContain('Policy.Read.ApplicationConfiguration');
    const byMail = { ...assumed, entries: [user('mail', nameIdentifier)], borneOut: { by: 20, of: 23 } };
    expect(unreadNotes(byMail).join()).toContain('recognised by the Workers: 20 of 23 are named after user.mail');
  });

  it('says of what only the portal can make what is sent in its place', () => {
    const all = notes({ ...legacy(user('mail', 'email'), user('displayname', 'full_name')), lost: ['roles'] }).join(
      '\n',
    );
    expect(all).toContain('the new application sends user.assignedroles in its place');
    expect(all).not.toContain('last values');
  });
});

describe('a NameID that is the part before the @', () => {
  const policy = {
    ClaimsMappingPolicy: {
      Version: 1,
      IncludeBasicClaimSet: 'false',
      ClaimsSchema: [
        { Source: 'user', ID: 'mail' },
        { Source: 'transformation', ID: 'prefix', TransformationId: 'MailPrefix', SamlClaimType: nameIdentifier },
        ...usual,
      ],
      ClaimsTransformations: [
        {
          ID: 'MailPrefix',
          TransformationMethod: 'ExtractMailPrefix',
          InputClaims: [{ ClaimTypeReferenceId: 'mail', TransformationClaimType: 'mail' }],
        },
      ],
    },
  };

  it('is computed, and carried over with its input', () => {
    const source = claimsSourceOf(policy);
    const [, entry] = source.entries;
    expect(entry && sourceOf(entry, source)).toEqual({ property: 'mail', isPrefix: true });
    const carried = wantedClaims('keep', { ...source, lost: [] });
    const again = claimsSourceOf(carried);
    expect(again.entries[0] && sourceOf(again.entries[0], again)).toEqual({ property: 'mail', isPrefix: true });
    expect(again.entries).toContainEqual({ Source: 'user', ID: 'mail' });
  });

  it('is carried over from the claims page of the portal', async () => {
    tenant = await openTenant();
    const portal = Object.values(tenant.directory.claimsPolicies)[0];
    if (portal) portal.claims[0] = { source: 'user', attribute: 'mail', transformation: 'ExtractMailPrefix' };
    const walker = createWalker(tenant);
    let nameIds: (string | undefined)[] = [];
    walker.people = list => {
      nameIds = list.map(({ nameIdTomorrow }) => nameIdTomorrow);
    };
    const { checks } = await walker.walk();
    expect(checks.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(nameIds).toContain('amara.okafor');
  });
});
