import { expect, test } from 'vitest';
import { toEndpoint } from '../../../src/endpoints.js';
import { testSandbox, toIdentityProvider } from '../support.js';
import { type ResponseContent, samlResponse } from './saml-response.js';

type TestSandbox = Awaited<ReturnType<typeof testSandbox>>;

const hostedFlex = 'https://flex.twilio.com/lavender-4711';

async function authenticate(sandbox: TestSandbox, base: string, resource: string) {
  const answer = await sandbox.http({
    method: 'POST',
    url: `${base}/Accounts/${sandbox.world.account.accountSid}/authenticate`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ products: ['flex'], resource }),
  });
  return JSON.parse(answer.text) as { location: string };
}

/** Logs in at the page of Flex with a response of the test's own making; gives the answer of the ACS. */
async function logIn(sandbox: TestSandbox, changes: Partial<ResponseContent> = {}) {
  const { account, directory } = sandbox.world;
  const { relayState, ...request } = await toIdentityProvider(sandbox.http, hostedFlex);
  const content: ResponseContent = {
    issuer: account.legacy.identityProviderData.issuer,
    privateKey: directory.signingKeys[0]?.privateKey ?? '',
    nameId: account.workers[0]?.nameId ?? '',
    signed: ['Assertion', 'Response'],
    claims: { email: ['x@harborline.example'], full_name: ['Somebody New'], roles: ['admin'] },
    ...request,
    ...changes,
  };
  return sandbox.http({
    method: 'POST',
    url: toEndpoint(sandbox.endpoints, request.acsUrl),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ SAMLResponse: samlResponse(content), RelayState: relayState }).toString(),
  });
}

test.each(['https://iam.twilio.com/v1', 'https://preview.twilio.com/iam'])('%s starts a legacy login', async base => {
  const sandbox = await testSandbox();
  const { location } = await authenticate(sandbox, base, hostedFlex);
  const { entityId, acsUrl } = await toIdentityProvider(sandbox.http, location);
  const { account } = sandbox.world;
  expect({ entityId, acsUrl }).toEqual({ entityId: account.legacy.entityId, acsUrl: account.legacy.acsUrl });
  expect(await authenticate(sandbox, base, 'https://elsewhere.example')).toMatchObject({ code: 70002, status: 400 });
  expect(await authenticate(sandbox, base, '')).toMatchObject({ status: 400 });
});

test('a legacy login leads to Flex, once, and rewrites the Worker', async () => {
  const sandbox = await testSandbox();
  const { headers } = await logIn(sandbox);
  const page = await sandbox.http({ url: headers.location ?? '' });
  expect(page.text).toContain('Flex loads');
  expect(page.text).toContain('Somebody New');
  expect(sandbox.world.account.workers[0]?.attributes).toMatchObject({ full_name: 'Somebody New' });
  expect((await sandbox.http({ url: headers.location ?? '' })).status).toBe(401);
});

test.each<[string, Partial<ResponseContent>, object]>([
  ['another issuer', { issuer: 'https://sts.windows.net/other/' }, { code: 70004, status: 401 }],
  ['another audience', { entityId: 'urn:flex:other' }, { code: 70004, status: 401 }],
  ['no signature', { signed: [] }, { code: 70251, status: 403 }],
  ['no roles', { claims: { email: ['x@harborline.example'], full_name: ['X'] } }, { code: 45050, status: 400 }],
])('a legacy response with %s is refused', async (_, changes, refusal) => {
  const sandbox = await testSandbox();
  expect(JSON.parse((await logIn(sandbox, changes)).text)).toMatchObject(refusal);
});
