import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Exchange, redactExchange } from '../src/trace.js';

const canary = 'c4n4ry-s3cr3t';

function exchange(part: {
  path?: string;
  request?: Partial<Exchange['request']>;
  response?: Partial<Exchange['response']>;
}): Exchange {
  return {
    at: '2026-01-01T00:00:00.000Z',
    system: 'login',
    method: 'POST',
    path: part.path ?? '/',
    request: { headers: {}, body: null, ...part.request },
    response: { status: 200, headers: {}, body: null, ...part.response },
    ms: 1,
  };
}

test.each<[string, Exchange]>([
  ['an authorization header', exchange({ request: { headers: { authorization: `Bearer ${canary}` } } })],
  ['a cookie', exchange({ response: { headers: { 'set-cookie': canary } } })],
  [
    'a token answer',
    exchange({ response: { body: { access_token: canary, refresh_token: canary, id_token: canary } } }),
  ],
  [
    'a secret in a form',
    exchange({
      request: {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `client_id=x&client_secret=${canary}&client_assertion=${canary}&code=${canary}&password=${canary}`,
      },
    }),
  ],
  [
    'an exchange',
    exchange({ request: { body: { code: canary, code_verifier: canary, nested: [{ device_code: canary }] } } }),
  ],
  ['a code in a path', exchange({ path: `/callback?state=x&code=${canary}` })],
  [
    'a SAML message in a location',
    exchange({
      response: { headers: { location: `https://x.example/saml2?SAMLRequest=${canary}&RelayState=${canary}` } },
    }),
  ],
  [
    'a SAML message in JSON',
    exchange({ response: { body: { location: `https://x.example/saml2?SAMLRequest=${canary}` } } }),
  ],
  [
    'a page',
    exchange({
      response: { headers: { 'content-type': 'text/html' }, body: `<input name="SAMLResponse" value="${canary}">` },
    }),
  ],
])('%s leaves no secret in the trace', (_name, recorded) => {
  expect(JSON.stringify(redactExchange(recorded))).not.toContain(canary);
});

test('what is no secret stays as it is', () => {
  const recorded = exchange({
    path: "/v1.0/applications?$filter=displayName eq 'x'",
    response: {
      body: {
        token_type: 'Bearer',
        code: 20003,
        error: { code: 'NotFound' },
        value: [{ id: '1', displayName: 'Ann', key: 'public' }],
      },
    },
  });
  expect(redactExchange(recorded)).toEqual(recorded);
});

test('secrets are found wherever they are in a document', () => {
  const names = fc.constantFrom(
    'access_token',
    'client_secret',
    'SAMLResponse',
    'code_verifier',
    'password',
    'refresh_token',
  );
  const { tree } = fc.letrec(tie => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.integer(),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.string({ maxLength: 5 }), tie('tree'), { maxKeys: 3 }),
      names.map(name => ({ [name]: canary })),
    ),
  }));
  fc.assert(
    fc.property(tree, body => {
      expect(JSON.stringify(redactExchange(exchange({ response: { body } })))).not.toContain(canary);
    }),
  );
});
