/**
 * A real JupyterHub with its proxy: Ada has the server, Grace may open it, Ben may not; both are in the group "lab".
 * @module
 */
import type { Page } from '@playwright/test';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, end, freePort } from './servers.ts';

const PROXY = join(import.meta.dirname, '..', 'node_modules', '.bin', 'configurable-http-proxy');
const PASSWORD = 'of-the-test-hub';

/** A running hub. */
export interface HubServer {
  /** Its address, with a slash at the end. */
  readonly url: string;
  /** Folder of Ada's notebooks. */
  readonly home: string;
  /** What hub and servers have said so far. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts one; resolves when it answers. */
export async function startHub(): Promise<HubServer> {
  const folder = mkdtempSync(join(tmpdir(), 'liveshare-hub-'));
  const home = join(folder, 'homes', 'ada');
  mkdirSync(home, { recursive: true });
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const url = `http://127.0.0.1:${ports[0]}/`;
  let log = '';
  const hub = spawn('jupyterhub', ['-f', join(import.meta.dirname, 'jupyterhub_test_config.py')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      LIVESHARE_HUB_FOLDER: folder,
      LIVESHARE_HUB_PORTS: ports.join(),
      LIVESHARE_HUB_PASSWORD: PASSWORD,
      LIVESHARE_HUB_PROXY: PROXY,
      CONFIGPROXY_AUTH_TOKEN: PASSWORD
    }
  });
  for (const stream of [hub.stdout, hub.stderr]) {
    stream.on('data', (text: Buffer) => (log += String(text)));
  }
  const stop = async (): Promise<void> => {
    await end(hub);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await answers(`${url}hub/health`, hub);
  } catch (error) {
    await stop();
    throw new Error(`The hub did not start:\n${log.slice(-2_000)}`, { cause: error });
  }
  return { url, home, log: () => log, stop };
}

/** Logs in on the hub's own page. */
export async function logInToHub(page: Page, name: string): Promise<void> {
  await page.getByLabel('Username').fill(name);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
