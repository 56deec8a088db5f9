/**
 * A Jupyter Server with accounts, beside the one of the other tests: there, whoever has the token is the owner.
 * @module
 */
import type { Page } from '@playwright/test';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OWNER_TOKEN } from './settings.ts';

/** A running server. */
export interface AccountServer {
  /** Its address, with a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one; resolves when it answers. */
export async function startAccountServer(): Promise<AccountServer> {
  const home = mkdtempSync(join(tmpdir(), 'liveshare-accounts-'));
  const work = join(home, 'work');
  mkdirSync(work);
  const port = await freePort();
  const url = `http://localhost:${port}/`;
  const config = join(import.meta.dirname, 'jupyter_server_accounts_config.py');
  const options = ['lab', '--no-browser', `--ServerApp.port=${port}`, '--ServerApp.port_retries=0'];
  const server = spawn('jupyter', [...options, `--config=${config}`], {
    stdio: ['ignore', 'ignore', process.env['LIVESHARE_UI_LOG'] === undefined ? 'ignore' : 'inherit'],
    env: {
      ...process.env,
      LIVESHARE_UI_WORK: work,
      LIVESHARE_UI_TOKEN: OWNER_TOKEN,
      JUPYTER_DATA_DIR: join(home, 'data'),
      JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
      JUPYTER_CONFIG_DIR: join(home, 'config')
    }
  });
  const stop = async (): Promise<void> => {
    await end(server);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await answers(`${url}liveshare/healthz`, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** Logs in on the page of Jupyter's own login that is open. */
export async function logIn(page: Page, name: string): Promise<void> {
  await page
    .getByLabel(/password/i)
    .first()
    .fill(name);
  await page.getByRole('button', { name: 'Log in' }).click();
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  const until = Date.now() + 120_000;
  while (server.exitCode === null && Date.now() < until) {
    const found = await fetch(url).catch(() => null);
    if (found?.ok) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 250));
  }
  throw new Error('The server with accounts did not start.');
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode === null) {
    const gone = once(server, 'exit');
    server.kill('SIGTERM');
    await gone;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
