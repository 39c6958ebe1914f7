import { describe, expect, it } from 'vitest';
import { faults, historyAmong } from '../../src/sandbox/faults.js';
import { baseline, converge } from './converge.js';

/** Where no run can go on before somebody has acted, and what it says then; `first`: only the first run stops. */
const stops: Readonly<Record<string, string | { new?: string; modify?: string; first?: string }>> = {
  'legacy-none': 'input-missing',
  'legacy-deleted': 'input-missing',
  'identifier-taken': 'entity-id-taken',
  'identifier-taken-by-deleted': 'entity-id-on-deleted',
  'half-made-application': { modify: 'entity-id-taken' },
  'urn-forbidden': 'entity-id-not-allowed',
  'urn-forbidden-unless-default': 'entity-id-not-allowed',
  'urn-forbidden-to-legacy': { modify: 'entity-id-not-allowed' },
  'urn-forbidden-but-legacy': { new: 'entity-id-not-allowed' },
  'claims-unreadable-503': 'graph-busy',
  'create-404': { first: 'not-created' },
  // The eighth request makes something that is not sent twice; the next run looks for it.
  unavailable: { first: 'graph-busy' },
  'consent-missing': 'sign-in-aadsts65001',
  'client-secret-expired': 'sign-in-aadsts7000222',
};
/** Found out before anything is written. */
const beforehand = /^(input-missing|entity-id-.*|sign-in-.*|graph-busy)$/;
/** Where Entra itself ends in another state: the legacy values cannot stay beside the new ones. */
const otherState = ['second-identifier-refused'];
/** What only somebody meets who makes a new application, or what takes seconds to prove what is proven with one already. */
const notOfModify =
  /^(create-|assignment|certificate-|no-certificate|batch-|throttled-in-batches|slow-|no-answer|quota)/;

const alone = Object.keys(faults).filter(name => !name.startsWith('no-permission:'));

describe.concurrent.each(['new', 'modify'] as const)('with the setup type %s and one fault', setupType => {
  it.each(alone.filter(name => setupType === 'new' || !notOfModify.test(name)))('%s', async name => {
    const answers = { setupType };
    const isHistory = historyAmong([name]).length > 0;
    const plain = await baseline([name], { answers });
    const waits = (milliseconds: number) => (name.startsWith('quota') ? milliseconds : 0);
    const walked = isHistory ? plain : await converge([name], { answers, waits });
    const expected = stops[name] ?? {};
    const stop = typeof expected === 'string' ? expected : expected[setupType];
    if (stop) {
      expect(walked.ended).toBe(stop);
      if (beforehand.test(stop)) expect(walked.writes).toBe(0);
      return;
    }
    expect(walked.ended).toBe('finished');
    const first = typeof expected === 'object' && setupType === 'new' ? expected.first : undefined;
    expect(walked.stops).toEqual(first ? [first] : []);
    if (!otherState.includes(name)) expect(walked.state).toEqual(plain.state);
  });
});
