import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSigner, modes, responseXml, sign } from '../saml/signed-response.js';
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

test('what is not there', async () => {
  const { code, json } = await run(['inspect', file('nothing'), ...options()]);
  expect([code, json.error.code]).toEqual([2, 'document-unreadable']);
});
