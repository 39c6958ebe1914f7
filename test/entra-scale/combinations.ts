import fc from 'fast-check';
import { expect } from 'vitest';
import { faults, historyFaults } from '../../src/sandbox/faults.js';
import { baseline, converge } from './converge.js';

/** They take seconds, or stop every run before it begins; alone they are in `faults.test.ts`. */
const leftOut =
  /^(no-permission:.*|create-slow|slow-.*|no-answer|quota.*|consent-missing|client-.*|device-code-.*|urn-forbidden.*|second-identifier-refused|claims-unreadable-503)$/;
const manners = Object.keys(faults).filter(name => !Object.hasOwn(historyFaults, name) && !leftOut.test(name));
const histories: readonly (readonly string[])[] = [
  [],
  ['legacy-two', 'users-without-role', 'display-name-taken'],
  ['legacy-preview-identifier', 'legacy-claims-policy', 'users-upn-differs'],
  ['half-made-application', 'legacy-certificate-expired', 'groups-nested'],
  ['legacy-trailing-slash', 'legacy-without-mode', 'users-without-mail', 'users-guests'],
];

/** Combinations of faults, the same in every run, of which each worker takes a part. */
export function combinations(count: number, part: number, parts: number) {
  const combination = fc.record({
    setupType: fc.constantFrom('new' as const, 'new' as const, 'modify' as const),
    history: fc.constantFrom(...histories),
    manners: fc.subarray(manners, { minLength: 2, maxLength: 8 }),
  });
  return fc.sample(combination, { numRuns: count, seed: 20261121 }).filter((_, index) => index % parts === part);
}

/** A migration under these faults ends as one without the bad manners, or says what to do. */
export async function withstand({
  setupType,
  history,
  manners: bad,
}: ReturnType<typeof combinations>[number]): Promise<void> {
  const answers = { setupType: history.includes('half-made-application') ? ('new' as const) : setupType };
  const plain = await baseline(history, { answers });
  const walked = await converge([...history, ...bad], { answers });
  const name = `${answers.setupType}: ${[...history, ...bad].join(' ')}: ${[...walked.stops, walked.ended].join(' ')}`;
  if (walked.ended === 'finished') expect(walked.state, name).toEqual(plain.state);
  expect(walked.ended, name).toBe('finished');
}
