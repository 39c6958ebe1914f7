import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { World } from '../../src/sandbox/host.js';
import { run } from '../support/cli.js';
import { readWorld, stateDirectory } from './sandbox.js';

const slow = 300_000;
const here = (state: string) => ['--sandbox', '--yes', '--json', '--state', state];

/** An administrator works in Entra while no flex-sso runs. */
async function meanwhile(state: string, work: (directory: World['directory']) => void): Promise<void> {
  const world = readWorld(state);
  work(world.directory);
  await writeFile(path.join(state, 'sandbox', 'world.json'), JSON.stringify(world));
}

/** Who is assigned to the new application. */
function assignedIn(state: string): string[] {
  const { servicePrincipals, appRoleAssignments } = readWorld(state).directory;
  const created = servicePrincipals.find(({ displayName }) => displayName === 'Twilio Flex SSO');
  return appRoleAssignments.flatMap(one => (one.resourceId === created?.id ? one.principalId : []));
}

it('an assignment that an administrator removed is granted again only by name, also after a revert', {
  timeout: slow,
}, async () => {
  const state = await stateDirectory({});
  const migrated = await run(['migrate', '--setup-type', 'new', '--login', 'skip', ...here(state)]);
  expect(migrated).toMatchObject({ code: 0, json: { status: 'finished' } });
  const before = assignedIn(state);
  const [removed = ''] = before;
  // Someone may have several roles.
  const others = before.filter(id => id !== removed);
  await meanwhile(state, directory => {
    const { servicePrincipals, appRoleAssignments } = directory;
    const created = servicePrincipals.find(({ displayName }) => displayName === 'Twilio Flex SSO');
    directory.appRoleAssignments = appRoleAssignments.filter(
      one => one.resourceId !== created?.id || one.principalId !== removed,
    );
  });
  expect(await run(['revert', ...here(state)])).toMatchObject({ code: 0, json: { status: 'reverted' } });

  const planned = await run(['plan', ...here(state)]);
  const changes = planned.json.steps.flatMap((step: { changes: object[] }) => step.changes);
  expect(changes).toContainEqual(
    expect.objectContaining({
      resource: 'appRoleAssignments',
      key: removed,
      changedByOthers: expect.stringContaining(`--overwrite ${removed}`),
    }),
  );
  const forward = await run(['migrate', ...here(state)]);
  expect(forward).toMatchObject({ code: 0, json: { status: 'finished' } });
  expect(forward.json.notes.join(' ')).toContain('stays as they made it');
  expect(assignedIn(state)).toEqual(others);

  const misspelled = await run(['migrate', '--overwrite', 'appRoleAssignment,b\u001b[2Jo', ...here(state)]);
  expect(misspelled).toMatchObject({ code: 0, json: { status: 'finished', changed: 0 } });
  expect(misspelled.json.notes).toContainEqual(
    expect.stringContaining('No change of this run is named “appRoleAssignment”, “b'),
  );
  expect(misspelled.stdout + misspelled.stderr).not.toMatch(/\u001b|\\u001b/);
  const named = await run(['migrate', '--overwrite', removed, ...here(state)]);
  expect(named).toMatchObject({ code: 0, json: { status: 'finished', changed: 1 } });
  expect(named.json.notes.join(' ')).not.toContain('No change of this run is named');
  expect(assignedIn(state).sort()).toEqual(before.toSorted());
});

it('a policy of flex-sso that an administrator gave to a second application is not deleted by a revert', {
  timeout: slow,
}, async () => {
  const state = await stateDirectory({ faults: ['legacy-claims-incomplete'] });
  await run(['migrate', '--setup-type', 'modify', ...here(state)]);
  const [policy] = readWorld(state).directory.claimsMappingPolicies;
  await meanwhile(state, ({ servicePrincipals, policyAssignments }) => {
    const second = servicePrincipals.find(({ displayName }) => displayName === 'flex-sso');
    policyAssignments.push({ servicePrincipalId: second?.id ?? '', policyId: policy?.id ?? '' });
  });
  const reverted = await run(['revert', ...here(state)]);
  expect(reverted).toMatchObject({ code: 0, json: { status: 'reverted' } });
  expect(reverted.json.notes.join(' ')).toContain('to “flex-sso” as well');
  const { claimsMappingPolicies, policyAssignments, servicePrincipals } = readWorld(state).directory;
  expect(claimsMappingPolicies).toEqual([policy]);
  const holders = policyAssignments.filter(({ policyId }) => policyId === policy?.id);
  expect(holders.map(one => servicePrincipals.find(({ id }) => id === one.servicePrincipalId)?.displayName)).toEqual([
    'flex-sso',
  ]);
  expect(await run(['revert', ...here(state)])).toMatchObject({ code: 0, json: { changed: 0 } });
});
