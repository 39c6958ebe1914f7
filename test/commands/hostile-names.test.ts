import { expect, test } from 'vitest';
import type { World } from '../../src/sandbox/host.js';
import { run } from '../support/cli.js';
import { filesOf, shownWorld, stateDirectory } from './sandbox.js';

/** Clears the screen, retitles the window, writes to the clipboard, hides and reorders text, and breaks the line. */
const hostile =
  '\u001b[2J\u001b[31m\u001b]0;owned\u0007\u001b]52;c;cm0gLXJm\u0007\u009b31m\u202egnp.exe\u2066\u200b\u0000\r\n✓ Done: everything is fine';

/** Everything that a terminal could obey or hide, but for the end of a line. */
const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

function poison({ directory, account }: World): void {
  for (const named of [
    ...directory.users,
    ...directory.groups,
    ...directory.applications,
    ...directory.servicePrincipals,
  ])
    named.displayName += hostile;
  for (const { appRoles } of directory.applications)
    for (const role of appRoles) Object.assign(role, { displayName: role.displayName + hostile, description: hostile });
  for (const assignment of directory.appRoleAssignments) assignment.principalDisplayName += hostile;
  for (const worker of account.workers) {
    worker.friendlyName += hostile;
    worker.attributes.full_name = hostile;
  }
}

test.each(['new', 'modify'])(
  'names full of escape sequences never reach the terminal as they are (%s)',
  async setupType => {
    const state = await stateDirectory({ change: poison });
    expect(JSON.stringify(await shownWorld(state))).toContain('owned');
    const runs = [
      ['plan', '--setup-type', setupType],
      ['plan', '--setup-type', setupType, '--json'],
      ['migrate', '--setup-type', setupType, '--debug'],
      ['migrate', '--json'],
      ['status'],
      ['revert'],
    ];
    let shown = '';
    for (const args of runs) {
      const ended = await run([...args, '--sandbox', '--yes', '--state', state]);
      expect([args, ended.code]).toEqual([args, 0]);
      const said = ended.stdout + ended.stderr;
      expect([args, said.match(raw)?.[0], /^✓ Done: everything/m.test(said)]).toEqual([args, undefined, false]);
      if (args.includes('--json')) expect(ended.json.version).toBe(1);
      shown += said;
    }
    // They are shown, and can be read.
    expect(shown).toContain('owned');
    expect(Object.keys(await filesOf(state)).every(file => !raw.test(file))).toBe(true);
  },
);

test('names in errors are made harmless, too', async () => {
  const state = await stateDirectory({
    change: world => {
      poison(world);
      const { accountSid } = world.account;
      const { applications, servicePrincipals } = world.directory;
      const legacy = applications.find(({ identifierUris }) => identifierUris.length > 0);
      const principal = servicePrincipals.find(({ appId }) => appId === legacy?.appId);
      if (!legacy || !principal) throw new Error('There is no legacy application.');
      // Two that may be the one, and none with the identifier that Flex sends.
      const appId = crypto.randomUUID();
      legacy.identifierUris = [`https://preview.twilio.com/iam/Accounts/${accountSid}/saml2`];
      const identifierUris = [`https://iam.twilio.com/v1/Accounts/${accountSid}/saml2`];
      applications.push({ ...legacy, id: crypto.randomUUID(), appId, identifierUris });
      servicePrincipals.push({ ...principal, id: crypto.randomUUID(), appId });
    },
  });
  for (const json of [[], ['--json']]) {
    const ended = await run(['migrate', '--sandbox', '--yes', '--setup-type', 'new', '--state', state, ...json]);
    const said = ended.stdout + ended.stderr;
    expect([ended.code, said.match(raw)]).toEqual([2, null]);
    expect(said).toMatch(/owned[\s\S]*--legacy-application/);
  }
});
