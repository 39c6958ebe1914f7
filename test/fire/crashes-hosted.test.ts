import { test } from 'vitest';
import { killEverywhere } from './crashes.js';
import { setups } from './place.js';
import { isAll, sampled } from './tally.js';

const hosted = Object.entries(setups).filter(([, { hosting }]) => hosting !== 'self-hosted');

test.each(sampled(hosted, 2))(
  'killed at any moment, a migration (%s) goes on, and nobody is locked out',
  (name, setup) => killEverywhere(name, setup, 1),
  isAll ? 900_000 : 120_000,
);
