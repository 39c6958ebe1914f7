import { test } from 'vitest';
import { killEverywhere } from './crashes.js';
import { setups } from './place.js';

const hosted = Object.entries(setups).filter(([name]) => !name.startsWith('self-hosted'));

test.each(hosted)(
  'killed at any moment, %s goes on, and nobody is locked out',
  (name, setup) => killEverywhere(name, setup, 2),
  600_000,
);
