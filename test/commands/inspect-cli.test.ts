import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSigner, har, modes, responseXml, sign } from '../saml/signed-response.js';
import { bareEnvironment, bin, ended, run, temporaryDirectory } from '../support/cli.js';

const folder = await temporaryDirectory();
const file = (name: string) => path.join(folder.path, name);
let response: string;
beforeAll(async () => {
  const signer = await createSigner('IdP');
  response = Buffer.from(sign(responseXml(), modes['both signed'] ?? [], signer)).toString('base64');
  await Promise.all([
    writeFile(file('certificate.pem'), signer.certificate.pem),
    writeFile(file('response'), response),
  ]);
});
afterAll(() => folder.remove());

const options = () => ['--certificate', file('certificate.pem'), '--state', folder.path, '--json'];

test('a file by its name', async () => {
  const { code, json, stderr } = await run(['inspect', file('response'), ...options()]);
  expect([code, stderr, json.command, json.verdict]).toEqual([0, '', 'inspect', 'ok']);
});

test.each([['-'], []])('standard input, named by %j', async (...names) => {
  const child = spawn(process.execPath, [bin, 'inspect', ...names, ...options()], { env: bareEnvironment() });
  child.stdin.end(response);
  const { code, json } = await ended(child);
  expect([code, json.verdict]).toEqual([0, 'ok']);
});

test.each([
  ['nothing', 'there is no such file'],
  ['.', 'it is a folder'],
])('%s: %s', async (name, why) => {
  const { code, json } = await run(['inspect', file(name), ...options()]);
  expect([code, json.error.code]).toEqual([2, 'document-unreadable']);
  expect(json.error.message).toContain(why);
});

test('standard input with nothing in it, and with 50 MB', async () => {
  const inspect = async (input: string) => {
    const child = spawn(process.execPath, [bin, 'inspect', '-', ...options()], { env: bareEnvironment() });
    // It stops reading before the end.
    child.stdin.on('error', () => {}).end(input);
    return ended(child);
  };
  const empty = await inspect('');
  expect([empty.code, empty.json.error.code]).toEqual([2, 'inspect-empty']);
  const large = await inspect('PHNhbWxw'.repeat(6_600_000));
  expect([large.code, large.json.verdict, large.json.findings[0].code]).toEqual([5, 'rejected', 'message-unsafe']);
});

const metadata = readFileSync(new URL('../fixtures/metadata/entra.xml', import.meta.url), 'utf8');
const tempting: Readonly<Record<string, () => string>> = {
  response: () => response,
  har: () => har(Buffer.from(response, 'base64').toString()),
  metadata: () =>
    metadata.replace('<RoleDescriptor', '<RoleDescriptor xsi:schemaLocation="urn:x http://127.0.0.1:9/x"'),
  doctype: () => '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><samlp:Response xmlns:samlp="urn:x"/>',
  include: () =>
    metadata.replace(
      '<RoleDescriptor',
      '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="http://127.0.0.1:9/"/><RoleDescriptor',
    ),
  url: () => 'https://login.microsoftonline.com/x/saml2?SAMLRequest=fZBB',
  certificate: () => 'http://127.0.0.1:9/certificate.pem',
};
test.each(Object.keys(tempting))('nothing leaves the machine: %s', async name => {
  await writeFile(file(name), tempting[name]?.() ?? '');
  const NODE_OPTIONS = `--import=${new URL('../support/no-network.mjs', import.meta.url)}`;
  const { code, stderr } = await run(['inspect', file(name), ...options()], { NODE_OPTIONS });
  expect(stderr).toBe('');
  expect([0, 2, 5]).toContain(code);
});

test('--help says what the exit codes mean', async () => {
  expect((await run(['inspect', '--help'])).stdout).toMatch(
    /Exit code: 0 nothing is wrong with it, as far .*5 something is/,
  );
});
