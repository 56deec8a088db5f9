import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['protocol/**/*.test.ts', 'sidecar/**/*.test.ts', 'src/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'sidecar/test/**'],
    setupFiles: ['sidecar/testing/seed.ts'],
    testTimeout: 30_000
  }
});
