import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { legacyServiceProviders, serviceProviderOf } from '../../src/flex/service-provider.js';
import {
  guidedIdentityProviderData,
  guidedInstruction,
  restoreInstruction,
} from '../../src/identity-providers/guided.js';
import { type IdentityProvider, identityProviderBehind, labels } from '../../src/identity-providers/labels.js';
import type { ServiceProvider } from '../../src/migration/facts.js';
import type { Instruction } from '../../src/migration/state.js';
import { toPem } from '../../src/saml/certificate.js';
import { readMetadata } from '../../src/saml/metadata.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { startSandbox } from '../../src/sandbox/server.js';

const serviceProvider = serviceProviderOf(`JQ${'0'.repeat(32)}`);
const entered = ({ tasks }: Instruction) =>
  tasks.flatMap(task => (task.do === 'enter' ? [[task.label, task.value]] : []));
const words = ({ tasks }: Instruction) => tasks.flatMap(task => (task.do === 'read' ? [task.text] : [])).join('\n');

describe('guidedInstruction', () => {
  test.each([
    ['google', 'Entity ID', 'ACS URL'],
    ['okta', 'Audience URI (SP Entity ID)', 'Single sign on URL'],
    ['salesforce', 'Entity ID', 'ACS URL'],
    ['entra', 'Identifier (Entity ID)', 'Reply URL (Assertion Consumer Service URL)'],
    ['auth0', 'audience setting', 'Application Callback URL'],
    ['other', 'Entity ID', 'ACS URL'],
  ] as const)("%s: the two values under the guide's labels", (idp, entityIdLabel, acsUrlLabel) => {
    for (const setupType of ['new', 'modify'] as const) {
      const instruction = guidedInstruction(idp, setupType, serviceProvider);
      expect(instruction.who).toBe('identity-provider-administrator');
      expect(instruction.summary).toContain(labels[idp].name);
      expect(words(instruction)).toContain(labels[idp].instructions);
      expect(entered(instruction)).toEqual([
        [entityIdLabel, serviceProvider.entityId],
        [acsUrlLabel, serviceProvider.acsUrl],
      ]);
    }
  });

  test('a new application needs claims, signing, roles and people; an existing one the two values alone', () => {
    for (const idp of Object.keys(labels) as IdentityProvider[]) {
      const forNew = words(guidedInstruction(idp, 'new', serviceProvider));
      for (const setting of [...labels[idp].settings, 'without a namespace', 'NameID', 'Assign everybody'])
        expect(forNew).toContain(setting);
      const forModify = words(guidedInstruction(idp, 'modify', serviceProvider));
      expect(forModify).toMatch(/^In the existing application/);
      expect(forModify).not.toContain('Assign everybody');
    }
  });

  test('the way back enters the legacy values', () => {
    const [legacy = serviceProvider] = legacyServiceProviders(`AC${'1'.repeat(32)}`);
    expect(entered(restoreInstruction('okta', legacy, 'hosted')).map(([, value]) => value)).toEqual([
      legacy.entityId,
      legacy.acsUrl,
    ]);
  });
});

test('followed to the letter, the instructions change the right application, and change it back', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'flex-sso-guided-'));
  const sandbox = await startSandbox({ dir, users: 3 });
  try {
    const { legacy } = sandbox.world.account;
    const entityIds = () => sandbox.world.directory.applications.flatMap(held => held.identifierUris).sort();
    const perform = (instruction: Instruction, before: ServiceProvider | null) => {
      const change = {
        action: 'manual',
        resource: 'identityProvider',
        key: 'okta',
        title: '',
        before: before && { ...before },
        after: null,
      } as const;
      return createOperator(sandbox).perform({ id: 'update-identity-provider', title: '' }, { ...change, instruction });
    };
    await perform(guidedInstruction('okta', 'modify', serviceProvider), legacy);
    expect(entityIds()).toEqual([serviceProvider.entityId]);
    await perform(restoreInstruction('okta', legacy, 'hosted'), serviceProvider);
    expect(entityIds()).toEqual([legacy.entityId]);
    await perform(guidedInstruction('okta', 'new', serviceProvider), null);
    expect(entityIds()).toEqual([legacy.entityId, serviceProvider.entityId]);
  } finally {
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  }
});

test.each([
  ['https://login.microsoftonline.com/3f0c0f5e-9f0a-4b7e-8c51-6f1b5a3d2e10/saml2', 'entra'],
  ['https://login.microsoftonline.us/x/saml2', 'entra'],
  ['https://contoso.okta.com/app/x/sso/saml', 'okta'],
  ['https://contoso.oktapreview.com/app/x/sso/saml', 'okta'],
  ['https://accounts.google.com/o/saml2/idp?idpid=C01', 'google'],
  ['https://contoso.my.salesforce.com/idp/endpoint/HttpRedirect', 'salesforce'],
  ['https://contoso.us.auth0.com/samlp/x', 'auth0'],
  ['https://sso.contoso.example/saml', undefined],
  ['https://login.microsoftonline.com.evil.example/saml2', undefined],
  ['https://notokta.com/', undefined],
  ['no URL', undefined],
])('%s is %s', (ssoUrl, expected) => {
  expect(identityProviderBehind(ssoUrl)).toBe(expected);
});

describe('guidedIdentityProviderData', () => {
  const readDocument = (name: string) => readFile(new URL(`../fixtures/metadata/${name}`, import.meta.url), 'utf8');

  test('from metadata', async () => {
    const data = await guidedIdentityProviderData({ metadata: 'okta.xml' }, readDocument);
    expect(data).toMatchObject({ issuer: 'http://www.okta.com/exk1abcdEFGHijkl0h7' });
  });

  test('from metadata with several certificates, one of which is named', async () => {
    const held = readMetadata(await readDocument('entra.xml')).certificates.map(({ pem }) => pem);
    for (const pem of held) {
      const read = async (name: string) => (name === 'active.pem' ? pem : readDocument(name));
      const answers = { metadata: 'entra.xml', certificate: 'active.pem' };
      expect((await guidedIdentityProviderData(answers, read)).certificate).toBe(pem);
    }
    await expect(guidedIdentityProviderData({ metadata: 'entra.xml' }, readDocument)).rejects.toMatchObject({
      code: 'metadata-certificate-unclear',
      hint: expect.stringContaining('--certificate'),
    });
  });

  test('from three values', async () => {
    const base64 = readMetadata(await readDocument('auth0.xml')).certificates[0]?.pem.replace(/-.*-|\s/g, '') ?? '';
    const answers = { metadata: '', issuer: 'urn:i', ssoUrl: 'https://idp.example/sso', certificate: 'idp.cer' };
    expect(await guidedIdentityProviderData(answers, async () => base64)).toEqual({
      issuer: 'urn:i',
      ssoUrl: 'https://idp.example/sso',
      certificate: toPem(base64),
    });
  });

  test('names every flag that is missing', async () => {
    await expect(guidedIdentityProviderData({ issuer: 'urn:i' }, readDocument)).rejects.toMatchObject({
      code: 'identity-provider-data-missing',
      ending: 'usage',
      message: expect.stringMatching(/--sso-url, --certificate.*--metadata/),
    });
  });
});
