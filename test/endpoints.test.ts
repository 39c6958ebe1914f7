import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadEndpoints, locate, publicEndpoints, toEndpoint, toPublic } from '../src/endpoints.js';

async function fileOf(content: unknown): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'flex-sso-test-')), 'endpoints.json');
  const isRaw = typeof content === 'string' || Buffer.isBuffer(content);
  await writeFile(file, isRaw ? content : JSON.stringify(content));
  return file;
}

test('a file replaces the systems that it names, and the others stay public', async () => {
  const endpoints = await loadEndpoints(await fileOf({ graph: 'http://127.0.0.1:4000/graph/' }));
  expect(endpoints.graph).toBe('http://127.0.0.1:4000/graph');
  expect(endpoints.taskrouter).toBe(publicEndpoints.taskrouter);
});

test('the document of the sandbox is read as it is, its credentials are not', async () => {
  const endpoints = { graph: 'http://127.0.0.1:4000/graph', cloud: 'china' };
  const document = { version: 1, command: 'sandbox', endpoints, environment: { AZURE_CLIENT_SECRET: 'x' } };
  const read = await loadEndpoints(await fileOf(document));
  expect(read).toMatchObject(endpoints);
  expect(JSON.stringify(read)).not.toContain('AZURE');
  await expect(loadEndpoints(await fileOf({ ...document, endpoints: { grpah: 'x' } }))).rejects.toThrow('"grpah"');
  await expect(loadEndpoints(await fileOf({ ...document, endpoints: null }))).rejects.toThrow('"version"');
  await expect(loadEndpoints(await fileOf({ ...document, command: 'status' }))).rejects.toThrow('"version"');
});

test.each(['utf8', 'utf16le'] as const)(
  'a file that PowerShell writes is read: a byte order mark, %s',
  async encoding => {
    const text = `\ufeff${JSON.stringify({ graph: 'http://127.0.0.1:4000/graph' })}`;
    expect((await loadEndpoints(await fileOf(Buffer.from(text, encoding)))).graph).toBe('http://127.0.0.1:4000/graph');
  },
);

test('the older legacy host is not called where the newer one was replaced', async () => {
  const endpoints = await loadEndpoints(await fileOf({ iam: 'http://localhost:4000/iam' }));
  expect(endpoints['iam-preview']).toBeUndefined();
});

test.each([
  ['no JSON', '{', 'it is not JSON'],
  ['no object', [], 'holds no JSON object'],
  ['an unknown system', { grpah: 'https://graph.microsoft.com' }, '"grpah"'],
  ['no URL', { graph: 'graph.microsoft.com' }, '"graph" is no base URL'],
  ['http elsewhere', { graph: 'http://graph.example.com' }, 'uses http outside this machine'],
])('%s is refused', async (_name, content, words) => {
  await expect(loadEndpoints(await fileOf(content))).rejects.toThrow(words);
});

test('URLs go to the endpoint and come back public', () => {
  const endpoints = { ...publicEndpoints, graph: 'http://127.0.0.1:4000/graph', login: 'http://127.0.0.1:4000/login' };
  const url = 'https://graph.microsoft.com/v1.0/users?$top=999';
  expect(toEndpoint(endpoints, url)).toBe('http://127.0.0.1:4000/graph/v1.0/users?$top=999');
  expect(toPublic(endpoints, toEndpoint(endpoints, url))).toBe(url);
  expect(locate(endpoints, 'http://127.0.0.1:4000/login/x')).toEqual({ system: 'login', path: '/x' });
  expect(toEndpoint(endpoints, 'https://graph.microsoft.com.example.com/x')).toBe(
    'https://graph.microsoft.com.example.com/x',
  );
});

test('flex and flex-login, one below the other, are told apart', () => {
  const endpoints = { flex: 'http://127.0.0.1:4000', 'flex-login': 'http://127.0.0.1:4000/flex-login' };
  expect(locate(endpoints, 'http://127.0.0.1:4000/flex-login/callback')?.system).toBe('flex-login');
});
