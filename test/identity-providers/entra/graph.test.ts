import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { publicEndpoints } from '../../../src/endpoints.js';
import { createHttp } from '../../../src/http.js';
import type { GraphWriter } from '../../../src/identity-providers/entra/client.js';
import { createGraph } from '../../../src/identity-providers/entra/graph.js';
import { readPages } from '../../../src/identity-providers/entra/pages.js';

interface Seen {
  method: string;
  url: string;
  body: string;
  authorization: string | undefined;
}
type Answer = [status: number, body?: unknown, headers?: Record<string, string>];

let server: Server;
afterEach(() => new Promise(resolve => server.close(resolve)));

/** A Graph that gives the answers in turn, the last one for ever. */
async function serve(answer: (seen: Seen, count: number) => Answer) {
  const seen: Seen[] = [];
  const waits: number[] = [];
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const asked = { method, url, body, authorization: headers.authorization };
      const [status, content, more = {}] = answer(asked, seen.push(asked) - 1);
      response.writeHead(status, { 'Content-Type': 'application/json', ...more });
      response.end(content === undefined ? undefined : JSON.stringify(content));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graph`;
  const endpoints = { ...publicEndpoints, graph: base };
  const graph: GraphWriter = createGraph({
    http: createHttp({ endpoints }),
    endpoints,
    accessToken: async () => 'token',
    wait: async milliseconds => void waits.push(milliseconds),
  });
  return { graph, seen, waits, base };
}

const refusal = (code: string, message: string) => ({ error: { code, message } });

describe('Graph', () => {
  it('sends paths below v1.0 or beta, encoded as they are, with the token', async () => {
    const { graph, seen } = await serve(() => [200, { value: [] }]);
    const filter = encodeURIComponent('identifierUris/any(uri:uri eq "a&b=c")');
    await graph.get(`/applications?$filter=${filter}&$select=id,appId`);
    await graph.get('/beta/servicePrincipals/1/claimsPolicy');
    expect(seen.map(({ url }) => url)).toEqual([
      `/graph/v1.0/applications?$filter=${filter}&$select=id,appId`,
      '/graph/beta/servicePrincipals/1/claimsPolicy',
    ]);
    expect(seen[0]?.authorization).toBe('Bearer token');
  });

  it('follows the pages of a list, and none that is not its own', async () => {
    const { graph, seen } = await serve(({ url }) =>
      url.includes('skip')
        ? [200, { value: [2], '@odata.nextLink': 'https://attacker.example/v1.0/users' }]
        : [200, { value: [1], '@odata.nextLink': 'https://graph.microsoft.com/v1.0/users?$skiptoken=abc' }],
    );
    await expect(graph.list('/users?$top=999')).rejects.toMatchObject({ code: 'graph-next-page' });
    expect(seen.map(({ url }) => url)).toEqual(['/graph/v1.0/users?$top=999', '/graph/v1.0/users?$skiptoken=abc']);
  });

  it('stops at pages in a circle', async () => {
    const next = 'https://graph.microsoft.com/v1.0/users?$skiptoken=abc';
    const { graph } = await serve(() => [200, { value: [1], '@odata.nextLink': next }]);
    await expect(graph.list('/users')).rejects.toThrow('next page');
  });

  it('waits as long as Graph says before it repeats, else longer each time', async () => {
    const answers: Answer[] = [
      [429, refusal('TooManyRequests', 'slow'), { 'Retry-After': '17' }],
      [503, refusal('serviceUnavailable', 'later')],
      [504, refusal('gatewayTimeout', 'later')],
      [200, { id: '1' }],
    ];
    const { graph, waits } = await serve((_, count) => answers[count] ?? [500]);
    expect(await graph.get('/users/1')).toEqual({ id: '1' });
    expect(waits).toEqual([17_000, 2000, 4000]);
  });

  it('gives up where it is told to wait for an hour', async () => {
    const { graph } = await serve(() => [429, refusal('TooManyRequests', 'slow'), { 'Retry-After': '3600' }]);
    await expect(graph.get('/users')).rejects.toMatchObject({ status: 429, code: 'TooManyRequests' });
  });

  it('does not repeat what would create twice, unless it was throttled', async () => {
    const answers: Answer[] = [
      [429, refusal('TooManyRequests', 'slow')],
      [503, refusal('serviceUnavailable', 'later')],
    ];
    const { graph, seen } = await serve((_, count) => answers[count] ?? [201, {}]);
    await expect(graph.post('/policies/claimsMappingPolicies', {}, { creates: true })).rejects.toMatchObject({
      status: 503,
    });
    expect(seen).toHaveLength(2);
  });

  it('carries the code, the message and the request id of a refusal', async () => {
    const { graph } = await serve(() => [400, refusal('Request_BadRequest', 'No.'), { 'request-id': 'r-1' }]);
    const error = { status: 400, code: 'Request_BadRequest', message: 'No.', requestId: 'r-1' };
    await expect(graph.patch('/applications/1', {})).rejects.toMatchObject(error);
  });

  it.each([
    ['GET', '/policies/claimsMappingPolicies', 'Policy.Read.All'],
    ['POST', '/servicePrincipals/1/tokenIssuancePolicies/$ref', 'Policy.ReadWrite.ApplicationConfiguration'],
    ['POST', '/servicePrincipals/1/appRoleAssignedTo', 'AppRoleAssignment.ReadWrite.All'],
    ['POST', '/applicationTemplates/1/instantiate', 'Application.ReadWrite.All'],
    ['GET', '/applications', 'Application.Read.All'],
  ])('names what %s %s needs: %s', async (method, path, permission) => {
    const { graph } = await serve(() => [403, refusal('Authorization_RequestDenied', 'Insufficient privileges.')]);
    const call = method === 'GET' ? graph.get(path) : graph.post(path, {});
    await expect(call).rejects.toMatchObject({
      code: 'graph-permission-missing',
      ending: 'permission',
      hint: expect.stringContaining(permission),
    });
  });

  it('does not blame a missing permission for a quota or a licence', async () => {
    const code = 'Authentication_RequestFromNonPremiumTenantOrB2CTenant';
    const { graph } = await serve(() => [403, refusal(code, 'Neither tenant is B2C or tenant has premium license.')]);
    await expect(graph.get('/auditLogs/signIns')).rejects.toMatchObject({ name: 'GraphError', status: 403, code });
  });

  it('says that a token is refused', async () => {
    const { graph } = await serve(() => [401, refusal('InvalidAuthenticationToken', 'Lifetime validation failed.')]);
    await expect(graph.get('/applications')).rejects.toMatchObject({
      code: 'graph-token-refused',
      ending: 'permission',
    });
  });

  it('lets the error of the sign-in through as it is', async () => {
    const { base } = await serve(() => [200, {}]);
    const endpoints = { ...publicEndpoints, graph: base };
    const failure = new Error('nobody signed in');
    const graph = createGraph({
      http: createHttp({ endpoints }),
      endpoints,
      accessToken: () => Promise.reject(failure),
    });
    await expect(graph.get('/applications')).rejects.toBe(failure);
  });

  it.each([
    [
      'graph-pages-endless',
      /more than \d+ pages/,
      (base: string, count: number) => `${base}/v1.0/users?$skiptoken=${count}`,
    ],
    ['graph-pages-endless', /read before/, (base: string) => `${base}/v1.0/users?$skiptoken=1`],
    ['graph-next-page', /next page that is not/, () => 'the next one'],
    ['graph-next-page', /next page that is not/, () => ({ $skiptoken: 1 })],
  ])('does not read pages for ever: %s', { timeout: 120_000 }, async (code, message, next) => {
    const { graph, base } = await serve((_, count) => [200, { value: [], '@odata.nextLink': next(base, count) }]);
    await expect(graph.list('/users')).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    const reading = readPages(graph, ['/users?$top=999'], () => {});
    await expect(reading).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('repeats only the throttled members of a batch, and keeps the order', async () => {
    interface Member {
      id: string;
      url: string;
    }
    const { graph, seen, waits } = await serve(({ body }, count) => {
      const { requests } = JSON.parse(body) as { requests: Member[] };
      const responses = requests
        .toReversed()
        .map(({ id, url }) =>
          count === 0 && Number(id) % 5 === 0
            ? { id, status: 429, headers: { 'Retry-After': String(10 + Number(id)) }, body: refusal('x', 'x') }
            : { id, status: 201, body: { url } },
        );
      return [200, { responses }];
    });
    const done: number[] = [];
    const requests = Array.from({ length: 23 }, (_, i) => ({ method: 'POST' as const, path: `/x/${i}`, body: { i } }));
    const answers = await graph.batch(requests, count => void done.push(count));
    expect(answers.map(({ body }) => body)).toEqual(requests.map(({ path }) => ({ url: path })));
    const sizes = seen.map(({ body }) => (JSON.parse(body) as { requests: Member[] }).requests.length);
    // One goes ahead to see whether Graph takes any again.
    expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 3, 3, 20]);
    expect(waits).toEqual([25_000]);
    expect(done.at(-1)).toBe(23);
  });

  it('ends where the run is stopped while it waits', async () => {
    const stop = new AbortController();
    const { base } = await serve(() => [429, refusal('TooManyRequests', 'slow'), { 'Retry-After': '60' }]);
    const endpoints = { ...publicEndpoints, graph: base };
    const http = createHttp({ endpoints });
    const graph = createGraph({
      http: async request => {
        const answer = await http(request);
        stop.abort();
        return answer;
      },
      endpoints,
      accessToken: async () => 'token',
      signal: stop.signal,
    });
    await expect(graph.get('/users')).rejects.toMatchObject({ code: 'interrupted' });
  });
});
