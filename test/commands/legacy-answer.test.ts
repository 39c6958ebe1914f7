import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { readTrace } from '../support/cli.js';
import { isGraphWrite } from '../support/graph-writes.js';
import { logins } from '../support/logins.js';
import { administer, finishedMigrations, type LegacyApplication, runIn } from './finished.js';

const finished = finishedMigrations({ new: ['--setup-type', 'new'], modify: ['--setup-type', 'modify'] });
type Kind = 'claimsMappingPolicies' | 'tokenIssuancePolicies';

/** An administrator assigns another policy. */
const assign =
  (kind: Kind, content: object) =>
  ({ directory, principal }: LegacyApplication): void => {
    const kinds = directory[kind].map(({ id }) => id);
    const policy = {
      id: randomUUID(),
      displayName: '',
      definition: [JSON.stringify(content)],
      isOrganizationDefault: false,
    };
    directory[kind].push(policy);
    directory.policyAssignments = [
      ...directory.policyAssignments.filter(
        one => one.servicePrincipalId !== principal.id || !kinds.includes(one.policyId),
      ),
      { servicePrincipalId: principal.id, policyId: policy.id },
    ];
  };

const emailOnly = assign('claimsMappingPolicies', {
  ClaimsMappingPolicy: {
    Version: 1,
    IncludeBasicClaimSet: 'true',
    ClaimsSchema: [{ Source: 'user', ID: 'mail', SamlClaimType: 'email' }],
  },
});
const assertionOnly = assign('tokenIssuancePolicies', {
  TokenIssuancePolicy: {
    Version: 1,
    SigningAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    TokenResponseSigningPolicy: 'TokenOnly',
    SamlTokenVersion: '2.0',
  },
});
const noRoles = ({ application }: LegacyApplication) => {
  for (const role of application.appRoles) role.isEnabled = false;
};
const nobody = ({ directory, principal }: LegacyApplication) => {
  directory.appRoleAssignments = directory.appRoleAssignments.filter(({ resourceId }) => resourceId !== principal.id);
};
const encrypted = ({ application }: LegacyApplication) => {
  application.tokenEncryptionKeyId = randomUUID();
};

test.each([
  ['new', 'sends the email alone', emailOnly, 'An attribute that Flex demands is not sent.'],
  ['new', 'signs the assertion alone', assertionOnly, 'The response is not signed.'],
  ['new', 'has no role that is on', noRoles, 'The app roles are switched off.'],
  ['new', 'encrypts assertions', encrypted, 'The assertion is encrypted.'],
  ['new', 'has nobody assigned', nobody, 'Nobody is assigned'],
  ['modify', 'has nobody assigned', nobody, 'Nobody is assigned'],
] as const)(
  'after a migration (%s), the legacy application %s: no way back',
  {
    timeout: 120_000,
  },
  async (setupType, _, change, words) => {
    const state = await finished(setupType);
    await administer(state, change);
    const before = await logins(state);
    expect(before.legacy).not.toBe('in');
    const { code, json } = await runIn(state, 'revert', ['--trace', `${state}/trace.jsonl`]);
    expect(json.error).toMatchObject({ code: 'legacy-login-broken', message: expect.stringContaining(words) });
    expect(code).toBe(5);
    expect((await readTrace(`${state}/trace.jsonl`)).filter(isGraphWrite)).toEqual([]);
    expect(await logins(state)).toEqual(before);
  },
);

const claimsOf = (nameId: string) =>
  assign('claimsMappingPolicies', {
    ClaimsMappingPolicy: {
      Version: 1,
      IncludeBasicClaimSet: 'true',
      ClaimsSchema: [
        {
          Source: 'user',
          ID: nameId,
          SamlClaimType: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier',
        },
        { Source: 'user', ID: 'mail', SamlClaimType: 'email' },
        { Source: 'user', ID: 'displayname', SamlClaimType: 'full_name' },
        { Source: 'user', ID: 'assignedroles', SamlClaimType: 'roles' },
      ],
    },
  });

test.each(['new', 'modify'] as const)(
  'after a migration (%s), the legacy application makes the NameID of something else: the way back says so first',
  { timeout: 120_000 },
  async setupType => {
    const state = await finished(setupType);
    await administer(state, claimsOf('employeeid'));
    const { code, json } = await runIn(state, 'revert', ['--trace', `${state}/trace.jsonl`]);
    expect(json.error).toMatchObject({
      code: 'not-certain',
      message: expect.stringMatching(/second, billed Worker.*employeeid/s),
      hint: expect.stringContaining('`--accept name-id-changed`'),
    });
    expect(code).toBe(5);
    expect((await readTrace(`${state}/trace.jsonl`)).filter(isGraphWrite)).toEqual([]);
    expect(await runIn(state, 'revert', ['--accept', 'name-id-changed'])).toMatchObject({
      code: 0,
      json: { status: 'reverted' },
    });
  },
);

test.each([
  ['sends the email alone', emailOnly, 'An attribute that Flex demands is not sent.'],
  ['signs the assertion alone', assertionOnly, 'The response is not signed.'],
  ['has no role that is on', noRoles, 'The app roles are switched off.'],
  ['encrypts assertions', encrypted, 'The assertion is encrypted.'],
] as const)(
  'after a migration (modify), the application %s: reverted is not said of a login that is denied',
  { timeout: 120_000 },
  async (_, change, words) => {
    const state = await finished('modify');
    await administer(state, change);
    const { code, json } = await runIn(state, 'revert', ['--trace', `${state}/trace.jsonl`]);
    expect(JSON.stringify(json.error)).toContain(words);
    expect(json.error.code).toBe('legacy-login-broken');
    expect(code).toBe(5);
    expect((await readTrace(`${state}/trace.jsonl`)).filter(isGraphWrite)).toEqual([]);
  },
);

test('the claims page of the legacy application cannot be read any more: the way back is not certain', {
  timeout: 120_000,
}, async () => {
  const state = await finished('new');
  const { code, json } = await runIn(state, 'revert', ['--sandbox-fault', 'claims-unreadable-404']);
  expect(json.error).toMatchObject({
    code: 'not-certain',
    message: expect.stringContaining('does not show them now'),
    hint: expect.stringContaining('`--accept legacy-claims`'),
  });
  expect(code).toBe(5);
});

const withoutSigningPolicy = ({ directory }: LegacyApplication) => {
  const signing = new Set(directory.tokenIssuancePolicies.map(({ id }) => id));
  directory.policyAssignments = directory.policyAssignments.filter(({ policyId }) => !signing.has(policyId));
};

test.each(['new', 'modify'] as const)(
  'the policy that says how the application signs is taken off it (%s): validate and the way back say so',
  { timeout: 120_000 },
  async setupType => {
    const state = await finished(setupType);
    await administer(state, withoutSigningPolicy);
    expect(await logins(state)).not.toMatchObject({ legacy: 'in' });
    const validated = await runIn(state, 'validate');
    expect(validated.json.findings).toContainEqual(expect.objectContaining({ code: 'response-unsigned' }));
    const { code, json } = await runIn(state, 'revert');
    expect(json.error).toMatchObject({
      code: 'not-certain',
      message: expect.stringContaining('No token issuance policy is assigned any more.'),
    });
    expect(code).toBe(5);
  },
);
