import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import * as console from '../../src/flex/console.js';
import { createFlex } from '../../src/flex/index.js';
import { guidedInstruction, restoreInstruction } from '../../src/identity-providers/guided.js';
import type { Change, Instruction } from '../../src/migration/state.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { testSandbox } from './support.js';

type TestSandbox = Awaited<ReturnType<typeof testSandbox>>;

const step = { id: 'finish', title: 'Finish' } as const;

/** An operator who is handed one instruction after the other. */
function operatorOf(sandbox: TestSandbox, user?: string) {
  const operator = createOperator({ endpoints: sandbox.endpoints, ...(user && { user }) });
  const perform = (instruction: Instruction, change: Partial<Change> = {}) =>
    operator.perform(step, {
      action: 'manual',
      resource: 'flexConsole',
      key: 'key',
      title: 'title',
      before: null,
      after: null,
      instruction,
      ...change,
    });
  return { perform, visit: operator.visit };
}

function flexOf({ http, endpoints, world: { account } }: TestSandbox) {
  const credentials = { username: account.accountSid, password: account.authToken };
  return createFlex({ http, endpoints, accountSid: account.accountSid, credentials });
}

/** A page on this machine that a login returns to; answers what came back. */
async function callbackPage(status = 200): Promise<{ url: string; came: Promise<URLSearchParams> }> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const came = new Promise<URLSearchParams>(resolve =>
    server.once('request', (request, response) => {
      response.writeHead(status).end(status === 200 ? 'Thank you.' : 'This is another login.');
      resolve(new URL(request.url ?? '/', url).searchParams);
    }),
  );
  return { url, came };
}

const connectionOf = ({ world }: TestSandbox) => {
  const connection = world.account.connections[0];
  if (!connection) throw new Error('No connection.');
  return connection;
};

test('an instruction that is followed to the letter modifies the connection, and a login proves it', async () => {
  const sandbox = await testSandbox();
  const { account } = sandbox.world;
  const { perform, visit } = operatorOf(sandbox);
  await perform(console.startSetup('modify'));
  const { name, entityId, acsUrl } = connectionOf(sandbox);
  const byHand = { resource: 'identityProvider', key: 'okta' };
  const legacy = { entityId: account.legacy.entityId, acsUrl: account.legacy.acsUrl };
  await perform(guidedInstruction('okta', 'modify', { entityId, acsUrl }), { ...byHand, before: legacy });
  await perform(console.saveAndContinue());
  const { url, came } = await callbackPage();
  await perform(console.addTrustedUrl(['https://flex.example']));
  await perform(console.addTrustedUrl([url]));
  expect(connectionOf(sandbox).trustedUrls).toEqual(['https://flex.example', url]);

  const flex = flexOf(sandbox);
  const before = await flex.workers(account.workspaceSid);
  const pending = flex.begin(name, url);
  await visit(pending.url);
  const parameters = await came;
  expect(Object.fromEntries(parameters)).toMatchObject({ state: pending.state });
  const result = await flex.complete(pending, parameters.get('code') ?? '');
  const after = await flex.workers(account.workspaceSid);
  expect(after).toHaveLength(before.length);
  expect(result.workerSid).toBe(before[0]?.sid);
  expect(result.roles).toEqual(before[0]?.roles);
  expect(after[0]?.dateUpdated).not.toBe(before[0]?.dateUpdated);

  await perform(console.finish());
  expect(await flex.connections()).toMatchObject([{ name, active: true }]);

  // The legacy login now fails at the identity provider, which has other values.
  await expect(
    flex.probeLegacy('https://flex.twilio.com/lavender-4711').then(probe => {
      if (probe.reached !== 'identity-provider') throw new Error(probe.message);
      return probe.authnRequest.issuer;
    }),
  ).resolves.toBe(account.legacy.entityId);

  await perform(restoreInstruction('okta', legacy, 'hosted'), { ...byHand, before: { entityId, acsUrl } });
  await perform(console.switchToLegacy('modify'));
  expect(await flex.connections()).toMatchObject([{ name, active: false }]);
  // The legacy login leads to Flex again, at its very page.
  await perform(console.logInElsewhere('https://flex.twilio.com/lavender-4711'), { resource: 'login' });
});

test('a new application is made by hand, and Console is switched back and forth', async () => {
  const sandbox = await testSandbox();
  const { perform, visit } = operatorOf(sandbox);
  await perform(console.startSetup('new'));
  const { name, entityId, acsUrl } = connectionOf(sandbox);
  const applications = sandbox.world.directory.applications.length;
  await perform(guidedInstruction('google', 'new', { entityId, acsUrl }), {
    resource: 'identityProvider',
    key: 'google',
  });
  const { directory, account } = sandbox.world;
  expect(directory.applications).toHaveLength(applications + 1);
  const application = directory.applications.at(-1);
  const principal = directory.servicePrincipals.find(({ appId }) => appId === application?.appId);
  const key = directory.signingKeys.find(({ servicePrincipalId }) => servicePrincipalId === principal?.id);
  const { url, came } = await callbackPage();
  const data = { ...account.legacy.identityProviderData, certificate: key?.certificate ?? '' };
  const options = { friendlyName: 'Enhanced', trustedUrls: [url] };
  await perform(console.enterIdentityProviderData(data, options));
  const flex = flexOf(sandbox);
  const pending = flex.begin(name, url);
  await visit(pending.url);
  const result = await flex.complete(pending, (await came).get('code') ?? '');
  expect(result.workerSid).toBe(account.workers[0]?.sid);
  await perform(console.finish());
  await perform(console.switchToLegacy('new'));
  await perform(console.switchToEnhanced());
  expect(await flex.connections()).toMatchObject([{ name, active: true }]);
});

test('a login with the wrong certificate comes back as an error', async () => {
  const sandbox = await testSandbox();
  const { perform, visit } = operatorOf(sandbox);
  await perform(console.startSetup('new'));
  const { name, entityId, acsUrl } = connectionOf(sandbox);
  await perform(guidedInstruction('other', 'new', { entityId, acsUrl }), {
    resource: 'identityProvider',
    key: 'other',
  });
  const { url, came } = await callbackPage();
  // The new application signs with a certificate of its own.
  const { identityProviderData } = sandbox.world.account.legacy;
  await perform(console.enterIdentityProviderData(identityProviderData, { friendlyName: 'Wrong', trustedUrls: [url] }));
  const pending = flexOf(sandbox).begin(name, url);
  await visit(pending.url);
  expect(Object.fromEntries(await came)).toMatchObject({
    error: 'access_denied',
    error_description: expect.stringMatching(/thumbprint/),
    state: pending.state,
  });
});

/** A new connection, and the data that it needs. */
async function newConnection(sandbox: TestSandbox, perform: ReturnType<typeof operatorOf>['perform']) {
  await perform(console.startSetup('new'));
  const { name, entityId, acsUrl } = connectionOf(sandbox);
  const byHand = { resource: 'identityProvider', key: 'other' };
  await perform(guidedInstruction('other', 'new', { entityId, acsUrl }), byHand);
  return { name, data: sandbox.world.account.legacy.identityProviderData };
}

test('a login that the identity provider is elsewhere for ends at once, with the metadata that keeps it here', async () => {
  const sandbox = await testSandbox();
  const { perform, visit } = operatorOf(sandbox);
  const { name, data } = await newConnection(sandbox, perform);
  const ssoUrl = 'https://acme.okta.example/app/flex/sso/saml';
  const options = { friendlyName: 'Okta', trustedUrls: ['http://localhost:3000'] };
  await perform(console.enterIdentityProviderData({ ...data, ssoUrl }, options));
  const appId = sandbox.world.directory.applications.at(-1)?.appId;
  const elsewhere = {
    code: 'sandbox-login-elsewhere',
    message: expect.stringContaining(`to ${ssoUrl}, and the sandbox has no identity provider there`),
    hint: expect.stringMatching(new RegExp(`--metadata "https://login.microsoftonline.com/\\S+appid=${appId}"`)),
  };
  await expect(visit(flexOf(sandbox).begin(name, 'http://localhost:3000').url)).rejects.toMatchObject(elsewhere);
  const login = console.logInElsewhere('https://flex.twilio.com/lavender-4711');
  const { url } = flexOf(sandbox).begin(name, 'http://localhost:3000');
  await expect(perform({ ...login, page: url }, { resource: 'login' })).rejects.toMatchObject(elsewhere);
});

test('a login that does not come back, or is not taken, is not waited for', async () => {
  const sandbox = await testSandbox();
  const { perform, visit } = operatorOf(sandbox);
  const { name, data } = await newConnection(sandbox, perform);
  const { url, came } = await callbackPage(400);
  const certificate = sandbox.world.directory.signingKeys.at(-1)?.certificate ?? '';
  await perform(
    console.enterIdentityProviderData({ ...data, certificate }, { friendlyName: 'Enhanced', trustedUrls: [url] }),
  );
  await expect(visit(flexOf(sandbox).begin(name, url).url)).rejects.toMatchObject({
    message: expect.stringContaining('This is another login.'),
  });
  await came;
  const elsewhere = flexOf(sandbox).begin(name, 'https://flex.twilio.com/lavender-4711');
  await expect(visit(elsewhere.url)).rejects.toMatchObject({ message: expect.stringContaining('/flex/lavender-4711') });
});

test('a label that is not on the page is named, and so is a refusal of the identity provider', async () => {
  const sandbox = await testSandbox();
  const { perform } = operatorOf(sandbox, 'nobody@harborline.example');
  const finish = console.finish();
  const elsewhere = { ...finish, tasks: [...console.startSetup('new').tasks.slice(0, 1), ...finish.tasks] };
  await expect(perform(elsewhere)).rejects.toMatchObject({
    code: 'sandbox-lost',
    message: expect.stringContaining('no button or link "Finish"'),
  });
  // That a login fails is what there is to be seen of it.
  expect(await perform(console.logInElsewhere('https://flex.twilio.com/lavender-4711'), { resource: 'login' })).toEqual(
    {
      saw: expect.stringContaining('AADSTS50126'),
    },
  );
});
