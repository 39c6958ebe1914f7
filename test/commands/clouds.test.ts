import path from 'node:path';
import { expect, test } from 'vitest';
import { clouds } from '../../src/endpoints.js';
import { createHttp } from '../../src/http.js';
import { openBrowser } from '../../src/sandbox/browser.js';
import { hasContract, violations } from '../sandbox/entra/contract.js';
import { type Ended, readTrace, run } from '../support/cli.js';
import { doByHand, goOnByHand, readWorld, type ServedSandbox, servedSandbox, stateDirectory } from './sandbox.js';

const national = ['us-government', 'us-dod', 'china'] as const;

test.each(national)('%s: what Graph lacks there is done by hand, and the migration ends verified', async cloud => {
  const state = await stateDirectory();
  const trace = path.join(state, 'trace.jsonl');
  const place = ['--sandbox', '--yes', '--json', '--state', state, '--trace', trace];
  const ended = await run(['migrate', '--cloud', cloud, '--setup-type', 'new', '--certificate-years', '2', ...place]);
  expect(ended).toMatchObject({ code: 0, stderr: '', json: { status: 'finished', verified: true } });

  const { directory, account } = readWorld(state);
  const { host } = new URL(clouds[cloud].login);
  const data = account.connections[0]?.identityProviderData;
  expect(new URL(data?.ssoUrl ?? '').host).toBe(host);
  const [key] = directory.signingKeys.filter(({ displayName }) => displayName.startsWith('CN=Microsoft Azure'));
  expect(Number(key?.endDateTime.slice(0, 4))).toBe(new Date().getUTCFullYear() + 2);

  const exchanges = await readTrace(trace);
  expect(exchanges.filter(({ system }) => system === 'other')).toEqual([]);
  expect(exchanges.filter(({ path: at }) => at.includes('addTokenSigningCertificate'))).toEqual([]);
  if (hasContract) expect(await violations(exchanges)).toEqual([]);

  expect(await run(['revert', ...place])).toMatchObject({ code: 0, json: { status: 'reverted' } });
  const again = await run(['migrate', ...place]);
  expect(again).toMatchObject({ code: 0, json: { status: 'finished', verified: true } });
  expect(readWorld(state).directory.signingKeys).toEqual(directory.signingKeys);
});

test('us-dod: an existing application is modified, and restored', async () => {
  const place = ['--sandbox', '--yes', '--json', '--state', await stateDirectory()];
  const ended = await run(['migrate', '--cloud', 'us-dod', '--setup-type', 'modify', ...place]);
  expect(ended).toMatchObject({ code: 0, stderr: '', json: { status: 'finished', verified: true } });
  expect(await run(['revert', ...place])).toMatchObject({ code: 0, json: { status: 'reverted' } });
});

test('with nobody there, it waits for the certificate, refuses a false claim, and goes on where it was added', async () => {
  const sandbox = await servedSandbox({ cloud: 'china' });
  let at = await goOnByHand(sandbox, await sandbox.run(['migrate', '--setup-type', 'new']), 'update-identity-provider');
  expect(at.json.waitingFor.title).toContain('Compare the claims');

  // Who says that the claims were compared has not said that the certificate is there: it was not shown yet.
  at = await resume(sandbox);
  expect(at).toMatchObject({ code: 10, json: { waitingFor: { step: 'update-identity-provider' } } });
  const { instruction } = at.json.waitingFor;
  expect(instruction).toMatchObject({ who: 'identity-provider-administrator' });
  expect(instruction.page).toContain(sandbox.endpoints.entra);
  const labels = instruction.tasks.flatMap(({ label }: { label?: string }) => label ?? []);
  expect(labels.slice(1)).toEqual([
    ...['Single sign-on', 'Edit', 'New Certificate', 'Expiration Date', 'Save'],
    ...['Make certificate active', 'Yes'],
  ]);

  expect(await resume(sandbox)).toMatchObject({ code: 5, json: { error: { code: 'certificate-not-seen' } } });
  // What was not done waits again.
  expect(await sandbox.run(['resume'])).toMatchObject({ code: 10, json: { waitingFor: { instruction } } });
  await doByHand(sandbox, at);
  at = await goOnByHand(sandbox, await resume(sandbox));
  expect(at).toMatchObject({ code: 0, json: { status: 'finished', verified: true } });
});

test('a certificate that somebody added and did not make active is made active', async () => {
  const sandbox = await servedSandbox({ faults: ['no-certificate-action'] });
  const begun = await sandbox.run(['migrate', '--setup-type', 'new']);
  const at = await goOnByHand(sandbox, begun, 'update-identity-provider');
  const { endpoints } = sandbox;
  const browser = openBrowser(createHttp({ endpoints }));
  await browser.open(`${endpoints.entra}/`);
  for (const { do: what, label } of at.json.waitingFor.instruction.tasks)
    if (what === 'click' && !/active|Yes/.test(label)) await browser.click(label);
  const gone = await resume(sandbox);
  expect(gone).toMatchObject({ code: 10, json: { waitingFor: { step: 'enter-identity-provider-data' } } });
  const { directory } = readWorld(sandbox.state);
  const key = directory.signingKeys.at(-1);
  const made = directory.servicePrincipals.find(({ id }) => id === key?.servicePrincipalId);
  expect(made?.preferredTokenSigningKeyThumbprint).toBe(key?.thumbprint);
});

test('a cloud that there is not, or that is another one than the sandbox’s, is a usage error', async () => {
  const state = await stateDirectory({});
  const migrate = (cloud: string) =>
    run(['migrate', '--sandbox', '--cloud', cloud, '--setup-type', 'new', '--yes', '--json', '--state', state]);
  expect(await migrate('chian')).toMatchObject({
    code: 2,
    json: { error: { code: 'cloud-unknown', hint: 'Use one of: global, us-government, us-dod, china.' } },
  });
  expect(await migrate('china')).toMatchObject({ code: 2, json: { error: { code: 'sandbox-cloud' } } });
});

const resume = (sandbox: ServedSandbox): Promise<Ended> =>
  sandbox.run(['resume', '--done', 'update-identity-provider']);
