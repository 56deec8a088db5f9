/**
 * A Jupyter Server with accounts, beside the one of the other tests: there, whoever has the token is the owner.
 * @module
 */
import type { Page } from '@playwright/test';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, end, freePort } from './servers.ts';
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
