import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generate } from 'selfsigned';
import { expect, test } from 'vitest';
import { inPairs, run } from '../support/cli.js';
import { entraOf } from './census.js';
import { beforeMetadata, here, newestMetadata } from './metadata.js';
import { shownWorld, stateDirectory } from './sandbox.js';

const { cert: realCertificate } = await generate([{ name: 'commonName', value: 'acme' }], { algorithm: 'sha256' });

const identityProviders = ['okta', 'google', 'salesforce', 'auth0', 'other'];

test('done by hand, the existing application is modified, and reverted', () =>
  inPairs(identityProviders, async identityProvider => {
    const state = await stateDirectory({});
    const before = await shownWorld(state);
    const finished = await run(['migrate', '--setup-type', 'modify', '--idp', identityProvider, ...here(state)]);
    expect(finished).toMatchObject({
      code: 0,
      stderr: '',
      json: { status: 'finished', verified: true, identityProvider },
    });
    const { connections, applications, workers } = await shownWorld(state);
    expect(connections).toMatchObject([{ active: true, setupType: 'modify' }]);
    expect(JSON.stringify(applications)).toContain(`"identifierUris":["${connections[0].entityId}"]`);
    expect(applications).toHaveLength(before.applications.length);
    expect(workers).toHaveLength(before.workers.length);

    const reverted = await run(['revert', ...here(state)]);
    expect(reverted).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(entraOf(await shownWorld(state))).toEqual(entraOf(before));
  }));

test('done by hand, a new application is made, its metadata is handed back, and both ways stay open', () =>
  inPairs(identityProviders, async identityProvider => {
    const { state, metadata } = await beforeMetadata(identityProvider);
    const before = await shownWorld(state);
    const { url, xml } = await newestMetadata(state, identityProvider);
    if (identityProvider !== 'okta') await writeFile(metadata, xml);
    const handedBack = identityProvider === 'okta' ? ['--metadata', url] : ['--metadata', metadata];
    const finished = await run(['resume', ...handedBack, ...here(state)]);
    expect(finished).toMatchObject({
      code: 0,
      stderr: '',
      json: { status: 'finished', verified: true, identityProvider },
    });
    expect(finished.json.evidence).toMatchObject({ source: 'flex', sameWorker: true });
    const migrated = await shownWorld(state);
    expect(migrated.connections).toMatchObject([{ active: true, setupType: 'new' }]);
    expect(entraOf(migrated)).toEqual(entraOf(before));
    if (identityProvider !== 'okta') return;

    expect(await run(['revert', ...here(state)])).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect((await shownWorld(state)).connections).toMatchObject([{ active: false }]);
    expect(await run(['migrate', ...here(state)])).toMatchObject({
      code: 0,
      json: { status: 'finished', verified: true },
    });
    expect(await shownWorld(state)).toMatchObject({
      connections: [{ active: true }],
      applications: migrated.applications,
    });
  }));

test('an identity provider outside the sandbox is named before anyone waits, and the advice leads to the end', async () => {
  const state = await stateDirectory({});
  const certificate = path.join(state, 'idp.pem');
  await writeFile(certificate, realCertificate);
  const ssoUrl = 'https://acme.okta.example/app/flex/sso/saml';
  const typed = ['--issuer', 'http://www.okta.com/exk1', '--sso-url', ssoUrl, '--certificate', certificate];
  const begin = ['migrate', '--setup-type', 'new', '--idp', 'okta', ...typed];
  const stopped = await run([...begin, ...here(state)]);
  expect(stopped).toMatchObject({ code: 5, stderr: '', json: { error: { code: 'sandbox-login-elsewhere' } } });
  expect(stopped.json.error.message).toContain(`to ${ssoUrl}, and the sandbox has no identity provider there`);

  const observed = await run(['resume', '--login', 'observe', ...here(state)]);
  expect(observed).toMatchObject({ code: 5, json: { error: stopped.json.error } });

  const [, metadata = ''] = /resume --metadata "([^"]+)"/.exec(stopped.json.error.hint) ?? [];
  const resumed = await run(['resume', '--login', 'browser', '--metadata', metadata, ...here(state)]);
  expect(resumed).toMatchObject({ code: 0, json: { status: 'finished', verified: true } });
});
