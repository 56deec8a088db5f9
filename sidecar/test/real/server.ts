/**
 * A real JupyterLab with jupyter-collaboration and jupyter-liveshare, from the Python on PATH, in folders of its own.
 * @module
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

/** Where a server is and what it must not tell. Plain data: it crosses processes. */
export interface RealServer {
  readonly port: number;
  /** Port of the sidecar's own for guests; 0 without one. */
  readonly guestPort: number;
  /** Percent-encoded, starts and ends with `/`. */
  readonly base: string;
  /** The owner's. */
  readonly token: string;
  readonly work: string;
  readonly root: string;
  /** Folder of the notebooks, below the root: its segments are nobody's business. */
  readonly folder: string;
  readonly state: string;
  readonly log: string;
  /** Secrets that Python made, one a line: the mount's and the private entrance's among them. */
  readonly made: string;
  /** Secrets that tests were given, one a line. */
  readonly issued: string;
}

/** What a test may want otherwise. */
export interface ServerOptions {
  readonly base?: string;
  readonly guests?: boolean;
  readonly settings?: readonly string[];
  /** A command that runs the server's: with fewer rights, on another disk. */
  readonly within?: readonly string[];
  /** A stopped server whose folders, port and secrets this one goes on with. */
  readonly again?: RealServer;
}

/** Notes what `secrets` makes, so that a test can look for it where it must not be. */
const RECORDER = (file: string) => `
import secrets
_make = secrets.token_urlsafe
def _record(nbytes=None):
    made = _make(nbytes)
    with open(${JSON.stringify(file)}, "a") as out:
        out.write(made + "\\n")
    return made
secrets.token_urlsafe = _record
`;

/** A server that runs. */
export interface Running {
  readonly server: RealServer;
  readonly pid: number;
  /** Kills it with SIGKILL and waits until it, and its sidecar, are gone. */
  readonly kill: () => Promise<void>;
  /** Stops it; `keep` leaves its folders for another. */
  readonly stop: (keep?: boolean) => Promise<void>;
}

/** Starts a server and waits until sharing is ready. */
export async function startServer(options: ServerOptions = {}): Promise<Running> {
  const server = options.again ?? (await newServer(options));
  const { work } = server;
  const log = openSync(server.log, 'a');
  const command = [...(options.within ?? []), 'python', ...commandLine(server), ...(options.settings ?? [])];
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd: work,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      HOME: join(work, 'owners-home'),
      JUPYTER_CONFIG_DIR: join(work, 'config'),
      JUPYTER_DATA_DIR: join(work, 'data'),
      JUPYTER_RUNTIME_DIR: join(work, 'runtime'),
      JUPYTER_TOKEN: server.token,
      IPYTHONDIR: join(work, 'owners-home', 'ipython')
    }
  });
  closeSync(log);
  const stop = async (keep = false) => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    }
    if (!keep) {
      rmSync(work, { recursive: true, force: true });
    }
  };
  try {
    await until(async () => (await isHealthy(server)) || child.exitCode !== null, 120_000);
    if (child.exitCode !== null) {
      throw new Error('the server ended');
    }
  } catch (error) {
    const told = readFileSync(server.log, 'utf8').slice(-4_000);
    await stop();
    throw new Error(`The server did not start. Its log ends:\n${told}`, { cause: error });
  }
  const kill = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return { server, stop, kill, pid: child.pid ?? 0 };
}

/** Folders and names of a new server. */
async function newServer(options: ServerOptions): Promise<RealServer> {
  const work = mkdtempSync(join(tmpdir(), 'real-'));
  const [port, guestPort] = [await freePort(), options.guests === true ? await freePort() : 0];
  const server: RealServer = {
    ...{ port, guestPort, work, base: options.base ?? '/', token: randomBytes(24).toString('hex') },
    root: join(work, 'owners-root'),
    folder: 'hush-hush/inner-vault',
    state: join(work, 'owners-state'),
    log: join(work, 'jupyter.log'),
    made: join(work, 'made.txt'),
    issued: join(work, 'issued.txt')
  };
  for (const name of ['config', 'data', 'runtime', 'owners-home', `owners-root/${server.folder}`]) {
    mkdirSync(join(work, name), { recursive: true, mode: 0o700 });
  }
  writeFileSync(server.made, '');
  writeFileSync(server.issued, '');
  writeFileSync(join(work, 'config', 'jupyter_server_config.py'), RECORDER(server.made));
  return server;
}

function commandLine(server: RealServer): string[] {
  return [
    ...['-m', 'jupyterlab', '--no-browser', '--allow-root', '--ip=127.0.0.1', `--port=${server.port}`],
    '--ServerApp.port_retries=0',
    `--ServerApp.root_dir=${server.root}`,
    `--ServerApp.base_url=${server.base}`,
    `--Liveshare.state_dir=${server.state}`,
    ...(server.guestPort === 0 ? [] : [`--Liveshare.guest_port=${server.guestPort}`])
  ];
}

function isHealthy(server: RealServer): Promise<boolean> {
  const { port, base } = server;
  return new Promise(resolve => {
    const asked = get({ host: '127.0.0.1', port, path: `${base}liveshare/healthz`, agent: false }, answer => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode === 200));
    });
    asked.on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
