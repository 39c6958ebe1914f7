import { once } from 'node:events';
import { chmod, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicEndpoints } from '../src/endpoints.js';
import { createHttp } from '../src/http.js';
import { type Exchange, openTrace } from '../src/trace.js';
import { temporaryDirectory } from './support/cli.js';

interface Sent {
  headers?: Record<string, string>;
  body?: string;
}

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let server: Server;
let answer: Sent;
let exchangeWith: (sent: { path?: string; request?: Sent; response?: Sent }) => Promise<string>;

beforeAll(async () => {
  folder = await temporaryDirectory();
  server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, answer.headers).end(answer.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = path.join(folder.path, 'trace.jsonl');
  const http = createHttp({ endpoints: { ...publicEndpoints, graph: base }, trace: openTrace(file) });
  let read = 0;
  exchangeWith = async ({ path: asked = '/', request = {}, response = {} }) => {
    answer = response;
    await http({ method: 'POST', url: `${base}${asked}`, ...request });
    const line = (await readFile(file, 'utf8')).slice(read);
    read += line.length;
    return line;
  };
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await folder.remove();
});

const canary = 'c4n4ry-s3cr3t';
const anySecret = fc.constantFrom(canary, `eyJhbGciOiJ${canary}.${canary}.${canary}`, `0.AX${canary}`, `${canary}==`);
const secretNames = [
  ...['access_token', 'refresh_token', 'id_token', 'id_token_hint', 'client_secret', 'clientSecret', 'SAMLResponse'],
  ...['saml_request', 'RelayState', 'code_verifier', 'password', 'Auth-Token', 'api_key', 'x-api-key', 'user_code'],
  ...[
    'client_assertion',
    'login_hint',
    'secretText',
    'Set-Cookie',
    'session_id',
    'privateKey',
    'credentials',
    'passwd',
    'passcode',
    'pass',
    'db_pass',
    'nonce',
    'state',
    'code',
  ],
];
const anyName = fc.constantFrom(...secretNames);

/** A secret below its name, somewhere in a document. */
const anyDocument: fc.Arbitrary<unknown> = fc
  .tuple(anyName, anySecret, fc.constantFrom(...Array(10).keys()))
  .map(([name, secret, shape]) => {
    const placed = [
      { [name]: secret },
      { [name]: { value: secret } },
      { [name]: [secret, { [secret]: 1 }] },
      { name, value: secret },
      { message: `Go to https://x.example/callback?${name}=${secret}&x=1, then on.` },
      { message: `Not understood: {"${name}":"${secret}` },
      { message: `Sent "${name}": "${secret}", ${name}=${secret} and\n  ${name}=Basic ${secret}` },
      { attributes: JSON.stringify({ [name]: secret }) },
      { responses: [{ id: '1', headers: { 'X-Other': secret }, body: secret }] },
      { redirect: `/next?to=${encodeURIComponent(`https://x.example/?a=b&${name}=${secret}`)}` },
    ];
    return { id: '1', value: [{ displayName: 'Ann', nested: placed[shape] }] };
  });

const anyBody = fc.oneof(
  anyDocument.map(document => JSON.stringify(document)),
  anyDocument.map(document => `\uFEFF${JSON.stringify(document)}`),
  anyDocument.map(document => `${JSON.stringify(document)}\n${JSON.stringify(document)}`),
  fc
    .tuple(anyName, anySecret, fc.nat({ max: 8 }))
    .map(([name, secret, cut]) => `{"${name}":"${secret}","rest":12345678}`.slice(0, -cut - 1)),
  anySecret,
  anySecret.map(secret => JSON.stringify(secret)),
  fc.tuple(anyName, anySecret).map(([name, secret]) => `client_id=x&${name}=${encodeURIComponent(secret)}`),
  fc.tuple(anyName, anySecret).map(([name, secret]) => `<${name} value="${secret}">${secret}</${name}>`),
  fc.tuple(anyName, anySecret).map(([name, secret]) => `--b\r\nname="${name}"\r\n\r\n${secret}\r\n--b--`),
);
const anyType = fc.constantFrom(
  ...['application/json', 'Application/JSON; charset=utf-8', 'application/x-www-form-urlencoded', 'text/plain'],
  ...[
    'application/octet-stream',
    'text/xml',
    'text/html',
    'multipart/form-data; boundary=b',
    'application/jwt',
    undefined,
  ],
);
const anyMessage = fc
  .tuple(anyType, anyBody)
  .map(([type, body]) => ({ body, headers: (type ? { 'content-type': type } : {}) as Record<string, string> }));

test('no body leaves a secret in the trace, whatever it is called', async () => {
  await fc.assert(
    fc.asyncProperty(anyMessage, anyMessage, async (request, response) => {
      expect(await exchangeWith({ request, response })).not.toContain(canary);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ...[
    'X-Auth-Token',
    'X-Api-Key',
    'Set-Cookie',
    'Set-Cookie2',
    'WWW-Authenticate',
    'Authentication-Info',
    'X-Anything',
  ],
  ...['Authorization', 'Cookie', 'Proxy-Authorization', 'Referer', 'ETag', 'Content-Disposition'],
])('the header %s is not kept', async name => {
  const headers = { [name]: `Bearer ${canary}` };
  expect(await exchangeWith({ request: { headers } })).not.toContain(canary);
  expect(await exchangeWith({ response: { headers } })).not.toContain(canary);
});

test.each([
  ['a header with a scheme', `Sent Authorization: Bearer ${canary}`],
  ['a header with an unusual scheme', `Sent authorization=SharedKey account:${canary}, then on`],
  ['a header with several parts', `Got WWW-Authenticate: Digest realm="x", nonce="${canary}"`],
  ['several cookies', `Sent Cookie: a=1; b=${canary}; c=${canary}`],
  ['a scheme without its header', `It refused Basic  ${canary}==`],
  ['a field without quotes', `The login has nonce: ${canary} and pass: ${canary}`],
])('a sentence with %s leaves no secret in the trace', async (_, message) => {
  expect(await exchangeWith({ response: { body: JSON.stringify({ message }) } })).not.toContain(canary);
});

test('no address leaves a secret in the trace', async () => {
  const anyAddress = fc
    .tuple(fc.constantFrom(...secretNames, 'code', 'state', 'c%6Fde', 'access%5Ftoken'), fc.nat({ max: 5 }))
    .map(([name, shape]) => {
      const query = `?a=b&${name}=${canary}`;
      const nested = (depth: number): string =>
        depth === 0 ? `https://x.example/${query}` : `https://x.example/?to=${encodeURIComponent(nested(depth - 1))}`;
      const shapes = [
        nested(0),
        nested(1),
        nested(3),
        `https://ann:${canary}@x.example/`,
        `https://x.example/#${name}=${canary}`,
      ];
      return shapes[shape] ?? `0; url=https://x.example/${query}`;
    });
  await fc.assert(
    fc.asyncProperty(anyAddress, async address => {
      const { pathname, search } = URL.canParse(address) ? new URL(address) : { pathname: '/', search: '' };
      const headers = { Location: address, Link: `<${address}>; rel="next"`, Refresh: `0; url=${address}` };
      const body = JSON.stringify({ message: `It is at ${address}` });
      const recorded = await exchangeWith({
        path: pathname + search,
        request: { headers },
        response: { headers, body },
      });
      expect(recorded).not.toContain(canary);
    }),
  );
});

test.each([
  ['nests without end', `{"value":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['encodes without end', JSON.stringify({ message: `%${'25'.repeat(200_000)}41` })],
])('an answer that %s is recorded', async (_name, body) => {
  const recorded = JSON.parse(
    await exchangeWith({ response: { headers: { 'content-type': 'application/json' }, body } }),
  );
  expect(recorded.response).toMatchObject({ status: 200, body: expect.anything() });
});

test('what is no secret stays as it is', async () => {
  const asked =
    '/v1.0/applications?$filter=displayName%20eq%20%27x%27&$skiptoken=abc123&%24skiptoken=d4&PageToken=xyz9';
  const body = {
    token_type: 'Bearer',
    code: 20003,
    error: { code: 'Request_ResourceNotFound', message: 'The code 20003 is not known.' },
    policy: { state: 'enabledForReportingButNotEnforced', address: { state: null } },
    passwordCredentials: [{ displayName: 'x', endDateTime: '2027-01-01T00:00:00Z', secretText: null }],
    optionalClaims: { idToken: [], saml2Token: [] },
    token_info: { account_sid: 'AC1', roles: ['admin'] },
    preferredTokenSigningKeyThumbprint: 'AB12',
    definition: ['{"TokenIssuancePolicy":{"Version":1,"SamlTokenVersion":"2.0","SigningAlgorithm":"sha256"}}'],
    value: [{ id: '1', displayName: '[Flex] Ann = 100% <b>', key: 'MIIC', loginUrl: 'https://x.example/saml?appid=1' }],
  };
  const headers = { 'content-type': 'application/json', 'retry-after': '1', location: 'https://x.example/a?b=c#d' };
  const request = { headers, body: JSON.stringify(body) };
  const recorded: Exchange = JSON.parse(await exchangeWith({ path: asked, request, response: request }));
  expect(recorded).toMatchObject({ path: asked, request: { headers, body }, response: { headers, body } });
});

test.each([
  ['customKeyIdentifier', 'lWeyJ8dHw0kq+q9yoKXsd7Zl28=', 'the beginning of a token'],
  ['key', 'MIIC8DCCAdigAwIBAgIQ+PwdR1K6NEA==', 'a password with its value'],
  ['customKeyIdentifier', 'EyJ8dHw0kq9yoKXsd7Zl28pQ6sU=', 'the beginning of a token in another case'],
  ['key', 'MIIC8DCCAdig/phnHBWxQsd7Zl28', 'the beginning of a message in another case'],
  ['x509', 'MIIC8DCCAdig\neyJ8dHw0kq9yoKXsd7Zl28\nQsd7==', 'a line that begins a token'],
  ['x509', 'MIIC8DCCAdig/PwdR1K6NEA=\n-----END CERTIFICATE-----\n', 'a password before the END line'],
])('%s %s stays, although it looks like %s', async (name, value) => {
  const body = JSON.stringify({ [name]: value });
  const headers = { 'content-type': 'application/json' };
  expect(await exchangeWith({ response: { headers, body } })).toContain(JSON.stringify(value));
});

test('of a form, what is asked for stays', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' };
  const form = { client_id: 'c1', scope: 'https://graph.microsoft.com/.default', grant_type: 'client_credentials' };
  const body = new URLSearchParams({ ...form, client_secret: canary, anything: canary }).toString();
  const recorded: Exchange = JSON.parse(await exchangeWith({ request: { headers, body } }));
  const kept = { ...form, client_secret: '[redacted]', anything: '[redacted]' };
  expect(Object.fromEntries(new URLSearchParams(recorded.request.body as string))).toEqual(kept);
});

describe.skipIf(process.platform === 'win32')('the file', () => {
  test('is not one that a link points to', async () => {
    const target = path.join(folder.path, 'target');
    await writeFile(target, 'untouched', { mode: 0o644 });
    await symlink(target, path.join(folder.path, 'link'));
    const dangling = path.join(folder.path, 'dangling');
    await symlink(path.join(folder.path, 'nowhere'), dangling);
    expect(() => openTrace(path.join(folder.path, 'link'))).toThrow(/symbolic link/);
    expect(() => openTrace(dangling)).toThrow(/symbolic link/);
    expect(() => openTrace('/dev/null')).toThrow(/not a regular file/);
    expect(await readFile(target, 'utf8')).toBe('untouched');
  });

  test('becomes readable by its owner only, and keeps what it holds', async () => {
    const file = path.join(folder.path, 'existing.jsonl');
    await writeFile(file, '{}\n');
    await chmod(file, 0o644);
    openTrace(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toBe('{}\n');
  });
});
