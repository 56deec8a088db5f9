/**
 * The real server that all files share.
 * @module
 */
import type { TestProject } from 'vitest/node';
import { startServer, type RealServer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    server: RealServer;
  }
}

/** Starts the server; the function returned stops it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await startServer({
    // Every test comes from one address, and bad tokens are much of what they send. `limits.test.ts` has a server of its own.
    settings: ['--Liveshare.limits={"failuresPerMinute": 100000, "roomLinger": 2}']
  });
  project.provide('server', server);
  return stop;
}
