import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
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
