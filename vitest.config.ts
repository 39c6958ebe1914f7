import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Most tests wait for a process of their own; one core would idle.
    maxWorkers: 2,
    // The slowest take half a minute on a machine that does nothing else.
    testTimeout: 180_000,
    hookTimeout: 60_000,
    env: { NO_COLOR: '1' },
  },
});
