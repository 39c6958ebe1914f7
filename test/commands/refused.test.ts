import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/cli.js';
import { freePort } from './network.js';
import { doByHand, filesOf, servedSandbox, stateDirectory } from './sandbox.js';

const words = { code: expect.any(String), message: expect.any(String), hint: expect.stringMatching(/\w/) };

test('wrong Twilio credentials: exit 3, and what to check; nothing is written', async () => {
  const sandbox = await servedSandbox();
  const before = await filesOf(sandbox.state);
  const wrong = { TWILIO_AUTH_TOKEN: 'f'.repeat(32) };
  const refused = await sandbox.run(['migrate', '--setup-type', 'new'], wrong);
  expect(refused).toMatchObject({ code: 3, json: { error: { ...words, code: 'twilio-credentials' } } });
  expect(refused.json.error.hint).toMatch(/TWILIO_ACCOUNT_SID.*TWILIO_AUTH_TOKEN/);
  expect(refused.stdout + refused.stderr).not.toContain(wrong.TWILIO_AUTH_TOKEN);
  expect(await filesOf(sandbox.state)).toEqual(before);
});

test('a wrong Azure secret: exit 3, and what to check; nothing is written to Entra, nothing of before is lost', async () => {
  const sandbox = await servedSandbox();
  await doByHand(sandbox, await sandbox.run(['migrate', '--setup-type', 'modify']));
  const wrong = { AZURE_CLIENT_SECRET: 'no-such-secret-0123456789' };
  const world = (await filesOf(sandbox.state))['sandbox/world.json'];
  const refused = await sandbox.run(['resume', '--done', 'start-setup'], wrong);
  expect(refused).toMatchObject({ code: 3, json: { error: words } });
  expect(`${refused.json.error.message} ${refused.json.error.hint}`).toMatch(/AZURE_CLIENT_SECRET|client secret/i);
  expect(refused.stdout + refused.stderr).not.toContain(wrong.AZURE_CLIENT_SECRET);
  const after = await filesOf(sandbox.state);
  expect(after['sandbox/world.json']).toBe(world);

  // Again and again it changes nothing, and the right one goes on.
  expect(await sandbox.run(['resume'], wrong)).toMatchObject({ code: 3 });
  expect(await sandbox.run(['resume', '--done', 'start-setup'])).toMatchObject({
    code: 10,
    json: { waitingFor: { step: 'update-identity-provider' } },
  });
});

test.each(['2.6.4', '~2.6.0', '1.33.1', '1.n'])(
  'Flex UI %s is too old: said at once, and nothing is written',
  async uiVersion => {
    const state = await stateDirectory({ change: ({ account }) => Object.assign(account, { uiVersion }) });
    const before = await filesOf(state);
    for (const command of ['migrate', 'plan']) {
      const refused = await run([command, '--sandbox', '--yes', '--setup-type', 'new', '--state', state, '--json']);
      expect(refused).toMatchObject({ code: 1, stderr: '', json: { error: { ...words, code: 'flex-ui-too-old' } } });
      expect(refused.json.error.message).toContain('2.7');
      expect(refused.json.error.message).toContain(uiVersion);
      expect(refused.json.error.hint).toContain('Upgrade');
    }
    expect(await filesOf(state)).toEqual(before);
  },
);

const credentials = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'f'.repeat(32),
  AZURE_TENANT_ID: '11111111-1111-4111-8111-111111111111',
  AZURE_CLIENT_ID: '22222222-2222-4222-8222-222222222222',
  AZURE_CLIENT_SECRET: 'no-such-secret',
};

/** Runs a migration against an endpoints file with this text. */
async function migrateAt(endpoints: string, how: 'flag' | 'variable' = 'flag') {
  const state = await stateDirectory();
  const file = path.join(state, 'endpoints.json');
  await writeFile(file, endpoints);
  const args = ['migrate', '--setup-type', 'new', '--yes', '--json', '--state', state];
  const ended =
    how === 'flag'
      ? await run([...args, '--endpoints', file], credentials)
      : await run(args, { ...credentials, FLEX_SSO_ENDPOINTS: file });
  expect(Object.keys(await filesOf(state))).toEqual(['endpoints.json']);
  expect(ended.json.error).toEqual(words);
  return ended;
}

test('a system that does not answer is named; nothing is written', async () => {
  const origin = `http://127.0.0.1:${await freePort()}`;
  const systems = ['login', 'graph', 'flex-services', 'flex-api', 'taskrouter', 'iam', 'flex-login', 'flex', 'console'];
  const endpoints = JSON.stringify(Object.fromEntries(systems.map(system => [system, `${origin}/${system}`])));
  const unreachable = await migrateAt(endpoints);
  expect(unreachable.code).toBe(1);
  expect(unreachable.json.error.message).toMatch(/127\.0\.0\.1.*ECONNREFUSED|ECONNREFUSED.*127\.0\.0\.1/);
  expect(unreachable.json.error.hint).toMatch(/network/);
});

test.each([
  ['{"graph": "http://graph.example"}', 'endpoints-insecure', /graph.*http/],
  ['{"graph": "https://graph.example?x=1"}', 'endpoints-invalid', /graph/],
  ['{"grahp": "https://graph.example"}', 'endpoints-invalid', /grahp/],
  ['{"graph": ', 'endpoints-unreadable', /not JSON/],
  ['[]', 'endpoints-invalid', /object/],
])('the endpoints %j are refused', async (endpoints, code, message) => {
  const refused = await migrateAt(endpoints, 'variable');
  expect(refused).toMatchObject({ code: 2, json: { error: { code, message: expect.stringMatching(message) } } });
});

test('a trace file that cannot be written is refused before anything is sent', async () => {
  const state = await stateDirectory({});
  const before = await filesOf(state);
  const trace = path.join(state, 'no-such-folder', 'trace.jsonl');
  const refused = await run([
    ...['migrate', '--sandbox', '--yes', '--setup-type', 'new', '--state', state, '--trace', trace, '--json'],
  ]);
  expect(refused).toMatchObject({ code: 2, json: { error: { ...words, code: 'trace-unwritable' } } });
  expect(await filesOf(state)).toEqual(before);
});
