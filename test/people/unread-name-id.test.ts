import { expect, it } from 'vitest';
import { identityOf } from '../../src/flex/identity.js';
import type { Answers } from '../../src/migration/state.js';
import { goOnByHand, readWorld, servedSandbox, stateDirectory } from '../commands/sandbox.js';
import { openTenant, type Tenant } from '../identity-providers/entra/tenant.js';
import { createWalker } from '../identity-providers/entra/walk.js';
import { readTrace, run } from '../support/cli.js';
import { isGraphWrite } from '../support/graph-writes.js';

const slow = 60_000;

it('where the NameID cannot be read and no Worker speaks for one, nothing is written before somebody has accepted it', {
  timeout: slow,
}, async () => {
  const state = await stateDirectory({ faults: ['legacy-name-id-transformed'] });
  const trace = `${state}/trace.jsonl`;
  const args = ['--sandbox', '--yes', '--state', state, '--sandbox-fault', 'claims-unreadable-403', '--trace', trace];
  const refused = await run(['migrate', '--setup-type', 'new', ...args]);
  expect(refused.code).toBe(2);
  expect((await readTrace(trace)).filter(isGraphWrite)).toEqual([]);
  const said = refused.stderr.replaceAll(/\s+/g, ' ');
  expect(said).toContain('Whether 8 people keep their Worker cannot be told');
  expect(said).toContain('Amara Okafor (amara.okafor@harborline.example)');
  expect(said).toMatch(/`flex-sso migrate --setup-type modify[^`]*` leaves it as it is/);
  expect(said).toContain('Policy.Read.ApplicationConfiguration');
  expect(said).not.toMatch(/keeps the NameID|none yet|no Worker yet|Claims as today/);

  const accepted = await run(['migrate', '--accept-new-workers', '--json', ...args]);
  expect(accepted).toMatchObject({ code: 5, json: { error: { code: 'verification-failed' } } });
  expect(accepted.json.error.message).toContain('The NameID is not the one that Flex knows this person by');
  const { json: status } = await run(['status', '--sandbox', '--json', '--state', state]);
  expect(status.verified).toBe(false);
  expect(status.checks['update-identity-provider']).toContainEqual(
    expect.objectContaining({ name: 'name-ids', result: 'unknown' }),
  );
});

it('where the Workers tell the NameID, the plan says that they do, and nothing has to be accepted', {
  timeout: slow,
}, async () => {
  const state = await stateDirectory({ faults: ['legacy-name-id-mail', 'users-upn-differs'] });
  const bad = ['--sandbox-fault', 'claims-unreadable-403'];
  const ended = await run(['migrate', '--setup-type', 'new', '--sandbox', '--yes', '--json', '--state', state, ...bad]);
  expect(ended).toMatchObject({ code: 0, json: { verified: true } });
  expect(ended.json.notes.join()).toContain('8 of 8 are named after user.mail');
});

/** Claims that may not be read, everybody's Worker by their UPN but for the first one, and one Worker that is nobody's. */
async function unread(
  answers: Partial<Answers>,
  work: (tenant: Tenant, walker: ReturnType<typeof createWalker>) => Promise<void>,
) {
  const tenant = await openTenant({ users: 8 });
  try {
    tenant.intercept({
      before: ({ path }) =>
        path.endsWith('/claimsPolicy')
          ? Response.json({ error: { code: 'Authorization_RequestDenied', message: 'No.' } }, { status: 403 })
          : undefined,
    });
    const walker = createWalker(tenant, answers);
    const nameIds = ['gone@harborline.example', ...tenant.directory.users.slice(1).map(user => user.userPrincipalName)];
    const workersBefore = nameIds.map(nameId => ({
      sid: `WK of ${nameId}`,
      friendlyName: identityOf(nameId),
      dateUpdated: '2026-01-01T00:00:00.000Z',
      roles: [],
      attributesDigest: '',
    }));
    walker.migration = { ...walker.migration, facts: { ...walker.migration.facts, workersBefore } };
    await work(tenant, walker);
  } finally {
    await tenant.close();
  }
}

it('where the Workers bear an assumption out in part, only whom they do not know is open, until a person says what it is', async () => {
  await unread({}, async (tenant, walker) => {
    const consequence = (await walker.plan()).find(change => change.consequence)?.consequence;
    const [first] = tenant.directory.users;
    expect(consequence).toContain('Whether 1 person keeps their Worker cannot be told');
    expect(consequence).toContain(`any of ${first?.displayName} (${first?.userPrincipalName})`);
    expect(walker.notes.join('\n')).toContain('1 Worker is named after other NameIDs: gone@harborline.example.');
    const { checks } = await walker.walk();
    expect(checks.find(({ name }) => name === 'name-ids')).toMatchObject({ result: 'unknown' });
  });
  await unread({ nameId: 'userprincipalname' }, async (_, walker) => {
    expect((await walker.plan()).flatMap(({ consequence }) => consequence ?? [])).toEqual([]);
    expect(walker.notes.join('\n')).toContain('7 keep their Worker; 1 has none yet');
    const { checks } = await walker.walk();
    expect(checks.find(({ name }) => name === 'name-ids')).toMatchObject({ result: 'passed' });
  });
  await unread({ nameId: 'mail' }, async (_, walker) => {
    const consequence = (await walker.plan()).find(change => change.consequence)?.consequence;
    expect(consequence).toContain('get a new, billed one');
    expect(consequence).toContain('Whether 1 person keeps their Worker cannot be told');
  });
});

it('with nobody there, the claims are compared by a person before anything is written, and that is enough', {
  timeout: slow,
}, async () => {
  const sandbox = await servedSandbox({ faults: ['claims-unreadable-403'] });
  let at = await sandbox.run(['migrate', '--setup-type', 'new']);
  at = await goOnByHand(sandbox, at, 'update-identity-provider');
  expect(at).toMatchObject({ code: 10, json: { waitingFor: { step: 'update-identity-provider' } } });
  expect(at.json.waitingFor.title).toContain('Compare the claims of the legacy application');
  expect(JSON.stringify(at.json.waitingFor)).toContain(
    'Unique User Identifier (Name ID): planned is user.userprincipalname.',
  );
  expect(readWorld(sandbox.state).directory.applications.map(({ displayName }) => displayName)).not.toContain(
    'Twilio Flex SSO',
  );
  at = await sandbox.run(['resume', '--done', 'update-identity-provider']);
  expect(at).toMatchObject({ code: 10, json: { waitingFor: { step: 'enter-identity-provider-data' } } });
});
