import { defineConfig } from 'vitest/config';

/** The filter's many random histories: two files that run side by side, one a core. */
export default defineConfig({
  cacheDir: '../../../node_modules/.vite-filter',
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    reporters: ['verbose'],
    maxWorkers: 2,
    testTimeout: 600_000
  }
});
