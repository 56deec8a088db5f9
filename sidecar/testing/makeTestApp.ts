/**
 * The real app on a fake Jupyter Server, with a clock and a log of its own, served on a unix socket in a temporary folder.
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { makeApp, type App } from '../app.ts';
import { parseConfig, type Config } from '../config.ts';
import { makeLog } from '../log.ts';
import type { Person } from '../../protocol/resources.ts';
import { FakeJupyter } from './fakeJupyter.ts';
import { TestSocket } from './testSocket.ts';

/** The mount's secret in tests. */
export const TRUST = 'the-secret-between-mount-and-sidecar';
/** Where browsers see the server in tests. */
export const ORIGIN = 'https://jupyter.test';

/** An HTTP answer. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  json<T = Record<string, unknown>>(): T;
}

/** A request; `target` goes on the wire as it is. */
export interface TestRequest {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Sent as JSON, with its content type. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Buffer;
  /** Whom Jupyter has authenticated. */
  readonly user?: { username: string; name?: string; owner?: boolean } | null;
  /** Leaves the mount's headers out. */
  readonly bare?: boolean;
}

/** The owner. */
export const OWNER = { username: 'olga', name: 'Olga Owner', owner: true };

/** Settings that a test's app may change. */
export interface TestAppOptions {
  readonly config?: Record<string, unknown>;
  readonly jupyter?: FakeJupyter;
}

/** A running app. */
export class TestApp {
  readonly folder: string;
  readonly jupyter: FakeJupyter;
  readonly config: Config;
  readonly app: App;
  readonly lines: string[];
  readonly clock: { now: number };
  readonly prefix = '/base/liveshare';
  readonly #servers = new Map<boolean, Server>();
  readonly #sockets: TestSocket[] = [];

  private constructor(fields: Pick<TestApp, 'folder' | 'jupyter' | 'config' | 'app' | 'lines' | 'clock'>) {
    this.folder = fields.folder;
    this.jupyter = fields.jupyter;
    this.config = fields.config;
    this.app = fields.app;
    this.lines = fields.lines;
    this.clock = fields.clock;
  }

  /** Starts one. The clock stands still at the present until a test moves it. */
  static async start(options: TestAppOptions = {}): Promise<TestApp> {
    const folder = mkdtempSync(join(tmpdir(), 'lst-'));
    const jupyter = options.jupyter ?? (await FakeJupyter.start());
    const config = parseConfig(
      JSON.stringify({
        trust: TRUST,
        stateDir: join(folder, 'state'),
        baseUrl: '/base/',
        upstream: jupyter.upstream,
        staticDirs: fakeStatic(join(folder, 'static')),
        extensions: ['ext-allowed', '@scope/ext'],
        logLevel: 'trace',
        ...options.config
      })
    );
    const lines: string[] = [];
    const clock = { now: Date.now() };
    const log = makeLog('trace', { write: line => void lines.push(line) });
    const app = await makeApp(config, log, () => clock.now);
    const test = new TestApp({ folder, jupyter, config, app, lines, clock });
    for (const guestPort of [false, true]) {
      const server = app.server(guestPort);
      await new Promise<void>(resolve => server.listen(test.address(guestPort), resolve));
      test.#servers.set(guestPort, server);
    }
    return test;
  }

  /** Path of the unix socket. */
  address(guestPort: boolean): string {
    return join(this.folder, guestPort ? 'g.sock' : 'm.sock');
  }

  /** Calls an address below `B`, or any when it starts with `!`. */
  call(target: string, options: TestRequest = {}): Promise<TestAnswer> {
    const { method = 'GET', json, user, bare = false } = options;
    const body = json === undefined ? options.body : JSON.stringify(json);
    const headers = {
      host: 'jupyter.test',
      ...(bare ? {} : mountHeaders(user ?? null)),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(body === undefined || options.headers?.['transfer-encoding'] !== undefined
        ? {}
        : { 'content-length': String(Buffer.byteLength(body)) }),
      ...options.headers
    };
    const path = target.startsWith('!') ? target.slice(1) : `${this.prefix}/${target}`;
    return new Promise((resolve, reject) => {
      const sent = httpRequest({ socketPath: this.address(bare), path, method, headers }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: <T>() => JSON.parse(text) as T
          });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Calls as the owner. */
  owner(target: string, options: TestRequest = {}): Promise<TestAnswer> {
    return this.call(target, { user: OWNER, ...options });
  }

  /** Opens a socket below `B`. */
  open(target: string, options: TestRequest & { protocols?: string[] } = {}): TestSocket {
    const { user = null, bare = false, protocols = [], headers } = options;
    const address = `ws+unix://${this.address(bare)}:${this.prefix}/${target}`;
    const socket = new TestSocket(
      new WebSocket(address, protocols, {
        headers: { host: 'jupyter.test', ...(bare ? {} : mountHeaders(user)), ...headers }
      })
    );
    this.#sockets.push(socket);
    return socket;
  }

  /** Shares a notebook; its id. */
  async share(path: string): Promise<string> {
    const answer = await this.owner('api/shares', { method: 'POST', json: { path } });
    return answer.json<{ id: string }>().id;
  }

  /** Invites somebody and lets them come in: their id and session token. */
  async guest(
    share: string,
    rights: Record<string, boolean>,
    more: Record<string, unknown> = {}
  ): Promise<{ id: string; token: string; auth: Record<string, string> }> {
    const json = { name: 'Gus Guest', rights, ...more };
    const person = (await this.owner(`api/shares/${share}/people`, { method: 'POST', json })).json<
      Person & { url: string }
    >();
    const session = await this.call(`s/${share}/api/liveshare/session`, {
      method: 'POST',
      json: { token: person.url.split('#')[1] }
    });
    const { token } = session.json<{ token: string }>();
    return { id: person.id, token, auth: { authorization: `token ${token}` } };
  }

  /** Stops everything. */
  async close(): Promise<void> {
    this.#sockets.forEach(socket => socket.terminate());
    this.app.close();
    for (const server of this.#servers.values()) {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    }
    await this.jupyter.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Headers that the mount adds. */
export function mountHeaders(
  user: { username: string; name?: string; owner?: boolean } | null
): Record<string, string> {
  return {
    'x-liveshare-trust': TRUST,
    'x-liveshare-origin': ORIGIN,
    'x-liveshare-remote': '192.0.2.1',
    ...(user === null ? {} : { 'x-liveshare-user': Buffer.from(JSON.stringify(user)).toString('base64url') })
  };
}

/** Folders as an installed JupyterLab has them, with one file each. */
export function fakeStatic(root: string): Record<string, string | string[]> {
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const extension = (name: string) =>
    JSON.stringify({
      name,
      jupyterlab: { _build: { load: 'static/remoteEntry.0123456789abcdef0123.js', extension: './extension' } }
    });
  write('lab/index.html', '<script defer src="{{page_config.fullStaticUrl}}/main.0123abcd.js"></script>');
  write('lab/main.0123abcd.js', 'window.main = 1;');
  write('lab/0123456789abcdef01234567.js', 'window.chunk = 1;');
  write('lab/package.json', JSON.stringify({ jupyterlab: { version: '4.6.4' } }));
  write('notebook/main.4567cdef.js', 'window.notebook = 1;');
  write('labextensions/ext-allowed/package.json', extension('ext-allowed'));
  write('labextensions/ext-allowed/static/remoteEntry.0123456789abcdef0123.js', 'window.ext = 1;');
  write('labextensions/ext-allowed/schemas/ext-allowed/plugin.json', '{"title":"Allowed"}');
  write('labextensions/ext-secret/package.json', extension('ext-secret'));
  write('labextensions/ext-secret/static/secret.js', 'window.secret = 1;');
  write('labextensions/@scope/ext/package.json', extension('@scope/ext'));
  write('labextensions/@scope/ext/static/remoteEntry.0123456789abcdef0123.js', 'window.scoped = 1;');
  write('server/favicons/favicon.ico', 'icon');
  write('themes/theme/index.css', 'body {}');
  write('schemas/@jupyterlab/notebook-extension/tracker.json', '{"title":"Notebook"}');
  write('schemas/@jupyterlab/notebook-extension/package.json.orig', '{"version":"4.6.4"}');
  return {
    lab: join(root, 'lab'),
    notebook: join(root, 'notebook'),
    labextensions: [join(root, 'missing'), join(root, 'labextensions')],
    server: join(root, 'server'),
    themes: join(root, 'themes'),
    schemas: join(root, 'schemas')
  };
}
