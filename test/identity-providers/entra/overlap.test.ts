import { describe, expect, it } from 'vitest';
import { applicationOf } from './application-with-history.js';
import { beginModifying, existingApplication, type Journey } from './journey.js';
import { openForTest, openWithHistory } from './open-for-test.js';

const identifiersOf = ({ sandbox }: Journey) => applicationOf(sandbox.world).identifierUris;
const replyUrlsOf = ({ sandbox }: Journey) => applicationOf(sandbox.world).web.redirectUris;

describe('a modification', () => {
  it('keeps the legacy login working until the new one is proven, and takes it away at the finish', async () => {
    const journey = await openForTest();
    const [legacyIdentifier] = identifiersOf(journey);
    const [legacyReplyUrl] = replyUrlsOf(journey);
    const outcome = await journey.go(await beginModifying(journey, { overlap: 'yes' }), 'forward');
    expect(outcome).toMatchObject({ status: 'finished', migration: { facts: { evidence: { source: 'flex' } } } });
    const { entityId, acsUrl } = outcome.migration.facts.connection ?? {};

    const written = journey.exchanges
      .filter(({ system, method }) => system === 'graph' && method === 'PATCH')
      .map(({ request }) => request.body as { identifierUris?: string[]; web?: { redirectUris: string[] } })
      .map(({ identifierUris, web }) => identifierUris ?? web?.redirectUris);
    expect(written).toEqual([[legacyIdentifier, entityId], [legacyReplyUrl, acsUrl], [entityId], [acsUrl]]);
    const proven = journey.exchanges.findIndex(({ path }) => path.includes('/OAuth/Tokens'));
    const removed = journey.exchanges.findLastIndex(({ method, system }) => method === 'PATCH' && system === 'graph');
    expect(proven).toBeGreaterThan(0);
    expect(removed).toBeGreaterThan(proven);
    expect(outcome.migration.checks.finish).toContainEqual(
      expect.objectContaining({ name: 'legacy-values', result: 'passed' }),
    );
    // And nothing is left to do.
    expect(await journey.go(outcome.migration, 'forward')).toMatchObject({ status: 'finished', changed: 0 });
  });

  it('leaves the legacy values where no login was seen, and says how to end that', async () => {
    const journey = await openForTest();
    const before = identifiersOf(journey).length;
    const { migration } = await journey.go(await beginModifying(journey, { overlap: 'yes', login: 'skip' }), 'forward');
    expect(identifiersOf(journey)).toHaveLength(before + 1);
    expect(migration.checks.finish).toContainEqual(
      expect.objectContaining({ name: 'legacy-values', result: 'unknown', hint: expect.stringContaining('validate') }),
    );
  });

  it('goes on by replacing where a second identifier is refused, with the plan shown again', async () => {
    const journey = await openForTest({ faults: ['second-identifier-refused'] });
    const before = existingApplication(journey.sandbox.world);
    const { status, migration } = await journey.go(await beginModifying(journey, { overlap: 'yes' }), 'forward');
    expect(status).toBe('finished');
    expect(journey.notes.join('\n')).toContain('Entra does not take a second identifier here');
    expect(identifiersOf(journey)).toEqual([migration.facts.connection?.entityId]);
    expect(migration.facts.overlapRefused).toBe(true);
    // What was refused is no part of the record.
    expect(migration.journal.filter(({ status }) => status === 'intended')).toEqual([]);
    await journey.go(migration, 'back');
    expect(existingApplication(journey.sandbox.world)).toEqual(before);
  });

  it('can be made, taken back and made again', async () => {
    const journey = await openWithHistory();
    const before = existingApplication(journey.sandbox.world);
    let migration = await beginModifying(journey, { overlap: 'yes' });
    for (let round = 0; round < 2; round++) {
      migration = (await journey.go(migration, 'forward')).migration;
      expect(identifiersOf(journey)).toEqual([
        'api://harborline.example/flex',
        migration.facts.connection?.entityId,
        'api://harborline.example/old',
      ]);
      const { redirectUriSettings } = applicationOf(journey.sandbox.world).web;
      expect(redirectUriSettings.map(({ index }) => index)).toEqual([0, 1, 2]);
      migration = (await journey.go(migration, 'back')).migration;
      expect(existingApplication(journey.sandbox.world)).toEqual(before);
    }
  });
});
