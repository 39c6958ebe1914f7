import { describe, expect, it, onTestFinished, test } from 'vitest';
import { createQuota } from '../../src/sandbox/entra/graph/quota.js';
import { type Fault, faults } from '../../src/sandbox/faults.js';
import { instantiate } from './entra/create-application.js';
import { immediate, type ServedEntra, serveEntra } from './entra/serve.js';
import { entraWith, statuses, template } from './faulty-entra.js';

const metadataPath = '/federationmetadata/2007-06/federationmetadata.xml?appid=';

const byName = (name: string) => `/v1.0/applications?$filter=${encodeURIComponent(`displayName eq '${name}'`)}`;
const namesOf = async (entra: ServedEntra, path: string) =>
  (await entra.graph('GET', path)).body.value.map(({ displayName }) => displayName);

/** Assignments of the first users to an application, as they go into a batch. */
function assignments(entra: ServedEntra, servicePrincipalId: string, count: number) {
  return entra.directory.users.slice(0, count).map((user, index) => ({
    id: String(index),
    method: 'POST',
    url: `/servicePrincipals/${servicePrincipalId}/appRoleAssignedTo`,
    headers: { 'Content-Type': 'application/json' },
    body: {
      principalId: user.id,
      resourceId: servicePrincipalId,
      appRoleId: '18d14569-c3bd-439b-9a66-3a2aee01d14f',
    },
  }));
}

async function batched(entra: ServedEntra, requests: readonly object[]) {
  const { body } = await entra.graph('POST', '/v1.0/$batch', { requests });
  return body.responses as { id: string; status: number; headers: Record<string, string> }[];
}

test('every fault is said in a sentence', () => {
  for (const [name, words] of Object.entries(faults)) {
    expect(name).toMatch(/^[a-z0-9-]+(:[A-Za-z.]+)?$/);
    expect(words).toMatch(/^[\dA-Z“a-z].*\.$/);
  }
});

describe('creating', () => {
  it('answers 404, with or without having created', async () => {
    for (const [fault, left] of [
      ['create-404', []],
      ['create-404-created', ['Flex']],
    ] as const) {
      const entra = await entraWith(fault);
      expect((await entra.graph('POST', template, { displayName: 'Flex' })).status).toBe(404);
      expect(await namesOf(entra, byName('Flex'))).toEqual(left);
      expect((await entra.graph('POST', template, { displayName: 'Again' })).status).toBe(201);
    }
  });

  it('takes its time to replicate, and not for ever', async () => {
    const slow = await entraWith('replication-slow');
    const { application } = await instantiate(slow, 'Flex');
    const read = () => slow.graph('GET', `/v1.0/applications/${application.id}`);
    expect(await statuses(6, read)).toEqual([404, 404, 404, 404, 200, 200]);
    const listed = [];
    for (let count = 0; count < 5; count++) listed.push((await namesOf(slow, byName('Flex'))).length);
    expect(listed).toEqual([0, 0, 0, 0, 1]);
    const uneven = await entraWith('replication-uneven');
    const other = await instantiate(uneven, 'Flex');
    const readOther = () => uneven.graph('GET', `/v1.0/applications/${other.application.id}`);
    expect(await statuses(6, readOther)).toEqual([200, 404, 200, 404, 200, 200]);
  });

  it('refuses the first changes', async () => {
    const entra = await entraWith('patch-404', 'patch-409');
    const { application } = await instantiate(entra, 'Flex');
    const patch = () => entra.graph('PATCH', `/v1.0/applications/${application.id}`, { notes: 'x' });
    expect(await statuses(7, patch)).toEqual([404, 404, 404, 409, 409, 204, 204]);
  });

  it('shows old values after a change, and the new ones in the end', async () => {
    const entra = await entraWith('stale-reads');
    const { application, servicePrincipal } = await instantiate(entra, 'Flex');
    const path = `/v1.0/servicePrincipals/${servicePrincipal.id}`;
    await entra.graph('PATCH', path, { preferredSingleSignOnMode: 'saml' });
    const modes = [];
    for (let count = 0; count < 4; count++) modes.push((await entra.graph('GET', path)).body.preferredSingleSignOnMode);
    expect(modes).toEqual([null, null, null, 'saml']);
    await entra.graph('PATCH', `/v1.0/applications/${application.id}`, { displayName: 'New' });
    const found = [];
    for (let count = 0; count < 4; count++) found.push((await namesOf(entra, byName('New'))).length);
    expect(found).toEqual([0, 0, 0, 1]);
  });
});

describe('certificates', () => {
  const made = async (entra: ServedEntra) => {
    const { application, servicePrincipal } = await instantiate(entra, 'Flex');
    const path = `/v1.0/servicePrincipals/${servicePrincipal.id}`;
    const added = await entra.graph('POST', `${path}/addTokenSigningCertificate`, { displayName: 'CN=Flex' });
    return { application, path, added };
  };

  it('come late in metadata and in keyCredentials', async () => {
    const entra = await entraWith('certificate-late-in-metadata', 'certificate-late-in-key-credentials');
    const { application, path } = await made(entra);
    const url = `https://login.microsoftonline.com/${entra.directory.tenantId}${metadataPath}${application.appId}`;
    const published = [];
    for (let count = 0; count < 7; count++)
      published.push((await entra.request('GET', url)).text.includes('<X509Certificate>'));
    expect(published).toEqual([...Array(6).fill(false), true]);
    const shown = [];
    for (let count = 0; count < 5; count++)
      shown.push(((await entra.graph('GET', `${path}?$select=keyCredentials`)).body.keyCredentials as []).length);
    expect(shown).toEqual([0, 0, 0, 0, 2]);
  });

  it('become active by themselves, or cannot be made', async () => {
    const active = await entraWith('certificate-activates-at-once');
    const { path, added } = await made(active);
    const { body } = await active.graph('GET', path);
    expect(body.preferredTokenSigningKeyThumbprint).toBe(added.body.thumbprint);
    const without = await entraWith('no-certificate-action');
    expect((await made(without)).added.status).toBe(404);
  });
});

describe('assigning', () => {
  it('is refused at first, as long as it takes', async () => {
    const entra = await entraWith('assignment-404', 'assignment-invalid-reference', 'assignments-list-lags');
    const { servicePrincipal } = await instantiate(entra, 'Flex');
    const [first] = assignments(entra, servicePrincipal.id, 1);
    const path = `/v1.0${first?.url}`;
    expect(await statuses(5, () => entra.graph('POST', path, first?.body))).toEqual([404, 404, 400, 201, 400]);
    const lengths = [];
    for (let count = 0; count < 5; count++) lengths.push((await entra.graph('GET', path)).body.value.length);
    expect(lengths).toEqual([0, 0, 0, 0, 1]);
  });

  it('is throttled inside batches, carried out or not, and answered in any order', async () => {
    for (const [fault, done] of [
      ['throttled-in-batches', 15],
      ['throttled-in-batches-applied', 18],
    ] as const) {
      const entra = await entraWith(fault, 'batch-unordered');
      const { servicePrincipal } = await instantiate(entra, 'Flex');
      const answers = await batched(entra, assignments(entra, servicePrincipal.id, 18));
      expect(answers.map(({ id }) => Number(id))).toEqual(Array.from({ length: 18 }, (_, index) => 17 - index));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThan(1);
      expect(refused[0]?.headers['Retry-After']).toBe('1');
      const held = entra.directory.appRoleAssignments.filter(one => one.resourceId === servicePrincipal.id);
      expect(held).toHaveLength(done);
    }
  });
});

describe('now and then', () => {
  const read = (entra: ServedEntra) => () => entra.graph('GET', '/v1.0/organization');

  it.each<[Fault, number, number, number]>([
    ['throttled', 429, 5, 6],
    ['throttled-without-retry-after', 429, 7, 5],
    ['unavailable', 503, 8, 4],
    ['gateway-timeout', 504, 9, 3],
    ['connection-reset', 0, 10, 3],
  ])('%s', async (fault, status, every, most) => {
    const entra = await entraWith(fault);
    const seen = await statuses(every * (most + 1), read(entra));
    const wanted = seen.map((_, index) => ((index + 1) % every || index >= every * most ? 200 : status));
    expect(seen).toEqual(wanted);
    const refused = entra.exchanges.find(exchange => exchange.response.status === 429);
    if (refused) expect(refused.response.headers['retry-after']).toBe(fault === 'throttled' ? '1' : undefined);
  });

  it('a write is carried out although nobody hears of it', async () => {
    for (const [fault, count, unheard] of [
      ['gateway-timeout', 9, 504],
      ['connection-reset-applied', 10, 0],
    ] as const) {
      const entra = await entraWith(fault);
      let made = 0;
      const seen = await statuses(count, () => entra.graph('POST', template, { displayName: `Flex ${++made}` }));
      expect(seen.at(-1)).toBe(unheard);
      expect(await namesOf(entra, byName(`Flex ${count}`))).toEqual([`Flex ${count}`]);
    }
  });

  it('Conditional Access says nothing of when to come back', async () => {
    const entra = await entraWith('throttled-conditional-access');
    const policies = () => entra.graph('GET', '/v1.0/identity/conditionalAccess/policies');
    expect(await statuses(3, policies)).toEqual([429, 429, 200]);
  });

  it('a request is never answered', async () => {
    const entra = await entraWith('no-answer');
    expect(await statuses(10, read(entra))).toEqual(Array(10).fill(200));
    const signal = AbortSignal.timeout(150);
    const url = `${entra.endpoints.graph}/v1.0/organization`;
    const unanswered = fetch(url, { headers: { Authorization: `Bearer ${await entra.token()}` }, signal });
    await expect(unanswered).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await read(entra)()).status).toBe(200);
  });
});

describe('the quota', () => {
  it('slides with time', () => {
    let now = 1000;
    const quota = createQuota({ writes: 2, milliseconds: 100 }, () => now);
    expect([quota.take(), quota.take(), quota.take()]).toEqual([undefined, undefined, 100]);
    now += 60;
    expect(quota.take()).toBe(40);
    now += 40;
    expect([quota.take(), quota.take(), quota.take()]).toEqual([undefined, undefined, 100]);
  });

  it('counts the writes of a batch one by one, and reads not at all', async () => {
    const now = () => 0;
    const entra = await serveEntra({ ...immediate, now }, ['quota-hundredth']);
    onTestFinished(() => entra.close());
    const { servicePrincipal } = await instantiate(entra, 'Flex');
    const requests = assignments(entra, servicePrincipal.id, 19);
    await batched(entra, requests);
    const answers = await batched(entra, requests);
    expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(400), ...Array(9).fill(429)]);
    expect(answers.at(-1)?.headers['Retry-After']).toBe('2');
    expect((await entra.graph('GET', '/v1.0/organization')).status).toBe(200);
  });
});
