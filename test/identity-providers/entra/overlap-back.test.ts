import { describe, expect, it } from 'vitest';
import { loginConnection } from '../../../src/sandbox/flex/connections.js';
import { applicationOf } from './application-with-history.js';
import { beginModifying, type Checkpoint, existingApplication, openJourney } from './journey.js';
import { openForTest, openWithHistory } from './open-for-test.js';

describe('the way back of a modification', () => {
  it('lets people log in at every moment of both ways, whichever connection Flex uses then', async () => {
    const journey = await openForTest();
    const before = existingApplication(journey.sandbox.world);
    const { migration } = await journey.go(await beginModifying(journey, { overlap: 'yes' }), 'forward');
    await journey.go(migration, 'back');
    expect(existingApplication(journey.sandbox.world)).toEqual(before);
    expect(journey.notes.join('\n')).toContain('keeps working beside the legacy one until Flex is switched back');

    const used = journey.checkpoints.map(({ world }) => {
      const { identifierUris, web } = applicationOf(world);
      const { entityId, acsUrl } = loginConnection(world.account) ?? world.account.legacy;
      expect(identifierUris).toContain(entityId);
      expect(web.redirectUris).toContain(acsUrl);
      return entityId;
    });
    expect(new Set(used).size).toBe(2);
  });

  it('goes back by replacing where the legacy identifier is refused beside the enhanced one, and says so', async () => {
    const journey = await openForTest();
    const before = existingApplication(journey.sandbox.world);
    const { migration } = await journey.go(await beginModifying(journey, { overlap: 'yes' }), 'forward');
    const later = await openJourney({ world: journey.sandbox.world, faults: ['second-identifier-refused'] });
    expect(await later.go(migration, 'back')).toMatchObject({ status: 'reverted' });
    expect(later.notes.join('\n')).toMatch(/the legacy values have to take the place of the enhanced ones/);
    expect(existingApplication(later.sandbox.world)).toEqual(before);
  });

  it.each(['yes', 'no'] as const)(
    'goes on back, or forward again, from every checkpoint of the way back (overlap: %s)',
    async overlap => {
      const journey = await openWithHistory();
      const before = existingApplication(journey.sandbox.world);
      const { migration } = await journey.go(await beginModifying(journey, { overlap }), 'forward');
      const modified = existingApplication(journey.sandbox.world);
      const ownPolicy = /"id":"[^"]+"(?=,"displayName":"Flex SSO)|"policyId":"[^"]+"/g;
      const known = (application: object) => JSON.stringify(application).replaceAll(ownPolicy, '');
      journey.checkpoints.length = 0;
      await journey.go(migration, 'back');
      expect(journey.checkpoints.length).toBeGreaterThan(6);

      const goOn = async (world: Checkpoint['world'], from: Checkpoint['kept'], direction: 'forward' | 'back') => {
        const later = await openJourney({ world });
        try {
          const { status, migration } = await later.go(from, direction);
          expect(status).toBe(direction === 'back' ? 'reverted' : 'finished');
          if (direction === 'forward') {
            expect(known(existingApplication(later.sandbox.world))).toBe(known(modified));
            await later.go(migration, 'back');
          }
          expect(existingApplication(later.sandbox.world)).toEqual(before);
        } finally {
          await later.close();
        }
      };
      let seen = '';
      for (const { world, kept, next } of journey.checkpoints) {
        const now = JSON.stringify(world);
        // A run may have been killed after the world had changed, and before that was kept.
        for (const from of now === seen ? [next] : [kept, next]) {
          await goOn(world, from, 'back');
          await goOn(world, from, 'forward');
        }
        seen = now;
      }
    },
  );

  it.each(['yes', 'no'] as const)(
    'is taken back from every checkpoint, field by field (overlap: %s)',
    async overlap => {
      const journey = await openWithHistory();
      const before = existingApplication(journey.sandbox.world);
      await journey.go(await beginModifying(journey, { overlap }), 'forward');
      expect(existingApplication(journey.sandbox.world)).not.toEqual(before);
      expect(journey.checkpoints.length).toBeGreaterThan(10);

      const restore = async (world: Checkpoint['world'], migration: Checkpoint['kept']) => {
        const later = await openJourney({ world });
        try {
          expect((await later.go(migration, 'back')).status).toBe('reverted');
          expect(existingApplication(later.sandbox.world)).toEqual(before);
        } finally {
          await later.close();
        }
      };
      let seen = '';
      for (const { world, kept, next } of journey.checkpoints) {
        await restore(world, next);
        // A run may have been killed after the world had changed, and before that was kept.
        const now = JSON.stringify(world);
        if (now !== seen) await restore(world, kept);
        seen = now;
      }
    },
  );
});
