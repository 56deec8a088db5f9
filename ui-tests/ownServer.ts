/**
 * A Jupyter Server of a test's own, beside the one of the run: to be stopped and started again, or to have its log read.
 * @module
 */
import { test as base, type Fixtures } from './fixtures.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, end } from './servers.ts';
import { OWNER_TOKEN, PORT } from './settings.ts';

const OWN_PORT = PORT + 1;
/** Milliseconds. A worker thread of Jupyter's that nobody told to end can keep a server that has closed everything from ending. */
const PATIENCE = 8_000;

/** Starts with the test, ends with it. */
export class OwnServer {
  readonly url = `http://localhost:${OWN_PORT}`;
  readonly #health = `${this.url}/liveshare/healthz`;
  #folder = mkdtempSync(join(tmpdir(), 'liveshare-own-'));
  #process: ChildProcess | null = null;
  #log = '';

  /** Where the notebooks are. */
  get work(): string {
    return join(this.#folder, 'work');
  }

  /** All that the server has said so far. */
  get log(): string {
    return this.#log;
  }

  /** Starts it, with the notebooks and the state of last time; resolves when notebooks can be shared. */
  async start(): Promise<void> {
    if (await fetch(this.#health).catch(() => null)) {
      throw new Error(`Another server is at ${this.url}`);
    }
    mkdirSync(this.work, { recursive: true });
    const config = join(import.meta.dirname, 'jupyter_server_test_config.py');
    const options = [`--ServerApp.port=${OWN_PORT}`, '--ServerApp.port_retries=0', `--config=${config}`];
    const started = spawn(
      'jupyter',
      ['lab', '--no-browser', '--log-level=DEBUG', '--Liveshare.log_level=DEBUG', ...options],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          LIVESHARE_UI_WORK: this.work,
          LIVESHARE_UI_TOKEN: OWNER_TOKEN,
          JUPYTER_DATA_DIR: join(this.#folder, 'data'),
          JUPYTER_RUNTIME_DIR: join(this.#folder, 'runtime'),
          JUPYTER_CONFIG_DIR: join(this.#folder, 'config')
        }
      }
    );
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (text: Buffer) => (this.#log += String(text)));
    }
    this.#process = started;
    try {
      await answers(this.#health, started);
    } catch (error) {
      throw new Error(`The server did not start:\n${this.#log.slice(-2_000)}`, { cause: error });
    }
  }

  /** Stops it; resolves when it has gone. */
  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (running) {
      await end(running, PATIENCE);
    }
  }

  /** Stops it and removes what it has written. */
  async end(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Tests in which owner and guests are on a server of their own. */
export const test = base.extend<Fixtures & { readonly server: OwnServer }>({
  baseURL: `http://localhost:${OWN_PORT}`,
  server: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads which fixtures are needed from the pattern
    async ({}, use) => {
      const server = new OwnServer();
      try {
        await server.start();
        await use(server);
      } finally {
        await server.end();
      }
    },
    { auto: true }
  ]
});
