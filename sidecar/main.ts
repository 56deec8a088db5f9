/**
 * The process: configuration from stdin, listen, stop. Alone reads `process`.
 * @module
 */
import { chmodSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { createInterface } from 'node:readline';
import { makeApp, type App } from './app.ts';
import { ConfigError, parseConfig, type Config } from './config.ts';
import { makeLog, type Log } from './log.ts';

/** Exit code of an error that starting again won't mend (`EX_CONFIG`). */
const FATAL = 78;

async function main(): Promise<void> {
  process.umask(0o077);
  const lines = createInterface({ input: process.stdin });
  let orphaned = false;
  lines.once('close', () => (orphaned = true));
  const first = await new Promise<string | null>(resolve => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(null));
  });
  if (first === null) {
    return;
  }
  let config: Config;
  try {
    config = parseConfig(first);
  } catch (error) {
    return fail(
      makeLog('info'),
      error instanceof ConfigError ? `configuration: ${error.message}` : 'configuration'
    );
  }
  const log = makeLog(config.logLevel);
  let app: App;
  try {
    app = await makeApp(config, log);
  } catch (error) {
    return fail(log, error instanceof Error ? error.message : 'start-up failed');
  }
  const servers = await listen(app, config);

  const stop = () => {
    servers.forEach(server => server.close());
    app.close();
    process.exit(0);
  };
  // The Jupyter Server holds our stdin open: its end is our end, also when it was killed.
  lines.once('close', stop);
  process.once('SIGTERM', stop);
  // Ctrl-C in a terminal reaches the whole group; whether it is the end is the Jupyter Server's to ask.
  process.on('SIGINT', () => undefined);
  process.on('unhandledRejection', error => log.error({ err: error }, 'unhandled rejection'));
  process.on('uncaughtException', error => log.error({ err: error }, 'uncaught exception'));
  // It may have gone while we were starting.
  if (orphaned) {
    stop();
  }
  log.info({ event: 'listening' }, 'ready to share');
}

async function listen(app: App, config: Config): Promise<Server[]> {
  const mount = app.server(false);
  if (config.socket === undefined) {
    await listening(mount, () => mount.listen(config.port ?? 0, '127.0.0.1'));
  } else {
    const { socket } = config;
    // A stale socket would make requests hang.
    rmSync(socket, { force: true });
    await listening(mount, () => mount.listen(socket));
    chmodSync(socket, 0o600);
  }
  if (config.guestPort === null) {
    return [mount];
  }
  const guests = app.server(true);
  await listening(guests, () => guests.listen(config.guestPort ?? 0));
  return [mount, guests];
}

function listening(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', resolve);
    start();
  });
}

function fail(log: Log, message: string): void {
  log.fatal({ event: 'fatal' }, message);
  process.exit(FATAL);
}

await main();
