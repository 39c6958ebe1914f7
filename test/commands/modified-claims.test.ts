import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { World } from '../../src/sandbox/host.js';
import type { Exchange } from '../../src/trace.js';
import { hasContract, violations } from '../sandbox/entra/contract.js';
import { type Place, readTrace, run, stoppedAt } from '../support/cli.js';
import { isGraphWrite } from '../support/graph-writes.js';
import { entraOf } from './census.js';
import { readWorld, shownWorld, stateDirectory } from './sandbox.js';

const slow = 120_000;
const traceOf = (state: string) => path.join(state, 'trace.jsonl');
const here = (state: string) => ['--sandbox', '--yes', '--json', '--state', state, '--trace', traceOf(state)];

async function expectNoViolation(state: string): Promise<void> {
  if (hasContract) expect(await violations(await readTrace(traceOf(state)))).toEqual([]);
}

/** The tenant without the record of who signed in. */
async function tenantOf(state: string) {
  const { signIns: _, ...tenant } = entraOf(await shownWorld(state)) as Record<string, unknown>;
  return tenant;
}

const policyOf = (state: string) => readWorld(state).directory.claimsMappingPolicies;

it.each([
  [['legacy-claims-namespaced'], 'yes'],
  [['legacy-claims-incomplete'], 'no'],
  [['legacy-claims-namespaced', 'legacy-claims-policy', 'legacy-claims-custom'], 'no'],
  [['legacy-claims-incomplete', 'legacy-name-id-transformed', 'legacy-claims-policy'], 'yes'],
] as const)(
  '%j: mended in the plan, proven by a login, and restored field by field (overlap: %s)',
  { timeout: slow },
  async (faults, overlap) => {
    const state = await stateDirectory({ faults });
    const before = await tenantOf(state);
    const planned = await run(['plan', '--setup-type', 'modify', ...here(state)]);
    expect(JSON.stringify(planned.json)).toContain('full_name as Flex needs it, beside what is sent today');
    expect(await tenantOf(state)).toEqual(before);

    const migrated = await run(['migrate', '--setup-type', 'modify', '--overlap', overlap, ...here(state)]);
    expect(migrated).toMatchObject({ code: 0, json: { status: 'finished', verified: true } });
    expect(migrated.json.checks['update-identity-provider']).toContainEqual(
      expect.objectContaining({ name: 'claims', result: 'passed', strength: 'observed' }),
    );
    const again = await run(['migrate', ...here(state)]);
    expect(again).toMatchObject({ code: 0, json: { status: 'finished', changed: 0 } });

    const reverted = await run(['revert', ...here(state)]);
    expect(reverted).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(await tenantOf(state)).toEqual(before);
    await expectNoViolation(state);
  },
);

it.each([
  [['legacy-claims-incomplete', 'legacy-claims-conditional'], [], 'passed'],
  [['legacy-claims-incomplete'], ['--sandbox-fault', 'claims-unreadable-404'], 'unknown'],
] as const)(
  '%j %j: no policy takes the place of the claims page; its administrator mends it',
  { timeout: slow },
  async (faults, bad, result) => {
    const state = await stateDirectory({ faults });
    const migrated = await run(['migrate', '--setup-type', 'modify', ...bad, ...here(state)]);
    expect(migrated).toMatchObject({ code: 0, json: { status: 'finished', verified: true } });
    expect(migrated.json.checks['update-identity-provider']).toContainEqual(
      expect.objectContaining({ name: 'claims', result }),
    );
    expect(policyOf(state)).toEqual([]);
    expect(Object.values(readWorld(state).directory.claimsPolicies)[0]?.claims).toContainEqual({
      name: 'full_name',
      source: 'user',
      attribute: 'displayname',
    });
    expect(await run(['migrate', ...bad, ...here(state)])).toMatchObject({ code: 0, json: { changed: 0 } });
    expect(await run(['revert', ...bad, ...here(state)])).toMatchObject({ code: 0, json: { status: 'reverted' } });
    await expectNoViolation(state);
  },
);

/** Gives the policy of the legacy application to the other one, too. */
function share({ directory }: World): void {
  const [policy] = directory.claimsMappingPolicies;
  const other = directory.servicePrincipals.find(({ displayName }) => displayName === 'flex-sso');
  if (policy && other) directory.policyAssignments.push({ servicePrincipalId: other.id, policyId: policy.id });
}

it('killed between two policies it goes on with one of its own, or back to the shared one', {
  timeout: slow,
}, async () => {
  const world = { faults: ['legacy-claims-incomplete', 'legacy-claims-policy'], change: share } as const;
  const uncut = await stateDirectory(world);
  const migrate = ['migrate', '--setup-type', 'modify'];
  expect(await run([...migrate, ...here(uncut)])).toMatchObject({ code: 0 });
  const place: Place = ['after', unassignmentIn(await readTrace(traceOf(uncut))), 'graph'];
  await rm(traceOf(uncut));

  for (const direction of ['resume', 'revert']) {
    const state = await stateDirectory(world);
    const before = await tenantOf(state);
    const killed = await run([...migrate, ...here(state)], stoppedAt(place, 'SIGKILL'));
    expect(killed.code).toBeNull();
    const { directory } = readWorld(state);
    expect(directory.claimsMappingPolicies).toHaveLength(2);
    // Another application keeps it.
    expect(policiesAssigned(directory)).toEqual(['Twilio Flex claims']);

    const next = await run([direction, ...here(state)]);
    expect(next).toMatchObject({ code: 0, json: { status: direction === 'resume' ? 'finished' : 'reverted' } });
    if (direction === 'resume') {
      const after = readWorld(state).directory;
      expect(policiesAssigned(after)).toEqual(['Twilio Flex claims', expect.stringMatching(/^Flex SSO claims for/)]);
      expect(after.claimsMappingPolicies[0]).toEqual(directory.claimsMappingPolicies[0]);
      expect(after.claimsMappingPolicies).toHaveLength(2);
      expect(await run(['revert', ...here(state)])).toMatchObject({ code: 0, json: { status: 'reverted' } });
    }
    expect(await tenantOf(state)).toEqual(before);
    await expectNoViolation(state);
  }
});

/** Which of the writes to Graph takes the old policy away. */
function unassignmentIn(exchanges: readonly Exchange[]): number {
  const writes = exchanges.filter(isGraphWrite);
  return 1 + writes.findIndex(({ method, path: where }) => method === 'DELETE' && where.endsWith('/$ref'));
}

function policiesAssigned({ policyAssignments, claimsMappingPolicies }: World['directory']): string[] {
  return policyAssignments.flatMap(
    ({ policyId }) => claimsMappingPolicies.find(({ id }) => id === policyId)?.displayName ?? [],
  );
}
