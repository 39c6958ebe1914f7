import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import { openWorld } from '../../src/sandbox/world.js';
import { goOnByHand, servedSandbox } from '../commands/sandbox.js';
import { type Ended, inPairs, run } from '../support/cli.js';

/** Migrations that are finished or reverted, by what they were started with. */
const journeys = {
  new: ['--setup-type', 'new'],
  modified: ['--setup-type', 'modify'],
  unproven: ['--setup-type', 'modify', '--login', 'skip'],
  replaced: ['--setup-type', 'modify', '--overlap', 'no'],
  'new-reverted': ['--setup-type', 'new'],
  'modified-reverted': ['--setup-type', 'modify'],
  'self-hosted': ['--setup-type', 'new', '--hosting', 'self-hosted', '--redirect-url', 'https://flex.contoso.example'],
} as const;
type Journey = keyof typeof journeys;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'flex-sso-legacy-'));
  await inPairs(Object.entries(journeys), async ([name, flags]) => {
    const dir = path.join(root, name);
    const isSelfHosted = name === 'self-hosted';
    await openWorld(path.join(dir, 'sandbox'), { users: 8, hosting: isSelfHosted ? name : 'hosted' });
    const here = ['--sandbox', '--yes', '--json', '--state', dir];
    const done = isSelfHosted ? ['--done', 'configure-self-hosted'] : [];
    const migrated = await run(['migrate', ...flags, ...here, ...done]);
    const ended = name.endsWith('reverted') ? await run(['revert', ...here]) : migrated;
    if (ended.code !== 0) throw new Error(name + ended.stdout + ended.stderr);
  });
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

/** One `validate`, with nobody logging in, on a copy of a world that is broken; the migrations may be kept elsewhere. */
async function validate(
  from: { world: string; migrations: string },
  breaks: readonly string[] = [],
  flags: readonly string[] = ['--json'],
): Promise<Ended> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'flex-sso-legacy-run-'));
  // Whoever serves the original holds that one.
  const filter = (file: string) => path.basename(file) !== 'world.owner';
  await cp(from.world, path.join(dir, 'sandbox'), { recursive: true, filter });
  await cp(from.migrations, path.join(dir, 'migrations'), { recursive: true });
  const sandbox = await startSandbox({ dir: path.join(dir, 'sandbox'), breaks });
  onTestFinished(async () => {
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });
  const endpoints = path.join(dir, 'endpoints.json');
  await writeFile(endpoints, JSON.stringify(sandbox.endpoints));
  return run(['validate', '--state', dir, '--endpoints', endpoints, ...flags], sandbox.credentials);
}

const validateAfter = (journey: Journey, breaks: readonly string[] = [], flags?: readonly string[]) => {
  const world = path.join(root, journey, 'sandbox');
  return validate({ world, migrations: path.join(world, 'migrations') }, breaks, flags);
};

const legacyCheck = ({ json }: Ended) =>
  json.checks['validate-connection'].find(({ name }: { name: string }) => name === 'legacy-login');
const different = ({ json }: Ended, connection = 'legacy') =>
  json.probes[connection].compared.flatMap(({ item, result }: { item: string; result: string }) =>
    result === 'different' ? [item] : [],
  );

describe('nothing is found where nothing is wrong', () => {
  test.each(Object.keys(journeys) as Journey[])('%s', async journey => {
    const it = await validateAfter(journey);
    expect(it.json.findings).toEqual([]);
    expect(it.code).toBe(0);
    expect(legacyCheck(it).result).toBe('passed');
    expect(different(it)).toEqual([]);
    const isBack = journey.endsWith('reverted');
    expect(Object.keys(it.json.probes)).toEqual(isBack ? ['legacy'] : ['enhanced', 'legacy']);
    if (!isBack) expect(different(it, 'enhanced')).toEqual([]);
  });

  test.each(['modified', 'replaced'] as const)(
    '%s: the values are gone on purpose, and revert brings them',
    async at => {
      const it = await validateAfter(at);
      expect(legacyCheck(it).message).toMatch(/on purpose.*flex-sso revert/);
      const { compared } = it.json.probes.legacy;
      expect(compared.find(({ item }: { item: string }) => item.startsWith('Identifier')).result).toBe('not-compared');
      expect(compared.at(-1)).toMatchObject({ seen: expect.stringContaining('AADSTS700016'), result: 'not-compared' });
    },
  );

  test('every request is recorded, and no query of it', async () => {
    const { json } = await validateAfter('new');
    const { enhanced, legacy } = json.probes;
    expect(enhanced.hops.map(({ url }: { url: string }) => new URL(url).host)).toEqual([
      'services.twilio.com',
      'login.flex.us1.twilio.com',
      'login.microsoftonline.com',
    ]);
    expect(legacy.hops).toMatchObject([
      { method: 'POST', url: expect.stringMatching(/^https:\/\/iam\.twilio\.com\/.*\/authenticate$/), status: 200 },
      { method: 'GET', url: expect.stringMatching(/^https:\/\/login\.microsoftonline\.com\/.*\/saml2$/), status: 200 },
    ]);
    expect(JSON.stringify(json.probes)).not.toMatch(/SAMLRequest|RelayState|codeChallenge/);
  });
});

/** What each break of the legacy connection is found to be, what differs, and whose product is to be changed. */
const broken: readonly (readonly [
  name: string,
  codes: readonly string[],
  differs: readonly string[],
  product: string,
])[] = [
  [
    'legacy-entity-id-missing',
    ['entity-id-unknown'],
    ['Identifier in Entra', 'Login page (best effort)'],
    'Microsoft Entra',
  ],
  [
    'legacy-acs-url-missing',
    ['acs-url-mismatch'],
    ['Reply URL in Entra', 'Login page (best effort)'],
    'Microsoft Entra',
  ],
  [
    'legacy-older-form',
    ['entity-id-unknown', 'acs-url-mismatch'],
    ['Identifier in Entra', 'Reply URL in Entra', 'Login page (best effort)'],
    'Microsoft Entra',
  ],
  ['legacy-application-deleted', ['application-missing'], ['Login page (best effort)'], 'Microsoft Entra'],
  [
    'legacy-signed-requests',
    ['signed-request-required'],
    ['Signature of the request', 'Login page (best effort)'],
    'Microsoft Entra',
  ],
  ['legacy-no-signing-key', ['signing-key-missing'], ['Login page (best effort)'], 'Microsoft Entra'],
  ['legacy-wrong-tenant', ['tenant-wrong'], ['Single Sign-On URL', 'Login page (best effort)'], 'Flex Console'],
  ['legacy-sso-url-wrong', ['sso-url-wrong'], ['Single Sign-On URL', 'Login page (best effort)'], 'Flex Console'],
  ['legacy-name-id-policy', ['name-id-policy'], ['NameIDPolicy', 'Login page (best effort)'], 'Microsoft Entra'],
  ['legacy-authn-context', ['authn-context-mismatch'], ['RequestedAuthnContext'], 'Flex Console'],
  ['legacy-request-malformed', ['request-malformed'], [], 'Flex Console'],
  ['legacy-off', ['legacy-switched-off'], [], 'Flex Console'],
];

describe('the way back is broken', () => {
  test.each(broken)('%s', async (name, codes, differs, product) => {
    const it = await validateAfter('new', [name]);
    expect(it.json.findings.map(({ code }: { code: string }) => code)).toEqual(codes);
    expect(it.json.findings[0]).toMatchObject({ connection: 'legacy', severity: 'warning', product });
    const isOff = name === 'legacy-off';
    const lead = isOff ? 'which was the way back' : 'the way back until \\d{4}-\\d\\d-\\d\\d';
    expect(it.json.findings[0].message).toMatch(new RegExp(`^Legacy connection, ${lead}: `));
    expect(different(it)).toEqual(differs);
    expect(legacyCheck(it).result).toBe('unknown');
    // It is no fault of the enhanced connection.
    expect(different(it, 'enhanced')).toEqual([]);
    expect(it.code).toBe(0);
  });

  test('an address that it does not trust', async () => {
    const it = await validateAfter('self-hosted', ['legacy-trusted-url-missing']);
    expect(it.json.findings).toMatchObject([
      { code: 'trusted-url-missing', connection: 'legacy', severity: 'warning' },
    ]);
    expect(it.code).toBe(0);
  });

  test('beside the enhanced one, which comes first', async () => {
    const it = await validateAfter('new', ['legacy-entity-id-missing', 'entity-id-missing']);
    expect(it.json.findings).toMatchObject([
      { code: 'entity-id-unknown', connection: 'enhanced', severity: 'error' },
      { code: 'entity-id-unknown', connection: 'legacy', severity: 'warning' },
    ]);
    expect(it.code).toBe(5);
  });

  test.each([
    ['legacy-off', 'so there is likely no way back.', false],
    ['legacy-entity-id-missing', 'you can switch back once that is fixed.', true],
  ])('%s: the whole output says one thing about the way back', async (name, words, mayRevert) => {
    const { stdout } = await validateAfter('new', [name], []);
    const said = stdout.replaceAll(/\s+/g, ' ');
    expect(said).toContain(words);
    expect(said).not.toContain('Until then you can switch back');
    expect(said).not.toContain('to go back to the legacy connection.');
    expect(said.includes('the way back until')).toBe(mayRevert);
    expect(said.includes('as long as you may want to go back')).toBe(mayRevert);
  });

  test('drawn with every request on request', async () => {
    const { stdout } = await validateAfter('new', ['legacy-older-form'], ['--debug']);
    expect(stdout).toContain('Enhanced connection: what Flex asks of the identity provider');
    expect(stdout).toMatch(/✗ Identifier in Entra\n +Expected:\s+https:\/\/preview\S+\n +Seen:\s+https:\/\/iam\S+\n/);
    expect(stdout).toMatch(/→ 200: POST\s+https:\/\/iam\.twilio\.com\S+authenticate/);
    expect(stdout).not.toContain('SAMLRequest');
  });
});

describe('after a revert agents log in through it', () => {
  test.each([
    ['legacy-older-form', 'entity-id-unknown', 5],
    ['legacy-wrong-tenant', 'tenant-wrong', 5],
    ['legacy-off', 'legacy-settings-broken', 5],
    ['legacy-authn-context', 'authn-context-mismatch', 0],
  ])('%s', async (name, cause, code) => {
    const it = await validateAfter('new-reverted', [name]);
    const message = expect.stringMatching(/^Legacy connection, through which agents log in: /);
    expect(it.json.findings[0]).toMatchObject({ code: cause, connection: 'legacy', message });
    expect(it.code).toBe(code);
  });

  test('no login through the enhanced connection is tried', async () => {
    const it = await validateAfter('modified-reverted', [], ['--json', '--login', 'browser']);
    expect(it).toMatchObject({ code: 1, json: { error: { code: 'nothing-to-validate' } } });
  });
});

test('before the switch both logins work side by side, and a broken legacy one is told', async () => {
  const sandbox = await servedSandbox();
  const begun = await sandbox.run(['migrate', '--setup-type', 'modify', '--login', 'skip']);
  const waiting = await goOnByHand(sandbox, begun, 'finish');
  expect(waiting.json.waitingFor.step).toBe('finish');
  const from = { world: path.join(sandbox.state, 'sandbox'), migrations: path.join(sandbox.state, 'migrations') };
  const healthy = await validate(from);
  expect(healthy).toMatchObject({ code: 0, json: { findings: [] } });
  expect(legacyCheck(healthy).message).toMatch(/takes the request/);
  const it = await validate(from, ['legacy-entity-id-missing']);
  expect(it).toMatchObject({ code: 0, json: { findings: [{ code: 'entity-id-unknown', connection: 'legacy' }] } });
  expect(it.json.findings[0].message).toMatch(/through which agents may log in until the switch/);
});
