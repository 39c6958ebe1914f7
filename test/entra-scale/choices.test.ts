import { expect, it } from 'vitest';
import { parseInput } from '../../src/inputs.js';
import { chosenApplication } from './chosen-application.js';
import { openScene, type Scene, type SceneOptions } from './scene.js';

async function withScene(options: SceneOptions, work: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = await openScene(options);
  try {
    await work(scene);
  } finally {
    await scene.close();
  }
}

it('a certificate is valid for the years that were chosen', () =>
  withScene({ answers: { certificateYears: '1' } }, async scene => {
    await scene.run();
    const { key } = chosenApplication(scene);
    const years = (Date.parse(key?.endDateTime ?? '') - Date.now()) / (365.25 * 24 * 3600 * 1000);
    expect(years).toBeCloseTo(1, 1);
    expect(scene.planned.find(({ resource }) => resource === 'tokenSigningCertificate')?.title).toContain('one year');
  }));

it('in a national cloud a person adds the certificate, and it is as good as one of the tool’s', () =>
  withScene({ answers: { cloud: 'us-government' } }, async scene => {
    expect(await scene.run()).toMatchObject({ status: 'finished' });
    const byHand = scene.planned.find(({ resource }) => resource === 'tokenSigningCertificate');
    expect(byHand).toMatchObject({ action: 'manual', instruction: { who: 'identity-provider-administrator' } });
    expect(scene.exchanges.filter(({ path }) => path.includes('addTokenSigningCertificate'))).toEqual([]);
    const { principal, directory } = chosenApplication(scene);
    const [key] = directory.signingKeys.filter(({ servicePrincipalId }) => servicePrincipalId === principal?.id);
    expect(principal?.preferredTokenSigningKeyThumbprint).toBe(key?.thumbprint);
    scene.planned.length = 0;
    await scene.run();
    expect(scene.planned).toEqual([]);
  }));

it('where claims cannot be read in a national cloud, a person compares them', () =>
  withScene({ answers: { cloud: 'china' } }, async scene => {
    await scene.run();
    const comparison = scene.planned.find(({ resource }) => resource === 'legacyClaims');
    expect(comparison?.instruction?.tasks.map(task => ('text' in task ? task.text : ''))).toContainEqual(
      expect.stringContaining('Unique User Identifier (Name ID): planned is user.'),
    );
  }));

it('none, or a deleted legacy application, is asked about with what is known of it', async () => {
  await withScene({ faults: ['legacy-deleted'] }, async scene => {
    await expect(scene.run()).rejects.toMatchObject({
      code: 'input-missing',
      ending: 'usage',
      hint: expect.stringMatching(
        /--legacy-application [0-9a-f-]{36} \(“Twilio Flex”, which is deleted.*: identifier https.*DELETED since/,
      ),
    });
    const appId = scene.migration().facts.legacyCandidates?.[0]?.appId ?? '';
    await expect(scene.run(undefined, { legacyApplication: appId })).rejects.toMatchObject({
      code: 'legacy-application-deleted',
    });
  });
  await withScene({ faults: ['legacy-none'] }, async scene => {
    await expect(scene.run()).rejects.toMatchObject({ message: expect.stringContaining('No application') });
    expect((await scene.run(undefined, { legacyApplication: 'none' })).status).toBe('finished');
    expect(chosenApplication(scene).assignments).toBe(0);
  });
});

it('a legacy certificate that has expired, or soon does, is said and left alone', async () => {
  for (const [fault, words] of [
    ['legacy-certificate-expired', /expired on .* does not touch it/],
    ['legacy-certificate-expiring', /expires in \d+ days/],
  ] as const)
    await withScene({ faults: [fault], answers: { setupType: 'modify' } }, async scene => {
      const before = scene.sandbox.world.directory.signingKeys.length;
      await scene.run();
      expect(scene.notes).toContainEqual(expect.stringMatching(words));
      expect(scene.sandbox.world.directory.signingKeys).toHaveLength(before);
    });
});

it('names that are taken, and what earlier runs left behind, are said', () =>
  withScene({ faults: ['display-name-taken'] }, async scene => {
    expect((await scene.run()).status).toBe('finished');
    expect(scene.notes).toContainEqual(expect.stringContaining('is called "Twilio Flex SSO" already'));
  }));

it('who the legacy application writes to of its certificate is written to by the new one, unless somebody says otherwise', async () => {
  await withScene({}, async scene => {
    await scene.run();
    const change = scene.planned.find(({ resource }) => resource === 'notificationEmailAddresses');
    expect(change).toMatchObject({ before: [], after: ['it-operations@harborline.example'] });
    const { principal } = chosenApplication(scene);
    expect(principal?.notificationEmailAddresses).toEqual(['it-operations@harborline.example']);
    // What somebody has set there by hand since stays.
    if (principal) principal.notificationEmailAddresses = ['flex@harborline.example'];
    scene.planned.length = 0;
    await scene.run();
    expect(scene.planned).toEqual([]);
  });
  for (const [said, written] of [
    [' <Ann@x.example>, ann@X.example; bob@x.example ', ['Ann@x.example', 'bob@x.example']],
    ['', []],
  ] as const)
    await withScene({ answers: { notificationEmails: parseInput('notificationEmails', said) } }, async scene => {
      await scene.run();
      expect(chosenApplication(scene).principal?.notificationEmailAddresses).toEqual(written);
    });
});

it('notification addresses that are none are refused', () => {
  for (const wrong of ['<a@x', 'a@x', 'Ann <ann@x.example', 'a@b.example <', '"a"@b.example'])
    expect(() => parseInput('notificationEmails', wrong), wrong).toThrow(
      expect.objectContaining({ code: 'notification-emails-invalid' }),
    );
  const six = ['a', 'b', 'c', 'd', 'e', 'A'].map(name => `${name}@x.example`).join();
  expect(parseInput('notificationEmails', six).split(', ')).toHaveLength(5);
});
