import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { reportFailure } from '../../src/commands/failure.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { inspectText } from '../commands/inspect-support.js';
import { temporaryDirectory } from '../support/cli.js';
import { breakIt, type Finished, finishMigration, type Run } from './run.js';

let finished: Finished;
beforeAll(async () => {
  finished = await finishMigration('new');
});
afterAll(() => finished.remove());

/** Everything that goes over the wire, from flex-sso and from the browser; `broken` ends a connection in the middle. */
function listen(broken?: RegExp): { heard(): string } {
  let wire = '';
  const send = globalThis.fetch;
  vi.stubGlobal('fetch', async (url: string, options?: RequestInit) => {
    wire += `${url}\n${options?.body ?? ''}\n`;
    if (broken?.test(url)) throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') });
    const answer = await send(url, options);
    wire += `${answer.headers.get('location') ?? ''}\n${await answer.clone().text()}\n`;
    return answer;
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return { heard: () => wire };
}

/** What nobody may find anywhere afterwards, collected where it is in the open: in the world and on the wire. */
function secretsOf({ world: { account, directory } }: Sandbox, wire: string): Map<string, string> {
  const found = new Map([
    ['auth token', account.authToken],
    ['client secret', directory.registration.clientSecret],
    ['password', 'passwd=sandbox'],
  ]);
  for (const [index, { token }] of account.refreshTokens.entries()) found.set(`refresh token ${index}`, token);
  for (const name of ['code', 'SAMLResponse', 'SAMLRequest', 'code_verifier', '\\w+_token'])
    for (const [index, match] of [
      ...wire.matchAll(new RegExp(`(?:[?&"]|^)(${name})"?[=:]"?([^&#"\\s<>]{16,})`, 'gm')),
    ].entries()) {
      found.set(`${match[1]} ${index}`, match[2] ?? '');
      found.set(`${match[1]} ${index}, decoded`, decodeURIComponent(match[2] ?? ''));
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

/** What `inspect --debug` says of every message that was on the wire, whole and cut off, in words and as a document. */
async function inspectAll(dir: string, wire: string): Promise<string[]> {
  const found = wire.matchAll(/(?:[?&]|^)SAML(?:Response|Request)=([^&#"\s]{16,})/gm);
  const messages = new Set(Array.from(found, ([, message = '']) => decodeURIComponent(message)));
  const captured = await temporaryDirectory();
  const said: string[] = [];
  for (const message of messages)
    for (const text of [message, message.slice(0, -40), `SAMLResponse=${encodeURIComponent(message)}`])
      for (const json of [true, false])
        said.push((await inspectText(captured.path, text, { json, state: path.join(dir, 'sandbox') })).output);
  await captured.remove();
  return said;
}

/** One run of `validate` with everything that it can be made to say; `said` is all of it, and all that it left behind. */
async function validateLoudly(breaks: readonly string[], wire: { heard(): string }, run: Run = {}) {
  const broken = await breakIt(finished, breaks);
  let left = '';
  const after: Run['after'] = async (_, dir) => {
    left = await everythingBelow(dir);
    return left;
  };
  const said: string[] = [];
  try {
    const { document, stderr } = await broken.validate({ debug: true, trace: 'trace.jsonl', after, ...run });
    said.push(left, stderr, JSON.stringify(document));
  } catch (error) {
    for (const flags of [['--json', '--debug'], ['--debug']]) {
      const write = vi.spyOn(process[flags.length > 1 ? 'stdout' : 'stderr'], 'write').mockReturnValue(true);
      reportFailure(error, ['node', 'flex-sso', 'validate', ...flags]);
      said.push(write.mock.calls.join('\n'));
      write.mockRestore();
    }
  }
  const secrets = secretsOf(broken.sandbox, wire.heard());
  await broken.close();
  return { said: [...said, ...(await inspectAll(finished.dir, wire.heard()))], secrets, left };
}

function expectNone(said: readonly string[], secrets: ReadonlyMap<string, string>): void {
  for (const text of said) {
    for (const [name, secret] of secrets) expect(text.includes(secret), name).toBe(false);
    expect(text).not.toMatch(/PHNhbWxwO|<samlp:|eyJ[A-Za-z0-9_-]{20,}\./);
  }
}

test.each([
  ['a login that succeeds', [], /SAMLResponse.*code_verifier.*access_token/],
  ['a login that Flex refuses', ['audience-wrong'], /SAMLResponse/],
  ['a login that Flex refuses at the exchange of the code', ['user-grants'], /SAMLResponse.*code_verifier/],
  ['a login that Entra refuses', ['user-not-assigned'], /SAMLRequest/],
  ['a message that is not signed', ['nothing-signed'], /SAMLResponse/],
])('%s leaves no token, code, password or message behind', async (_, breaks, heard) => {
  const { said, secrets, left } = await validateLoudly(breaks, listen());
  expect([...secrets.keys()].join()).toMatch(heard);
  expect(left).toContain('/v1/Flex/Authorize');
  expect(said.length).toBeGreaterThan(3);
  expectNone(said, secrets);
});

test('a connection that breaks in the middle of a login says none of them, with --debug', async () => {
  const { said, secrets } = await validateLoudly([], listen(/\/OAuth\/Tokens/));
  expect([...secrets.keys()].join()).toMatch(/code_verifier/);
  expect(said.join()).toMatch(/OAuth|Twilio|services/);
  expectNone(said, secrets);
});
