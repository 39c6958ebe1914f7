import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { test as anyTest, expect } from 'vitest';
import { bareEnvironment, bin, ended, run } from '../support/cli.js';
import { servedSandbox, stateDirectory } from './sandbox.js';

const test = anyTest.runIf(process.platform !== 'win32');

const pipeIn = (folder: string): string => {
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  return pipe;
};

/** Every file that is named to be read, by the one who runs the command. */
const readers: readonly [
  what: string,
  args: (file: string) => string[],
  env: (file: string) => Record<string, string>,
][] = [
  ['inspect FILE', file => ['inspect', file], () => ({})],
  ['inspect --certificate', file => ['inspect', bin, '--certificate', file], () => ({})],
  ['--endpoints', file => ['plan', '--endpoints', file, '--setup-type', 'new'], () => ({})],
  ['FLEX_SSO_ENDPOINTS', () => ['plan', '--setup-type', 'new'], file => ({ FLEX_SSO_ENDPOINTS: file })],
];

/** Enough for a run to begin; none of it is used. */
const credentials = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'none',
  FLEX_SSO_GRAPH_TOKEN: 'none',
  AZURE_TENANT_ID: 'contoso.example',
};

test.each(readers)('%s: a pipe without a writer and a device without an end are refused', async (_what, args, env) => {
  const state = await stateDirectory();
  for (const [file, why] of [
    [pipeIn(state), 'nothing is written to this pipe'],
    ['/dev/zero', 'it is a device, not a file'],
    ['/tmp', 'it is a folder'],
  ] as const) {
    const refused = await run([...args(file), '--state', state, '--no-input', '--json'], {
      ...credentials,
      ...env(file),
    });
    expect(refused).toMatchObject({ code: 2, stderr: '' });
    expect(refused.json.error.code).toMatch(/^(document|endpoints)-unreadable$/);
    expect(refused.json.error.message).toContain(`${file} cannot be read: ${why}`);
  }
});

test('so is a file of the client certificate, and the appconfig.js of a self-hosted Flex', async () => {
  const sandbox = await servedSandbox({ hosting: 'self-hosted' });
  const pipe = pipeIn(sandbox.state);
  const signIn = { AZURE_CLIENT_SECRET: '', AZURE_CLIENT_CERTIFICATE_PATH: pipe };
  expect(await sandbox.run(['plan', '--setup-type', 'new'], signIn)).toMatchObject({
    code: 3,
    json: { error: { message: expect.stringContaining('nothing is written to this pipe') } },
  });
  const hosted = ['--hosting', 'self-hosted', '--redirect-url', 'https://flex.contoso.example', '--app-config', pipe];
  const planned = await sandbox.run(['plan', '--setup-type', 'modify', ...hosted]);
  expect(planned).toMatchObject({ code: 2, json: { error: { code: 'document-unreadable' } } });
});

test('what a command writes into a pipe is read to its end, however late it comes', async () => {
  const state = await stateDirectory();
  const script = 'exec "$@" <(read -r _; cat "$0")';
  const args = ['-c', script, bin, process.execPath, bin, 'inspect', '--json', '--state', state];
  const inspecting = spawn('bash', args, { env: bareEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
  // It is waited for by then, or soon.
  inspecting.stdin.end('now\n');
  const { code, json } = await ended(inspecting);
  expect(code).toBe(2);
  expect(json.error.message).toContain('it looks like');
});
