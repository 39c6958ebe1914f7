import { describe, expect, it } from 'vitest';
import { GraphError } from '../../../src/identity-providers/entra/client.js';
import { createOnce } from '../../../src/identity-providers/entra/create-once.js';
import { untilReplicated } from '../../../src/identity-providers/entra/replication.js';
import { openTenant } from './tenant.js';
import { createWalker } from './walk.js';

function patience() {
  const waits: number[] = [];
  return { waits, wait: async (milliseconds: number) => void waits.push(milliseconds), until: 'take it' };
}

describe('waiting for Entra', () => {
  it('waits longer each time, at most ten seconds, three minutes in all, and says for what', async () => {
    const { waits, ...rest } = patience();
    const action = () => Promise.reject(new GraphError(404, 'Request_ResourceNotFound', 'It does not exist.'));
    await expect(untilReplicated(action, rest)).rejects.toMatchObject({
      code: 'not-replicated',
      message: 'After 180 seconds Entra still does not take it. Its last answer: It does not exist.',
    });
    expect(waits.slice(0, 9)).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
    expect(waits.reduce((sum, ms) => sum + ms)).toBeGreaterThanOrEqual(180_000);
  });

  it.each([
    [400, 'Request_BadRequest', 'Not a valid reference update.', true],
    [409, 'Request_MultipleObjectsWithSameKeyValue', 'Another object with the same value already exists.', false],
    [400, 'Request_BadRequest', 'Property is invalid.', false],
    [403, 'Authorization_RequestDenied', 'No.', false],
  ])('after %i %s "%s" tries again: %s', async (status, code, message, again) => {
    const { waits, ...rest } = patience();
    let calls = 0;
    const result = untilReplicated(async () => {
      if (calls++ === 0) throw new GraphError(status, code, message);
      return 'done';
    }, rest);
    await (again ? expect(result).resolves.toBe('done') : expect(result).rejects.toThrow(message));
    expect(waits.length > 0).toBe(again);
  });
});

describe('creating once', () => {
  it('looks before it tries again after an answer that leaves it open', async () => {
    const { wait } = patience();
    let created = 0;
    const policy = await createOnce({
      wait,
      what: 'the policy',
      by: 'its name',
      again: true,
      find: async () => (created > 0 ? { id: 1 } : undefined),
      create: async () => {
        created++;
        throw new GraphError(504, 'gatewayTimeout', 'too late');
      },
    });
    expect(policy).toEqual({ id: 1 });
    expect(created).toBe(1);
  });

  it('tries again where it was looked for in vain, but an application only once', async () => {
    for (const [again, times] of [
      [true, 4],
      [false, 1],
    ] as const) {
      const { wait } = patience();
      let created = 0;
      const attempt = createOnce({
        wait,
        what: 'it',
        by: 'its name',
        again,
        find: async () => undefined,
        create: async () => {
          created++;
          throw new GraphError(503, 'serviceUnavailable', 'later');
        },
      });
      await expect(attempt).rejects.toThrow('later');
      expect(created).toBe(times);
    }
  });

  it('does not look where Graph refused for good', async () => {
    const { waits, wait } = patience();
    const create = () => Promise.reject(new GraphError(400, 'Request_BadRequest', 'no'));
    const attempt = createOnce({ wait, what: 'it', by: 'its name', again: true, find: async () => undefined, create });
    await expect(attempt).rejects.toThrow('no');
    expect(waits).toEqual([]);
  });

  it('says what it looks for meanwhile, that nothing was made, and makes one application in the end', async () => {
    const tenant = await openTenant({ users: 2, faults: ['create-404'] });
    try {
      const walker = createWalker(tenant);
      await expect(walker.walk()).rejects.toMatchObject({
        code: 'not-created',
        message: expect.stringMatching(
          /answered 404.*by its temporary name, "flex-sso .*for 2 minutes.*nothing was made/,
        ),
        hint: expect.stringMatching(/flex-sso resume.*tries again/),
      });
      expect(walker.notes.join('\n')).toMatch(/answered 404 .*created all the same: looking for it/);
      const { checks } = await walker.walk();
      expect(checks.filter(({ result }) => result === 'failed')).toEqual([]);
      expect(walker.notes.join('\n')).toContain('The last run was cut off while it created the application');
      expect(tenant.directory.applications.filter(({ displayName }) => displayName === 'Twilio Flex SSO')).toHaveLength(
        1,
      );
    } finally {
      await tenant.close();
    }
  });
});
