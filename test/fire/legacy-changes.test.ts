import path from 'node:path';
import { expect, test } from 'vitest';
import { certificatePem } from '../../src/sandbox/entra/self-signed-certificate.js';
import type { World } from '../../src/sandbox/host.js';
import { holdWorld } from '../../src/sandbox/world.js';
import { logins } from '../support/logins.js';
import { type AdministratorChange, administratorChanges } from './administrator-changes.js';
import { emptyPlace, freshPlace, placeWith, typed } from './place.js';
import { runHere } from './run-here.js';
import { restore, type Snapshot, snapshot } from './snapshot.js';
import { isAll, sampled, tally, type Wrong } from './tally.js';

const setupTypes = ['new', 'modify'] as const;
type SetupType = (typeof setupTypes)[number];

/** A finished migration. */
async function finished(setupType: SetupType): Promise<Snapshot> {
  const state = await placeWith(await freshPlace({ setupType }));
  expect(await runHere(typed(state, 'migrate', { setupType }))).toMatchObject({ code: 0 });
  return snapshot(state);
}

/** An administrator works on the application of the legacy login, and enters a new certificate into Flex where Flex takes one. */
async function administer(state: string, setupType: SetupType, change: AdministratorChange): Promise<void> {
  const { world, save, close } = await holdWorld(path.join(state, 'sandbox'));
  const { directory, account }: World = world;
  const [application, principal] = [directory.applications, directory.servicePrincipals].map(all =>
    all.find(({ displayName }) => displayName === 'Twilio Flex'),
  ) as [World['directory']['applications'][number], World['directory']['servicePrincipals'][number]];
  change.make({ directory, application, principal });
  const data = account.connections.at(-1)?.identityProviderData;
  const key = directory.signingKeys.find(
    ({ servicePrincipalId, thumbprint }) =>
      servicePrincipalId === principal.id && thumbprint === principal.preferredTokenSigningKeyThumbprint,
  );
  if (setupType === 'modify' && data && key) data.certificate = certificatePem(key);
  save();
  await close();
}

const cases = setupTypes.flatMap(setupType => administratorChanges.map(change => ({ setupType, change })));

test(
  'a revert never leads agents from a login that works to one that does not, whatever was done at the legacy application',
  async () => {
    const wrong: Wrong[] = [];
    const ends = { new: await finished('new'), modify: await finished('modify') };
    const state = await emptyPlace();
    const tried = sampled(cases, 6);
    for (const { setupType, change } of tried) {
      restore(state, ends[setupType]);
      await administer(state, setupType, change);
      const before = await logins(state);
      const { code, error } = await runHere(typed(state, 'revert'));
      const after = await logins(state);
      const where = `${setupType}: ${change.name}`;
      if (before.flex === 'in' && after.flex !== 'in')
        wrong.push({ fault: 'locked out', where, seen: { code, error, after } });
      if (code === 0 && after.legacy !== 'in' && before.flex === 'in')
        wrong.push({ fault: 'lost', where, seen: { code, after } });
    }
    tally('administrator’s change at the legacy application × setup', tried.length, wrong);
  },
  isAll ? 600_000 : 120_000,
);
