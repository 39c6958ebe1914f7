import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { toEndpoint } from '../../src/endpoints.js';
import { createHttp } from '../../src/http.js';
import { openBrowser } from '../../src/sandbox/browser.js';
import { hostedFlexUrl } from '../../src/sandbox/flex/connections.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { type Broken, breakIt, type Finished, finishMigration } from './run.js';

let finished: Finished;
let modified: Finished;
beforeAll(async () => {
  finished = await finishMigration('new');
  modified = await finishMigration('modify');
});
afterAll(async () => {
  await finished.remove();
  await modified.remove();
});

async function broken(breaks: readonly string[], from = finished): Promise<Broken> {
  const made = await breakIt(from, breaks);
  onTestFinished(() => made.close());
  return made;
}

const ssoPage = 'https://console.twilio.com/us1/develop/flex/users-and-access/single-sign-on';

/** Somebody logs in to Flex elsewhere; where it fails they see it, and flex-sso does not. */
async function logInElsewhere({ sandbox }: Broken): Promise<void> {
  const operator = createOperator({ endpoints: sandbox.endpoints });
  await operator.visit(hostedFlexUrl(sandbox.world.account)).catch(() => {});
}

const observe = { flags: { login: 'observe' } };
const told = { flags: {}, done: 'validate-connection' };

test('what the finding says to mend, mended, is verified', async () => {
  const it = await broken(['certificate-wrong']);
  const first = await it.validate();
  expect(first).toMatchObject({ code: 5, codes: ['certificate-wrong'] });
  expect(first.document.findings[0]).toMatchObject({ product: 'Flex Console', field: expect.stringMatching(/X\.509/) });
  // Without a login it stays so: what was seen is not forgotten.
  expect((await it.validate({ flags: {} })).document.verified).toBe(false);

  const { endpoints, world } = it.sandbox;
  const browser = openBrowser(createHttp({ endpoints }));
  await browser.open(toEndpoint(endpoints, `${ssoPage}?view=edit`));
  const { id } = world.directory.servicePrincipals.find(one => one.displayName === 'Twilio Flex SSO') ?? {};
  const key = world.directory.signingKeys.find(({ servicePrincipalId }) => servicePrincipalId === id);
  browser.enter('X.509 Certificate', key?.certificate ?? '');
  await browser.click('Save');
  expect(await it.validate()).toMatchObject({ code: 0, document: { verified: true, findings: [] } });
});

test('a login that is observed is confirmed by TaskRouter and by Entra', async () => {
  const it = await broken([]);
  expect((await it.validate(observe)).code).toBe(10);
  await logInElsewhere(it);
  const { code, document } = await it.validate(told);
  expect(document.evidence).toMatchObject({ source: 'taskrouter', seenBy: ['entra', 'taskrouter'], sameWorker: true });
  expect(document).toMatchObject({ verified: false, confirmed: true, findings: [] });
  expect(code).toBe(0);
});

test('a login elsewhere that Entra refuses is explained by its log', async () => {
  const it = await broken(['user-not-assigned']);
  await it.validate(observe);
  await logInElsewhere(it);
  const { code, document, codes } = await it.validate(told);
  expect(codes[0]).toBe('user-not-assigned');
  expect(document.findings[0].evidence).toContain('AADSTS50105');
  // No names of people.
  expect(JSON.stringify(document.findings)).not.toContain('@harborline');
  expect(document.verified).toBe(false);
  expect(code).toBe(5);
});

test('what Entra alone has seen is not verified', async () => {
  const it = await broken(['relay-state-lost']);
  await it.validate(observe);
  await logInElsewhere(it);
  const { document, codes } = await it.validate(told);
  expect(document).toMatchObject({ verified: false, evidence: { source: 'entra' } });
  expect(codes).toEqual(['login-not-returned']);
});

test('somebody’s word is not verified', async () => {
  const it = await broken([]);
  await it.validate(observe);
  const { document } = await it.validate(told);
  expect(document).toMatchObject({ verified: false, evidence: { source: 'word' } });
});

test.each([
  ['response-unsigned', 'response-unsigned'],
  ['email-missing', 'attribute-missing'],
  ['entity-id-missing', 'entity-id-unknown'],
  ['user-not-assigned', 'user-not-assigned'],
  ['audience-wrong', 'audience-mismatch'],
])('a modified connection with %s', async (name, cause) => {
  const it = await broken([name], modified);
  const { code, document, codes } = await it.validate();
  expect(codes[0]).toBe(cause);
  expect(document.verified).toBe(false);
  expect(code).toBe(5);
});
