import path from 'node:path';
import { expect, test } from 'vitest';
import { holdWorld } from '../../src/sandbox/world.js';
import { logins } from '../support/logins.js';
import { finishedMigrations, runIn } from './finished.js';

const finished = finishedMigrations({ new: ['--setup-type', 'new'] });

/** An administrator undoes four things that flex-sso did to its own application. */
async function undo(state: string): Promise<void> {
  const { world, save, close } = await holdWorld(path.join(state, 'sandbox'));
  const { directory } = world;
  const application = directory.applications.find(({ displayName }) => displayName === 'Twilio Flex SSO');
  if (!application) throw new Error('There is no new application.');
  application.identifierUris = [];
  Object.assign(application.web, { redirectUris: [], redirectUriSettings: [] });
  for (const role of application.appRoles) if (role.value === 'supervisor') role.isEnabled = false;
  const policies = directory.claimsMappingPolicies.map(({ id }) => id);
  directory.policyAssignments = directory.policyAssignments.filter(({ policyId }) => !policies.includes(policyId));
  save();
  await close();
}

test.each([
  ['nothing was approved', []],
  ['a part was approved', ['--overwrite', 'web,appRoles']],
])(
  'the advice about --overwrite, to the letter, leads to the end if %s',
  {
    timeout: 120_000,
  },
  async (_, approved) => {
    const state = await finished('new');
    await undo(state);
    const refused = await runIn(state, 'migrate', approved);
    expect(refused).toMatchObject({ code: 4, json: { error: { code: 'changed-by-others' } } });
    const advice = /`(--overwrite \S+)`.*`flex-sso (\w+)` shows it/.exec(refused.json.error.hint);
    const shown = await runIn(state, advice?.[2] ?? '');
    expect(shown).toMatchObject({ code: 0 });
    const overwritten = await runIn(state, 'migrate', advice?.[1]?.split(' '));
    expect(overwritten).toMatchObject({ code: 0, json: { status: 'finished' } });
    expect(await logins(state)).toMatchObject({ enhanced: 'in', flex: 'in' });
  },
);
