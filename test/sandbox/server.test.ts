import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import { lockWorld } from '../../src/sandbox/world-lock.js';
import { openPage, temporaryFolder, testSandbox } from './support.js';

/** The status that a request with this Host header gets; fetch would not send one. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, answer => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end();
  });
}

test('nobody is served under a name that is not this machine’s', async () => {
  const { endpoints } = await testSandbox();
  const url = new URL('/', endpoints.console).href;
  const { port } = new URL(url);
  expect(await statusFor(url, `localhost:${port}`)).toBe(200);
  expect(await statusFor(url, `[::1]:${port}`)).toBe(200);
  for (const host of ['evil.example', `127.0.0.1.evil.example:${port}`, 'evil.example@127.0.0.1'])
    expect(await statusFor(url, host)).toBeGreaterThanOrEqual(400);
});

test('a form is taken from a page of the sandbox, and from what is not a browser', async () => {
  const { endpoints, world } = await testSandbox();
  const { port } = new URL(endpoints.login ?? '');
  const send = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { clientId, clientSecret } = world.directory.registration;
      const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' };
      request(`${endpoints.login}/${world.directory.tenantId}/oauth2/v2.0/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      })
        .on('response', answer => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end(String(new URLSearchParams({ ...form, scope: 'https://graph.microsoft.com/.default' })));
    });
  for (const headers of [{}, { origin: `http://127.0.0.1:${port}` }, { origin: `http://localhost:${port}` }])
    expect(await send(headers)).toBe(200);
  expect(await send({ 'sec-fetch-site': 'same-origin' })).toBe(200);
  for (const origin of ['https://evil.example', `https://127.0.0.1:${port}`, 'http://127.0.0.1:1', 'null', ''])
    expect(await send({ origin })).toBe(403);
  for (const site of ['cross-site', 'same-site']) expect(await send({ 'sec-fetch-site': site })).toBe(403);
});

test.skipIf(process.platform === 'win32')('its folder is for its owner only, and follows no link', async () => {
  const dir = await temporaryFolder();
  const state = path.join(dir, 'state', 'sandbox');
  await mkdir(state, { recursive: true, mode: 0o777 });
  await chmod(state, 0o777);
  await writeFile(path.join(dir, 'mine'), 'untouched');
  await symlink(path.join(dir, 'mine'), path.join(state, 'world.owner'));
  expect(() => lockWorld(state)).toThrow('it is a symbolic link');
  expect((await stat(state)).mode & 0o777).toBe(0o700);
  expect(await readFile(path.join(dir, 'mine'), 'utf8')).toBe('untouched');
  const fresh = path.join(dir, 'new', 'sandbox');
  lockWorld(fresh).release();
  for (const made of [fresh, path.dirname(fresh)]) expect((await stat(made)).mode & 0o777).toBe(0o700);
});

test('a port in use is said', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => taken.once('listening', resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  await expect(startSandbox({ dir: await temporaryFolder(), port, users: 3 })).rejects.toMatchObject({
    code: 'sandbox-port',
    message: `The sandbox cannot be served on port ${port}: something else uses it.`,
  });
});

test('the front page leads to Console and says as whom to log in', async () => {
  const sandbox = await testSandbox();
  const browser = await openPage(sandbox, new URL('/', sandbox.endpoints.console).href);
  expect(browser.textOf('email')).toBe(sandbox.world.directory.users[0]?.userPrincipalName);
  await browser.click('Flex Console: Single sign-on (SSO)');
  expect(browser.title).toBe('Single sign-on (SSO)');
});

test('systems answer what they do not know in Twilio’s form', async () => {
  const { http, credentials } = await testSandbox();
  const basic = `${credentials.TWILIO_ACCOUNT_SID}:${credentials.TWILIO_AUTH_TOKEN}`;
  const answer = await http({
    url: 'https://taskrouter.twilio.com/v1/Elsewhere',
    headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
  });
  expect(JSON.parse(answer.text)).toMatchObject({ code: 20404, status: 404 });
});
