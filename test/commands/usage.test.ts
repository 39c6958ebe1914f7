import { expect, test } from 'vitest';
import { run } from '../support/cli.js';
import { filesOf, stateDirectory } from './sandbox.js';

/** Runs a command that must be refused for how it was called, before anything is written anywhere. */
async function refused(args: readonly string[]) {
  const state = await stateDirectory();
  const { code, stderr, json } = await run([...args, '--state', state, '--json']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.not.stringMatching(/\n\s+at /) });
  expect(json).toMatchObject({
    version: 1,
    error: { code: expect.any(String), message: expect.any(String), hint: expect.stringMatching(/\w/) },
  });
  const files = Object.keys(await filesOf(state)).filter(name => !/world\.json$/.test(name));
  expect(files).toEqual([]);
  return json.error as Record<'code' | 'message' | 'hint', string>;
}

test.each([[['migrate', '--no-input']], [['migrate']], [['plan', '--no-input']]])(
  'with nothing given, %j names everything that is missing at once',
  async args => {
    const { code, message, hint } = await refused(args);
    expect(code).toBe('input-missing');
    const credentials = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'];
    const flags = ['--account', '--setup-type', ...(args[0] === 'migrate' ? ['--yes'] : [])];
    for (const name of [...credentials, ...flags]) expect(message).toContain(name);
    expect(hint).toMatch(/flags.*variables.*terminal/);
  },
);

test.each([['migrate', '--no-input'], ['migrat'], ['plan', '--setup-type', 'sideways']])(
  'without --json, the reason is on stderr alone: %s %s',
  async (...args) => {
    const ended = await run(args.filter(arg => arg !== undefined));
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/missing|unknown|Use one of/) });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  },
);

test('in the sandbox, only the answers and the consent are missing; other IdPs and hostings need more', async () => {
  const missing = async (...args: string[]) => (await refused(['migrate', '--sandbox', '--no-input', ...args])).message;
  expect(await missing()).toMatch(/this is missing: --setup-type; --yes\./);
  expect(await missing('--hosting', 'self-hosted')).toMatch(/: --setup-type; --redirect-url; --yes\./);
  const byHand = await missing('--setup-type', 'new', '--idp', 'okta', '--yes');
  for (const flag of ['--issuer', '--sso-url', '--certificate', '--metadata']) expect(byHand).toContain(flag);
});

test.each([
  [['migrat'], /unknown command/, /migrat/],
  [['migrate', '--setuptype', 'new'], /unknown option/, /--setuptype/],
  [['migrate', '--setup-type'], /argument missing/, /--setup-type/],
  [['migrate', '--setup-type', 'sideways'], /sideways/, /new, modify/],
  [['migrate', '--idp', 'ping'], /ping/, /entra, okta, google, salesforce, auth0, other/],
  [['migrate', '--login', 'never'], /never/, /browser, observe, skip/],
  [['resume', '--done', 'start-setup,dance'], /dance/, /start-setup.*validate-connection.*finish/],
  [['migrate', '--account', 'AC123'], /AC123/, /AC/],
  [['migrate', '--callback-port', '80'], /80/, /1024/],
  [['migrate', '--notification-emails', 'nobody'], /nobody/, /comma/],
  [['migrate', '--redirect-url', 'http://flex.example'], /http:\/\/flex\.example/, /https/],
  [['migrate', '--setup-type', ''], /--setup-type/, /new SSO connection/],
  [['migrate', '--sandbox', '--endpoints', 'some.json'], /--sandbox/, /Leave one/],
  [['sandbox', '--port', '99999'], /99999/, /65535/],
])('%j is refused with the reason, and with --json as a document', async (args, what, how) => {
  const { message, hint } = await refused(args);
  expect(`${message} ${hint}`).toMatch(what);
  expect(`${message} ${hint}`).toMatch(how);
});

test('--help and --version answer on stdout; every flag of every question is listed', async () => {
  const version = await run(['--version']);
  expect(version).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  const help = await run(['--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  for (const command of ['migrate', 'resume', 'plan', 'status', 'validate', 'revert', 'sandbox'])
    expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  const flags = (await run(['migrate', '--help'])).stdout;
  for (const flag of [
    '--account',
    '--setup-type',
    '--idp',
    '--hosting',
    '--entity-id',
    '--acs-url',
    '--done',
    '--login',
  ])
    expect(flags).toContain(flag);
});
