import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttp } from '../../src/http.js';
import { createOperator } from '../../src/sandbox/operator.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { type Finished, finishMigration, validateBroken } from './run.js';

let finished: Finished;
beforeAll(async () => {
  finished = await finishMigration('new');
});
afterAll(() => finished.remove());

/** What nobody may find anywhere afterwards, collected where it is in the open: in the world and in the browser. */
function secretsOf(sandbox: Sandbox, exchanged: string): Map<string, string> {
  const { account, directory } = sandbox.world;
  const found = new Map([
    ['auth token', account.authToken],
    ['client secret', directory.registration.clientSecret],
    ['password', 'passwd=sandbox'],
  ]);
  for (const [index, { token }] of account.refreshTokens.entries()) found.set(`refresh token ${index}`, token);
  for (const [index, { code }] of account.codes.entries()) found.set(`unused code ${index}`, code);
  for (const name of ['code', 'SAMLResponse', 'SAMLRequest', 'RelayState'])
    for (const [index, match] of [...exchanged.matchAll(new RegExp(`[?&"]${name}=([^&"#]{16,})`, 'g'))].entries()) {
      found.set(`${name} ${index}`, match[1] ?? '');
      found.set(`${name} ${index}, decoded`, decodeURIComponent(match[1] ?? ''));
    }
  return found;
}

/** All but the sandbox's own world, which is both services' memory. */
async function everythingBelow(dir: string): Promise<string> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = names.filter(entry => entry.isFile() && !entry.name.startsWith('world'));
  const texts = await Promise.all(files.map(entry => readFile(path.join(entry.parentPath, entry.name), 'utf8')));
  return texts.join('\n');
}

test.each([
  ['a login that succeeds', []],
  ['a login that Flex refuses', ['audience-wrong']],
  ['a login that Flex refuses at the exchange of the code', ['user-grants']],
  ['a login that Entra refuses', ['user-not-assigned']],
  ['a message that is not signed', ['nothing-signed']],
])('%s leaves no token, code, password or message behind', async (_, breaks) => {
  let exchanged = '';
  let secrets = new Map<string, string>();
  const { document, stderr, left } = await validateBroken(finished, breaks, {
    debug: true,
    trace: 'trace.jsonl',
    visit: async (url, sandbox) => {
      const http = createHttp({
        endpoints: sandbox.endpoints,
        trace: exchange => {
          exchanged += `${JSON.stringify(exchange).replaceAll('\\"', '"')}\n`;
        },
      });
      await createOperator({ endpoints: sandbox.endpoints, http })
        .visit(url)
        .catch(() => {});
    },
    after: async (sandbox, dir) => {
      secrets = secretsOf(sandbox, exchanged);
      return everythingBelow(dir);
    },
  });
  expect([...secrets.keys()].join()).toMatch(breaks.includes('user-not-assigned') ? /SAMLRequest/ : /SAMLResponse/);
  expect(left).toContain('/v1/Flex/Authorize');
  for (const text of [left ?? '', stderr, JSON.stringify(document)]) {
    for (const [name, secret] of secrets) expect(text.includes(secret), name).toBe(false);
    expect(text).not.toMatch(/PHNhbWxwO|<samlp:|eyJ[A-Za-z0-9_-]{20,}\./);
  }
});
