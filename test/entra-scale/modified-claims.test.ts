import { describe, expect, it } from 'vitest';
import { baseline, converge } from './converge.js';

const history = ['legacy-claims-incomplete', 'legacy-claims-policy'];
const answers = { setupType: 'modify' } as const;

/** Manners that meet a policy while it is made, and while it takes the place of another one. */
const manners = [
  'replication-slow',
  'replication-uneven',
  'stale-reads',
  'throttled',
  'unavailable',
  'gateway-timeout',
  'connection-reset',
  'connection-reset-applied',
  'token-expired',
  'short-pages',
  'unknown-properties',
];

describe('claims that are mended by a policy in the place of another one', () => {
  it.each(manners)('come out the same: %s', async name => {
    const plain = await baseline(history, { answers });
    const walked = await converge([...history, name], { answers });
    expect(walked.ended).toBe('finished');
    expect(walked.state).toEqual(plain.state);
  });
});
