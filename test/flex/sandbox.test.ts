import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { awaitCallback } from '../../src/flex/callback.js';
import { hostedLoginUrl } from '../../src/flex/configuration.js';
import { addTrustedUrl, saveAndContinue, startSetup } from '../../src/flex/console.js';
import { createFlex } from '../../src/flex/index.js';
import { callbackUrl } from '../../src/flex/login.js';
import { legacyServiceProviders, serviceProviderOf } from '../../src/flex/service-provider.js';
import { createHttp } from '../../src/http.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import type { Exchange } from '../../src/trace.js';
import { freePort } from './served.js';

const users = 1250;
const exchanges: Exchange[] = [];
let sandbox: Sandbox;
let dir: string;
let flex: ReturnType<typeof createFlex>;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'flex-sso-flex-'));
  sandbox = await startSandbox({ dir, users });
  flex = createFlex({ ...services(), accountSid: sandbox.world.account.accountSid, credentials: credentials() });
});
afterAll(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

const services = () => ({
  http: createHttp({ endpoints: sandbox.endpoints, trace: exchange => exchanges.push(exchange) }),
  endpoints: sandbox.endpoints,
});
const credentials = () => ({ username: sandbox.world.account.accountSid, password: sandbox.world.account.authToken });
const hosted = () => hostedLoginUrl('lavender-4711');

async function perform(instruction: ReturnType<typeof startSetup>): Promise<void> {
  const change = { action: 'manual', resource: 'flexConsole', key: 'x', title: '', before: null, after: null } as const;
  await createOperator(sandbox).perform({ id: 'start-setup', title: '' }, { ...change, instruction });
}

test('configuration, whatever the environment says of regions', async () => {
  const { accountSid, instanceSid, workspaceSid, uiVersion } = sandbox.world.account;
  vi.stubEnv('TWILIO_REGION', 'au1');
  vi.stubEnv('TWILIO_EDGE', 'sydney');
  try {
    expect(await flex.configuration()).toEqual({
      accountSid,
      flexInstanceSid: instanceSid,
      workspaceSid,
      runtimeDomain: 'lavender-4711',
      uiVersion,
    });
  } finally {
    vi.unstubAllEnvs();
  }
  expect(exchanges.at(-1)).toMatchObject({ system: 'flex-api', method: 'GET', path: '/v1/Configuration' });
});

test('an API key does as well as the auth token, a wrong one does not', async () => {
  const { accountSid, apiKey, apiSecret } = sandbox.world.account;
  const withKey = { username: apiKey, password: apiSecret };
  expect((await createFlex({ ...services(), accountSid, credentials: withKey }).configuration()).accountSid).toBe(
    accountSid,
  );
  const wrong = createFlex({ ...services(), accountSid, credentials: { ...withKey, password: 'wrong-secret' } });
  const refusal = { code: 'twilio-credentials', ending: 'permission', hint: expect.stringContaining('TWILIO_API_KEY') };
  await expect(wrong.configuration()).rejects.toMatchObject(refusal);
  await expect(wrong.configuration()).rejects.not.toThrow('wrong-secret');
});

test('all Workers, page after page', async () => {
  const { workers: held, workspaceSid } = sandbox.world.account;
  expect(held.length).toBeGreaterThan(1000);
  const workers = await flex.workers(workspaceSid);
  expect(workers.map(worker => worker.sid)).toEqual(held.map(worker => worker.sid));
  expect(workers.map(worker => worker.friendlyName)).toEqual(held.map(worker => worker.friendlyName));
  expect(workers[0]).toMatchObject({
    roles: held[0]?.attributes.roles,
    attributesDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const pages = exchanges.filter(exchange => exchange.path.includes('/Workers'));
  expect(pages.map(page => new URL(page.path, 'http://x').searchParams.get('PageSize'))).toEqual(['1000', '1000']);
});

test('the legacy login shows its identity provider', async () => {
  const { accountSid, legacy } = sandbox.world.account;
  const [expected] = legacyServiceProviders(accountSid);
  const probe = await flex.probeLegacy(hosted());
  expect(probe).toMatchObject({
    reached: 'identity-provider',
    ssoUrl: legacy.identityProviderData.ssoUrl,
    authnRequest: { issuer: expected?.entityId, acsUrl: expected?.acsUrl, binding: 'HTTP-Redirect' },
  });
  const untrusted = await flex.probeLegacy('https://untrusted.example');
  expect(untrusted).toMatchObject({ reached: 'error', status: 400, code: 70002 });
});

test('an enhanced connection, from Start setup to a login that comes back', async () => {
  expect(await flex.connections()).toEqual([]);
  await perform(startSetup('modify'));
  const [connection] = await flex.connections();
  const { accountSid, legacy } = sandbox.world.account;
  const name = connection?.name ?? '';
  expect(connection).toEqual({
    name,
    accountSid,
    clientId: sandbox.world.account.connections[0]?.clientId,
    active: false,
  });

  const unfinished = await flex.probe(name, hosted());
  expect(unfinished).toMatchObject({ reached: 'error', status: 400, code: 45009 });
  await perform(saveAndContinue());
  const port = await freePort();
  const redirectUrl = callbackUrl({ callbackPort: String(port) });
  expect(await flex.probe(name, redirectUrl)).toMatchObject({ reached: 'error', status: 400 });
  await perform(addTrustedUrl([redirectUrl]));
  const probe = await flex.probe(name, redirectUrl);
  expect(probe).toMatchObject({
    reached: 'identity-provider',
    ssoUrl: legacy.identityProviderData.ssoUrl,
    authnRequest: { issuer: serviceProviderOf(name).entityId, acsUrl: serviceProviderOf(name).acsUrl },
  });

  // The IdP administrator's part, done at once.
  const [application] = sandbox.world.directory.applications.filter(held =>
    held.identifierUris.includes(legacy.entityId),
  );
  application?.identifierUris.splice(0, 1, serviceProviderOf(name).entityId);
  application?.web.redirectUris.push(serviceProviderOf(name).acsUrl);

  const pending = flex.begin(name, redirectUrl);
  const { code } = await awaitCallback({
    port,
    pending,
    signal: new AbortController().signal,
    listening: () => createOperator(sandbox).visit(pending.url),
  });
  const before = sandbox.world.account.workers.length;
  const login = await flex.complete(pending, code);
  const worker = sandbox.world.account.workers.find(held => held.sid === login.workerSid);
  expect(login).toMatchObject({ accountSid, identity: worker?.friendlyName, nameId: worker?.nameId });
  expect(sandbox.world.account.workers).toHaveLength(before);
  const again = flex.complete(pending, code);
  await expect(again).rejects.toMatchObject({ code: 'login-refused', ending: 'verification' });
  await expect(again).rejects.not.toThrow(code);
});
