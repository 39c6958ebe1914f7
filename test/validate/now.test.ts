import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hostedFlexUrl } from '../../src/sandbox/flex/connections.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { openWorld } from '../../src/sandbox/world.js';
import { freePort, interpose } from '../commands/network.js';
import { type Ended, inPairs, run, temporaryDirectory } from '../support/cli.js';

type Hosting = 'hosted' | 'self-hosted';

let root: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  root = await temporaryDirectory();
  await inPairs<Hosting>(['hosted', 'self-hosted'], async hosting => {
    const state = path.join(root.path, hosting);
    await openWorld(path.join(state, 'sandbox'), { users: 8, hosting });
    const site = ['--redirect-url', 'https://flex.contoso.example', '--app-config', `${state}/sandbox/appconfig.js`];
    const flags = ['--setup-type', 'new', '--hosting', hosting, ...(hosting === 'hosted' ? [] : site)];
    const { code, stdout } = await run(['migrate', '--sandbox', '--yes', '--json', '--state', state, ...flags]);
    if (code !== 0) throw new Error(stdout);
  });
}, 120_000);
afterAll(() => root.remove());

let copies = 0;
async function copyOf(hosting: Hosting): Promise<string> {
  const state = path.join(root.path, `copy-${copies++}`);
  await cp(path.join(root.path, hosting), state, { recursive: true });
  return state;
}

/** `validate` in the embedded sandbox, whose operator is the one who logs in. */
async function validate(breaks: string, flags = '--json', hosting: Hosting = 'hosted') {
  const state = await copyOf(hosting);
  const here = ['--sandbox', '--state', state];
  const broken = breaks ? ['--sandbox-break', ...breaks.split(' ')] : [];
  const ended = await run(['validate', ...here, ...flags.split(' '), ...broken]);
  const { code, stdout, stderr } = ended;
  return { code, stdout, stderr, status: (more: string[] = []) => run(['status', ...here, ...more]) };
}

const codesIn = (stdout: string): string[] => JSON.parse(stdout).findings.map(({ code }: { code: string }) => code);

describe('without a login nothing is verified of how it is now', () => {
  test.each(['certificate-wrong', 'stale-session', 'user-not-assigned'])('%s', async name => {
    const { code, stdout, status } = await validate(name);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ status: 'finished', verified: false, confirmed: false });
    expect(document.evidence).toMatchObject({ source: 'flex', at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
    const login = document.checks['validate-connection'].find((check: { name: string }) => check.name === 'login');
    expect(login).toMatchObject({ result: 'unknown', message: expect.stringContaining('No login was tried now') });
    expect(login.message).toContain(`On ${document.evidence.at.slice(0, 10)} at`);
    expect(code).toBe(0);
    // What the migration has proven is not undone by looking again.
    expect(JSON.parse((await status(['--json'])).stdout).verified).toBe(true);
  });

  test('a person reads when the login was, and how to try one now', async () => {
    const { stdout, stderr } = await validate('', '--no-color');
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toMatch(/\? Not verified now: this check saw no login\. Before it: A login through JQ\w+ came back/);
    expect(text).toContain('Run `flex-sso validate --login browser --sandbox');
    expect(stderr).not.toContain('✓ Flex let');
  });

  test('a login that is skipped undoes no proof', async () => {
    const { code, stdout, status } = await validate('clock-ahead', '--json --login skip');
    expect(JSON.parse(stdout)).toMatchObject({ verified: false, evidence: { source: 'flex' } });
    expect(stdout).toContain('No login was tried now');
    expect(code).toBe(0);
    expect(JSON.parse((await status(['--json'])).stdout).verified).toBe(true);
  });

  test('what was found broken is not called verified afterwards', async () => {
    const { code, status } = await validate('entity-id-missing');
    expect(code).toBe(5);
    const { stdout } = await status();
    expect(stdout).toContain('? Not verified.');
    expect(stdout).toContain('Against it speaks:');
  });
});

describe('a login elsewhere', () => {
  test.each([
    ['clock-ahead', 'clock-ahead'],
    ['issuer-wrong', 'issuer-mismatch'],
    ['certificate-wrong', 'certificate-wrong'],
    ['role-missing', 'roles-missing'],
    ['user-not-assigned', 'user-not-assigned'],
    ['conditional-access', 'conditional-access'],
    ['relay-state-lost', 'relay-state-lost'],
    ['user-grants', 'flex-authorization-refused'],
    ['user-unauthorized', 'flex-authorization-refused'],
  ])('%s: what the page said is explained', async (name, cause) => {
    const { code, stdout } = await validate(name, '--json --login observe');
    expect(codesIn(stdout)[0]).toBe(cause);
    expect(JSON.parse(stdout)).toMatchObject({ verified: false, confirmed: false });
    expect(JSON.parse(stdout).findings[0].evidence).not.toMatch(/[{}]/);
    expect(code).toBe(5);
  });

  test.each([
    ['other-account', 'login-not-returned', 'entra'],
    ['stale-session', 'stale-session', 'word'],
  ])('%s leaves no trace at a Worker, and proves nothing', async (name, cause, source) => {
    const { stdout } = await validate(name, '--json --login observe');
    expect(JSON.parse(stdout)).toMatchObject({ verified: false, confirmed: false, evidence: { source } });
    expect(codesIn(stdout)).toEqual([cause]);
  });

  test('what is seen from outside is confirmed, not verified, and says what it cannot show', async () => {
    const { stdout } = await validate('session-too-short', '--json --login observe');
    const { verified, confirmed, proof } = JSON.parse(stdout);
    expect({ verified, confirmed }).toEqual({ verified: false, confirmed: true });
    expect(proof.leavesOpen).toContain('a session that is too short is not seen');
  });

  test('of a self-hosted Flex UI it is confirmed as well', async () => {
    const { code, stdout } = await validate('', '--json --login observe', 'self-hosted');
    expect(JSON.parse(stdout)).toMatchObject({ confirmed: true, evidence: { seenBy: ['entra', 'taskrouter'] } });
    expect(code).toBe(0);
  });
});

describe('an address that is not trusted', () => {
  test('is found and not mended, and the login is one elsewhere', async () => {
    const { code, stdout } = await validate('trusted-url-missing', '--json --login browser');
    expect(codesIn(stdout)).toEqual(['trusted-url-missing']);
    expect(JSON.parse(stdout)).toMatchObject({ verified: false, evidence: { source: 'taskrouter' } });
    expect(code).toBe(5);
  });

  test('of a self-hosted Flex UI is the Trusted URL; the Default redirect URL cannot be seen', async () => {
    const { stdout } = await validate('trusted-url-missing', '--json', 'self-hosted');
    expect(JSON.parse(stdout).findings).toMatchObject([
      { code: 'trusted-url-missing', severity: 'error', field: expect.stringContaining('Trusted URLs') },
      { code: 'redirect-url-wrong', severity: 'warning', certainty: 'likely' },
    ]);
  });

  test('with nobody here it waits for somebody to log in elsewhere', async () => {
    const { sandbox, validateServed } = await served();
    const first = await validateServed(['--login', 'browser', '--callback-port', String(await freePort())]);
    expect(first.code).toBe(10);
    expect(first.json).toMatchObject({ status: 'paused', verified: false, confirmed: false });
    expect(first.json.findings).toMatchObject([{ code: 'trusted-url-missing' }]);
    expect(first.json.waitingFor.instruction.summary).toContain('on any machine');
    await createOperator({ endpoints: sandbox.endpoints }).visit(hostedFlexUrl(sandbox.world.account));
    const second = await validateServed(['--done', 'validate-connection']);
    expect(second).toMatchObject({ code: 0, json: { confirmed: true, findings: [] } });
  });
});

test.each([
  ['email-missing full-name-missing', 'attribute-missing'],
  ['email-namespaced full-name-namespaced', 'attribute-namespaced'],
])('%s: one cause names both', async (names, cause) => {
  const { code, stdout } = await validate(names);
  expect(codesIn(stdout)).toEqual([cause]);
  expect(JSON.parse(stdout).findings[0].evidence).toMatch(/email.*full_name/);
  expect(code).toBe(5);
});

test('what is wrong is said once, where both streams share a screen', async () => {
  const { stdout, stderr, code } = await validate('role-disabled', '--no-color');
  expect(code).toBe(5);
  expect(`${stderr}${stdout}`.split('The app roles are switched off.')).toHaveLength(2);
  expect(stdout).toContain('App registrations > App roles');
});

test('of two certificates the active one is named', async () => {
  const { stdout } = await validate('certificate-inactive', '--json --login browser');
  expect(codesIn(stdout)).toEqual(['certificate-wrong', 'certificate-spare']);
  expect(stdout).not.toContain('nothing says which one is active');
});

test('a break of what only a self-hosted Flex UI has is refused where it is hosted', async () => {
  const { code, stdout } = await validate('oauth-stale redirect-url-missing');
  expect(code).toBe(2);
  expect(JSON.parse(stdout).error).toMatchObject({
    code: 'break-self-hosted',
    hint: expect.stringContaining('--hosting self-hosted'),
  });
});

describe('trouble of the network is no misconfiguration', () => {
  test('login-loop', async () => {
    const { validateServed } = await served(async sandbox => ({ 'flex-services': await gateway(sandbox, 302) }));
    const { code, stdout } = await validateServed([]);
    expect(codesIn(stdout)[0]).toBe('login-loop');
    expect(JSON.parse(stdout).findings[0].product).toBe('this computer');
    expect(code).toBe(5);
  });

  test('an outage of Flex', async () => {
    const { validateServed } = await served(async sandbox => ({ 'flex-services': await gateway(sandbox, 503) }));
    const { code, json } = await validateServed([]);
    expect(json.error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('HTTP 503') });
    expect(code).toBe(1);
  });

  test('where nothing answers, the same command is the one to run again', async () => {
    const { validateServed } = await served(async () => ({ 'flex-services': `http://127.0.0.1:${await freePort()}` }));
    const { code, json } = await validateServed([]);
    expect(json.error.code).toBe('unreachable');
    expect(json.error.hint).not.toContain('resume');
    expect(code).toBe(1);
  });
});

/** A finished migration in a sandbox that is served, with nobody in it who clicks; some of its systems may be elsewhere. */
async function served(elsewhere: (sandbox: Sandbox) => Promise<Record<string, string>> = async () => ({})) {
  const state = await copyOf('hosted');
  const sandbox = await startSandbox({ dir: path.join(state, 'sandbox') });
  onTestFinished(() => sandbox.close());
  const endpoints = path.join(state, 'endpoints.json');
  await writeFile(endpoints, JSON.stringify({ ...sandbox.endpoints, ...(await elsewhere(sandbox)) }));
  const here = ['--json', '--state', path.join(state, 'sandbox'), '--endpoints', endpoints];
  const validateServed = (flags: string[]): Promise<Ended> => run(['validate', ...here, ...flags], sandbox.credentials);
  return { sandbox, validateServed };
}

/** Lets the list of Flex's connections through, and answers the start of a login itself. */
function gateway({ endpoints }: Sandbox, status: number): Promise<string> {
  return interpose(endpoints['flex-services'] ?? '', ({ url = '' }, response) => {
    if (url.includes('/v1/Flex/Authorize')) response.writeHead(status, status === 302 ? { location: url } : {}).end();
  });
}
