import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { switchToLegacy } from '../../src/flex/console.js';
import { createHttp } from '../../src/http.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { run } from '../support/cli.js';
import { interpose } from './network.js';
import { doByHand, type ServedSandbox, servedSandbox, shownWorld, stateDirectory } from './sandbox.js';

test.each(['new', 'modify'])(
  'somebody works on Entra between the plan and its application (%s): exit 4, nothing applied',
  async setupType => {
    const sandbox = await servedSandbox();
    let isChanged = false;
    // The tenant's policy is read last whenever a plan is made: after that somebody is quicker than flex-sso.
    const graph = await interpose(sandbox.endpoints.graph ?? '', async ({ url = '' }) => {
      if (isChanged || !url.includes('/policies/defaultAppManagementPolicy')) return;
      isChanged = true;
      await meddle(sandbox);
    });
    await doByHand(sandbox, await sandbox.run(['migrate', '--setup-type', setupType]));
    await writeFile(sandbox.endpointsFile, JSON.stringify({ ...sandbox.endpoints, graph }));
    const before = await shownWorld(sandbox.state);
    const changed = await sandbox.run(['resume', '--done', 'start-setup']);
    expect(changed).toMatchObject({ code: 4, stderr: '', json: { error: { code: 'plan-outdated' } } });
    expect(changed.json.error.hint).toContain('flex-sso resume');
    const after = await shownWorld(sandbox.state);
    expect(after.applications).toHaveLength(before.applications.length);
    expect(JSON.stringify(after.applications)).not.toContain('urn:flex:');

    const waiting = setupType === 'new' ? 'enter-identity-provider-data' : 'update-identity-provider';
    expect(await sandbox.run(['resume'])).toMatchObject({ code: 10, json: { waitingFor: { step: waiting } } });
  },
);

/** Somebody else adds a reply URL to the legacy application and takes an assignment away, through Graph as well. */
async function meddle({ endpoints, environment, state }: ServedSandbox): Promise<void> {
  const http = createHttp({ endpoints });
  const token = await http({
    method: 'POST',
    url: `https://login.microsoftonline.com/${environment.AZURE_TENANT_ID}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: environment.AZURE_CLIENT_ID ?? '',
      client_secret: environment.AZURE_CLIENT_SECRET ?? '',
      scope: 'https://graph.microsoft.com/.default',
    }).toString(),
  });
  const headers = {
    authorization: `Bearer ${JSON.parse(token.text).access_token}`,
    'content-type': 'application/json',
  };
  const { applications, appRoleAssignments } = await shownWorld(state);
  const legacy = applications.find(({ identifierUris }: { identifierUris: string[] }) => identifierUris.length > 0);
  const { id, identifierUris, web } = legacy;
  const redirectUris = [...web.redirectUris, 'https://flex.example/another'];
  const patched = await http({
    method: 'PATCH',
    url: `https://graph.microsoft.com/v1.0/applications/${id}`,
    headers,
    body: JSON.stringify({ identifierUris, web: { redirectUris } }),
  });
  const removed = await http({
    method: 'DELETE',
    url: `https://graph.microsoft.com/v1.0/servicePrincipals/${appRoleAssignments[0].resourceId}/appRoleAssignedTo/${appRoleAssignments[0].id}`,
    headers,
  });
  expect([patched.status, removed.status]).toEqual([204, 204]);
}

test('somebody switches back in Console after the migration was finished: exit 5, and how to follow', async () => {
  const state = await stateDirectory({});
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  await run(['migrate', '--setup-type', 'new', ...here]);
  const { endpoints, close } = await startSandbox({ dir: path.join(state, 'sandbox') });
  const instruction = switchToLegacy('new');
  const change = { action: 'manual', resource: 'flexConsole', key: '', title: '', before: null, after: null } as const;
  await createOperator({ endpoints }).perform({ id: 'finish', title: '' }, { ...change, instruction });
  await close();
  const before = await shownWorld(state);
  const seen = await run(['migrate', ...here]);
  expect(seen).toMatchObject({ code: 5, stderr: '', json: { error: { code: 'verification-failed' } } });
  expect(seen.json.error.hint).toMatch(/switch back to OAuth 2\.0 connection|flex-sso revert/);
  expect(await shownWorld(state)).toEqual(before);
  expect(await run(['revert', ...here])).toMatchObject({ code: 0, json: { status: 'reverted' } });
  expect(await run(['migrate', ...here])).toMatchObject({ code: 0, json: { status: 'finished', verified: true } });
});
