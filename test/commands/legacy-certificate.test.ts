import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Migration } from '../../src/migration/state.js';
import type { SigningKey } from '../../src/sandbox/entra/directory.js';
import { certificatePem, createSigningKey } from '../../src/sandbox/entra/self-signed-certificate.js';
import { logins } from '../support/logins.js';
import { administer, finishedMigrations, type LegacyApplication, runIn } from './finished.js';
import { shownWorld, stateDirectory } from './sandbox.js';

const finished = finishedMigrations({ new: ['--setup-type', 'new'], modify: ['--setup-type', 'modify'] });
const setupTypes = ['new', 'modify'] as const;
type SetupType = (typeof setupTypes)[number];

let another: SigningKey;
beforeAll(async () => {
  another = await createSigningKey({ servicePrincipalId: '', commonName: 'Of the administrator' });
});

type Made = (at: LegacyApplication) => void;
const keysOf = ({ directory, principal }: LegacyApplication) =>
  directory.signingKeys.filter(({ servicePrincipalId }) => servicePrincipalId === principal.id);

const add: Made = ({ directory, principal }) =>
  void directory.signingKeys.push({ ...another, servicePrincipalId: principal.id });
const activate =
  (thumbprint: (at: LegacyApplication) => string | null): Made =>
  at => {
    at.principal.preferredTokenSigningKeyThumbprint = thumbprint(at);
  };
const activateAnother = activate(() => another.thumbprint);
const expire: Made = at => {
  for (const key of keysOf(at)) key.endDateTime = '2025-01-01T00:00:00Z';
};
const remove: Made = at => {
  const gone = keysOf(at);
  at.directory.signingKeys = at.directory.signingKeys.filter(key => !gone.includes(key));
};
const both =
  (...made: readonly Made[]): Made =>
  at => {
    for (const one of made) one(at);
  };

/** What makes Entra sign with another certificate than Flex holds for the legacy connection. */
const changes: Readonly<Record<string, Made>> = {
  'another one is active': both(add, activateAnother),
  'it is deleted, and another one is active': both(remove, add, activateAnother),
  'it is deleted, and the only one is not active': both(remove, add),
  'none is active': both(
    add,
    activate(() => null),
  ),
  'what is active is not there': both(
    add,
    activate(() => 'AB'.repeat(20)),
  ),
  'the active one has expired': both(expire, add),
};

/** With a modified application, the same certificate is entered for the enhanced connection, so that agents can log in. */
async function change(state: string, setupType: SetupType, made: Made): Promise<void> {
  await administer(state, at => {
    made(at);
    const data = at.account.connections.at(-1)?.identityProviderData;
    if (setupType === 'modify' && data) data.certificate = certificatePem(another);
  });
  expect(await logins(state)).toMatchObject({ legacy: expect.not.stringMatching(/^in$/), flex: 'in' });
}

const records = (state: string) => path.join(state, 'sandbox', 'migrations');

/** A record from before the certificate was recorded. */
async function forgetCertificate(state: string): Promise<void> {
  const [name = ''] = (await readdir(records(state))).filter(file => /^AC\w+\.json$/.test(file));
  const file = path.join(records(state), name);
  const migration: Migration = JSON.parse(await readFile(file, 'utf8'));
  const { legacyCertificate: _, listedCertificates: __, listedCertificatesAt: ___, ...facts } = migration.facts;
  await writeFile(file, JSON.stringify({ ...migration, facts }));
}

/** `revert` does not begin with nobody there, and says why; agents log in as before. */
async function expectRefused(state: string): Promise<void> {
  // Nothing shows who hosts Flex UI, if the record is lost.
  const { code, json } = await runIn(state, 'revert', ['--hosting', 'hosted']);
  const message = expect.stringMatching(new RegExp(`with another certificate than before.*${another.thumbprint}`));
  const hint = expect.stringMatching(
    /make .*active.*At a terminal, flex-sso asks whether to go on\. `--accept certificate-\S+` goes on without asking\.$/is,
  );
  expect(json.error).toEqual({ code: 'not-certain', message, hint });
  expect(json.error.hint).not.toMatch(/of the legacy connection: Enter/);
  expect(code).toBe(5);
  expect((await shownWorld(state)).connections).toMatchObject([{ active: true }]);
  expect(await logins(state)).toMatchObject({ enhanced: 'in', flex: 'in' });
}

const slow = 120_000;

describe.each(setupTypes)('the certificate of the legacy application changed after the migration (%s)', setupType => {
  test.each(Object.entries(changes))('%s', { timeout: slow }, async (_, made) => {
    const state = await finished(setupType);
    await change(state, setupType, made);
    await expectRefused(state);
  });

  test.each([
    ['its certificate is not recorded', forgetCertificate],
    ['the record is lost', (state: string) => rm(records(state), { recursive: true })],
  ])('and %s', { timeout: slow }, async (_, forget) => {
    const state = await finished(setupType);
    await change(state, setupType, both(add, activateAnother));
    await forget(state);
    await expectRefused(state);
  });

  test('validate warns of it, migrate changes nothing, and the advice opens the way back', {
    timeout: slow,
  }, async () => {
    const state = await finished(setupType);
    await change(state, setupType, both(add, activateAnother));
    const { code, json } = await runIn(state, 'validate');
    expect(json.findings).toContainEqual(
      expect.objectContaining({ connection: 'legacy', code: 'certificate-rolled', severity: 'warning' }),
    );
    expect(code).toBe(0);
    expect(await runIn(state, 'migrate')).toMatchObject({ code: 0, json: { status: 'finished', changed: 0 } });
    await administer(state, at => {
      const [former] = keysOf(at);
      if (!former) throw new Error('It is gone.');
      activate(() => former.thumbprint)(at);
      const data = at.account.connections.at(-1)?.identityProviderData;
      if (setupType === 'modify' && data) data.certificate = certificatePem(former);
    });
    expect(await runIn(state, 'revert')).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(await logins(state)).toMatchObject({ legacy: 'in', flex: 'in' });
  });

  test('another one that is not active does not matter', { timeout: slow }, async () => {
    const state = await finished(setupType);
    await administer(state, add);
    expect(await runIn(state, 'revert')).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(await logins(state)).toMatchObject({ legacy: 'in', flex: 'in' });
  });
});

test('a certificate that Entra and Flex got before the first run is the former one', { timeout: slow }, async () => {
  const state = await stateDirectory({});
  await administer(state, at => {
    both(add, activateAnother)(at);
    at.account.legacy.identityProviderData.certificate = certificatePem(another);
  });
  expect(await runIn(state, 'migrate', ['--setup-type', 'new'])).toMatchObject({ code: 0 });
  expect(await runIn(state, 'revert')).toMatchObject({ code: 0, json: { status: 'reverted' } });
  expect(await logins(state)).toMatchObject({ legacy: 'in', flex: 'in' });
});
