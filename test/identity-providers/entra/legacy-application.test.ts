import { afterEach, describe, expect, it } from 'vitest';
import type { Facts, Question } from '../../../src/migration/step.js';
import { updateIdentityProvider } from '../../../src/steps/update-identity-provider.js';
import { accountSid, openTenant, type Tenant } from './tenant.js';
import { createWalker, type Walker } from './walk.js';

let tenant: Tenant;
afterEach(() => tenant.close());

const sent = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2/metadata`;
const older = `https://preview.twilio.com/iam/Accounts/${accountSid}/saml2`;

/** The tenant's legacy application, and another one of it. */
async function open() {
  tenant = await openTenant();
  const { applications, servicePrincipals } = tenant.directory;
  const legacy = applications.find(({ displayName }) => displayName === 'Twilio Flex');
  const principal = servicePrincipals.find(({ appId }) => appId === legacy?.appId);
  const [other] = applications;
  if (!legacy || !principal || !other) throw new Error('no legacy application');
  return { legacy, principal, other };
}

/** What is found, and what is asked then. */
async function observed(walker: Walker): Promise<{ facts: Facts; question: Question | undefined }> {
  const { observe, asks } = updateIdentityProvider.forward;
  const facts = { ...walker.migration.facts, ...(await observe?.(walker.context())) };
  return { facts, question: asks?.({ ...walker.migration, facts }) };
}

function withLegacy(walker: Walker, change: Partial<NonNullable<Facts['legacy']>> | undefined): Walker {
  const { legacy, ...facts } = walker.migration.facts;
  walker.migration = {
    ...walker.migration,
    facts: { ...facts, ...(change && legacy && { legacy: { ...legacy, ...change } }) },
  };
  return walker;
}

describe('the legacy application is settled', () => {
  it('where one alone has the identifier that Flex sends, whoever has another form of it', async () => {
    const { other } = await open();
    other.identifierUris.push(older);
    const { facts, question } = await observed(createWalker(tenant, { setupType: 'modify', overlap: 'yes' }));
    expect(facts.legacyApplication?.displayName).toBe('Twilio Flex');
    expect(question).toBeUndefined();
  });

  it('where it has that identifier but for a final slash', async () => {
    const { legacy } = await open();
    legacy.identifierUris = [`${sent}/`];
    const { facts } = await observed(createWalker(tenant));
    expect(facts.legacyApplication?.displayName).toBe('Twilio Flex');
  });
});

describe('it is asked, with what is known of each', () => {
  it('where Flex did not show what it sends', async () => {
    const { other, legacy } = await open();
    other.identifierUris.push(older);
    const { facts, question } = await observed(withLegacy(createWalker(tenant), undefined));
    expect(facts.legacyApplication).toBeUndefined();
    expect(question).toMatchObject({
      input: 'legacyApplication',
      why: expect.stringContaining('did not show which identifier'),
      choices: [
        {
          value: legacy.appId,
          label: '“Twilio Flex”',
          facts: [
            `identifier ${sent}`,
            `reply URL https://iam.twilio.com/v1/Accounts/${accountSid}/saml2`,
            'created 2021-03-02',
            'enabled for sign-in',
            expect.stringMatching(/^\d+ assignments$/),
            'no sign-in in the log',
          ],
        },
        { value: other.appId, label: '“flex-sso”' },
        { value: 'none' },
      ],
      other: { value: '<appId>' },
    });
  });

  it('where two have it, one with a final slash', async () => {
    const { other } = await open();
    other.identifierUris.push(`${sent}/`);
    const { question } = await observed(createWalker(tenant));
    expect(question?.why).toContain('More than one application has the identifier that Flex sends');
    expect(question?.choices).toHaveLength(3);
  });

  it('where another form is all there is, and nothing can be modified without an answer', async () => {
    const { legacy } = await open();
    legacy.identifierUris = [older];
    const { question } = await observed(createWalker(tenant, { setupType: 'modify' }));
    expect(question?.why).toContain(`No application of this Entra tenant has the identifier that Flex sends, ${sent}`);
    expect(question?.choices?.map(({ value }) => value)).toEqual([legacy.appId]);
  });

  it('where nobody can sign in to the one that has it', async () => {
    const { principal } = await open();
    principal.accountEnabled = false;
    const { question } = await observed(createWalker(tenant));
    expect(question?.why).toContain('sign-in to it is switched off');
    expect(question?.choices?.[0]?.facts).toContain('sign-in switched off');
  });

  it('where Flex sends its logins to another tenant, or not to Entra', async () => {
    await open();
    const tenantId = '11111111-2222-4333-8444-555555555555';
    const elsewhere = await observed(withLegacy(createWalker(tenant), { tenantId }));
    expect(elsewhere.question?.why).toContain(`Flex sends its logins to the tenant ${tenantId}`);
    const ssoUrl = 'https://harborline.okta.com/app/twilio/sso/saml';
    const okta = await observed(withLegacy(createWalker(tenant), { ssoUrl }));
    expect(okta.question?.why).toContain(`Flex sends its logins to ${ssoUrl}, and not to Entra`);
  });

  it('where a modified application has the Entity ID alone, and the record of the run that did it is lost', async () => {
    await open();
    await createWalker(tenant, { setupType: 'modify' }).walk();
    const walker = createWalker(tenant, { setupType: 'modify' });
    expect((await observed(walker)).question).toBeUndefined();
    expect((await walker.plan()).map(({ resource }) => resource)).toEqual(['flexConsole']);
    expect(walker.migration.facts.legacyApplication).toMatchObject({ displayName: 'Twilio Flex' });
  });
});

it('“none” holds although one was found before', async () => {
  await open();
  const walker = createWalker(tenant);
  await walker.plan();
  walker.migration.answers.legacyApplication = 'none';
  expect((await walker.plan()).map(({ resource }) => resource)).not.toContain('appRoleAssignments');
  expect(walker.migration.facts.legacyApplication).toBeUndefined();
});

it('what is planned names the application, and why it is taken', async () => {
  const { legacy, other } = await open();
  const modify = createWalker(tenant, { setupType: 'modify' });
  await modify.plan();
  const named = `the application “Twilio Flex” (application id ${legacy.appId})`;
  expect(modify.notes).toContain(
    `What is modified is ${named}: it has the identifier that Flex sends for a legacy login.`,
  );
  const chosen = createWalker(tenant, { legacyApplication: other.appId });
  await chosen.plan();
  expect(chosen.notes[0]).toMatch(/carried over from the application “flex-sso” .*: it was named as the one/);
});
