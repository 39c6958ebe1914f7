import { describe, it } from 'vitest';
import { combinations, withstand } from './combinations.js';

/** More of them, and others, in the longer run. */
const count = Number(process.env.FLEX_SSO_COMBINATIONS ?? 200);

describe.concurrent('faults together', () => {
  it.each(combinations(count, 1, 2))('%#: $setupType $history $manners', withstand);
});
