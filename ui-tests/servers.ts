/**
 * What starting and ending a server of a test's own takes.
 * @module
 */
import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until an address answers; throws when the server ends before, or takes more than two minutes. */
export async function answers(url: string, server: ChildProcess): Promise<void> {
  const until = Date.now() + 120_000;
  while (server.exitCode === null && Date.now() < until) {
    const found = await fetch(url).catch(() => null);
    if (found?.ok) {
      return;
    }
    await sleep(250);
  }
  throw new Error(`No server at ${url} started.`);
}

/**
 * Ends a server as a supervisor does, which waits a while and then waits no more; resolves when it has gone.
 * @param patience Milliseconds.
 */
export async function end(server: ChildProcess, patience = Infinity): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const gone = once(server, 'exit');
    server.kill('SIGTERM');
    const timer = patience === Infinity ? undefined : setTimeout(() => server.kill('SIGKILL'), patience);
    await gone;
    clearTimeout(timer);
  }
}

/** A port that nobody has. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
