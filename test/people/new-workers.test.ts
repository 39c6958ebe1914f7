import { afterEach, describe, expect, it } from 'vitest';
import { identityOf } from '../../src/flex/identity.js';
import { createUnattendedPerson, heedFlags } from '../../src/migration/unattended-person.js';
import type { Beside, Outlook } from '../../src/people/outlook.js';
import { openTenant, type Tenant } from '../identity-providers/entra/tenant.js';
import { createWalker } from '../identity-providers/entra/walk.js';

let tenant: Tenant;
afterEach(() => tenant.close());

/** A hundred people, of whom thirty have a mail address that is not their UPN; everybody has a Worker by their UPN. */
async function hundred() {
  tenant = await openTenant({ users: 100 });
  const { users } = tenant.directory;
  for (const [position, user] of users.entries()) {
    user.mail = position % 10 < 3 ? `renamed.${position}@harborline.example` : user.userPrincipalName;
  }
  const workersBefore = users.map(({ id, userPrincipalName }) => ({
    sid: `WK${id.replaceAll('-', '')}`,
    friendlyName: identityOf(userPrincipalName),
    dateUpdated: '2026-01-01T00:00:00.000Z',
    roles: [],
    attributesDigest: '',
  }));
  const differing = users.filter(({ mail, userPrincipalName }) => mail !== userPrincipalName);
  expect(differing).toHaveLength(30);
  return { workersBefore, differing };
}

async function planned(nameId: 'keep' | 'mail' | undefined) {
  const { workersBefore, differing } = await hundred();
  const walker = createWalker(tenant, nameId && { nameId });
  walker.migration = { ...walker.migration, facts: { ...walker.migration.facts, workersBefore } };
  const lists: (readonly (Outlook | Beside)[])[] = [];
  walker.people = list => void lists.push(list);
  const changes = await walker.plan();
  return { walker, changes, outlooks: lists.at(-1) ?? [], differing };
}

const consequences = (changes: Awaited<ReturnType<typeof planned>>['changes']) =>
  changes.flatMap(({ consequence }) => consequence ?? []);
const writes = () =>
  tenant.exchanges.filter(
    ({ system, method, path }) => system === 'graph' && method !== 'GET' && !path.includes('$batch'),
  );

describe('where the UPN of thirty of a hundred people is not their mail', () => {
  it('the default plan keeps all hundred Workers', async () => {
    const { changes, outlooks, walker } = await planned(undefined);
    expect(outlooks).toHaveLength(100);
    expect(new Set(outlooks.map(({ verdict }) => verdict))).toEqual(new Set(['same-worker']));
    expect(consequences(changes)).toEqual([]);
    expect(walker.notes.join('\n')).toContain(
      '100 people may log in through the legacy application. 100 keep their Worker.',
    );
    const { checks } = await walker.walk();
    expect(checks.find(({ name }) => name === 'name-ids')).toMatchObject({ result: 'passed' });
  });

  it('user.mail announces the thirty by name before anything is written', async () => {
    const { changes, outlooks, differing } = await planned('mail');
    expect(outlooks.filter(({ verdict }) => verdict === 'new-worker')).toHaveLength(30);
    const [consequence, ...more] = consequences(changes);
    expect(more).toEqual([]);
    expect(consequence).toContain('30 people who have a Worker get a new, billed one');
    for (const { displayName, userPrincipalName } of differing)
      expect(consequence).toContain(`${displayName} (${userPrincipalName})`);
    expect(writes()).toEqual([]);
  });

  it('accepting the plan does not accept that; its own flag does', async () => {
    const { changes } = await planned('mail');
    const step = { id: 'update-identity-provider', title: 'Update your identity provider' } as const;
    const nobody = createUnattendedPerson({ awaitsLogin: false, visit: async () => undefined });
    const flags = { accepts: true, done: [] };
    await expect(
      heedFlags(nobody, { ...flags, acceptsNewWorkers: false }).confirm(step, changes),
    ).rejects.toMatchObject({
      ending: 'usage',
      message: expect.stringContaining('30 people'),
      hint: expect.stringContaining('--accept-new-workers'),
    });
    expect(await heedFlags(nobody, { ...flags, acceptsNewWorkers: true }).confirm(step, changes)).toBe(true);
    expect(await heedFlags(nobody, { ...flags, accepts: false, acceptsNewWorkers: true }).confirm(step, changes)).toBe(
      false,
    );
  });

  it('says who would have no NameID at all', async () => {
    const { workersBefore } = await hundred();
    const [, , , , , someone] = tenant.directory.users;
    if (someone) someone.mail = null;
    const walker = createWalker(tenant, { nameId: 'mail' });
    walker.migration = { ...walker.migration, facts: { ...walker.migration.facts, workersBefore } };
    const [consequence] = consequences(await walker.plan());
    expect(consequence).toContain('1 person has no NameID');
    expect(consequence).toContain(someone?.userPrincipalName);
  });
});
