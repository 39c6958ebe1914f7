import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run, start } from '../support/cli.js';
import { servedSandbox, stateDirectory } from './sandbox.js';

const plan = ['plan', '--setup-type', 'new', '--idp', 'entra', '--json', '--no-input'];

/** Serves a sandbox as for a person, until the text says how to stop it. */
async function servedForAPerson(state: string) {
  const child = start(['sandbox', '--state', state]);
  const closed = once(child, 'close');
  const stop = () => {
    child.kill('SIGTERM');
    return closed;
  };
  onTestFinished(async () => void (await stop()));
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += chunk;
    if (text.includes('Ctrl-C')) break;
  }
  return { text, stop };
}

test('the document of `sandbox --json` is an endpoints file as it is', async () => {
  const { state, endpoints, environment } = await servedSandbox();
  const document = path.join(state, 'document.json');
  await writeFile(document, JSON.stringify({ version: 1, command: 'sandbox', endpoints, environment }));
  const { code, json } = await run([...plan, '--state', state, '--endpoints', document], environment);
  expect({ code, error: json.error }).toEqual({ code: 0 });
});

test.skipIf(process.platform === 'win32')('what it prints can be pasted into a shell, from any folder', async () => {
  const parent = await stateDirectory({});
  const state = path.join(parent, `it's "$HOME"`);
  await mkdir(state);
  await rename(path.join(parent, 'sandbox'), path.join(state, 'sandbox'));
  const { text, stop } = await servedForAPerson(state);
  const lines = text.split('\n').filter(line => line.startsWith('export '));
  expect(text.match(/^\$env:\w+ = ".*"$/gm)).toHaveLength(lines.length);

  const script = `${lines.join('\n')}\nexec env -0`;
  const pasted = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').filter(Boolean);
  const names = /^(FLEX_SSO_|TWILIO_|AZURE_)/;
  const environment = Object.fromEntries(
    pasted.filter(line => names.test(line)).map(line => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
  );
  expect(Object.keys(environment)).toHaveLength(lines.length);
  const { code, json } = await run([...plan, '--state', parent], environment);
  expect({ code, error: json.error }).toEqual({ code: 0 });

  await stop();
  expect(existsSync(environment.FLEX_SSO_ENDPOINTS ?? '')).toBe(false);
});
