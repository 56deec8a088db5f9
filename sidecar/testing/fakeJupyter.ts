/**
 * A Jupyter Server in memory, on a unix socket of its own: contents, file ids, sessions, kernels with their channels, document rooms,
 * nbconvert and the extension's internal routes; as much of each as the sidecar asks for.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import { decodeMessage, encodeMessage, V1, type KernelMessage } from '../../protocol/kernel.ts';
import { FakeRoom } from './fakeRoom.ts';

/** A notebook on the fake disk. */
export interface FakeFile {
  readonly id: string;
  content: Record<string, unknown>;
  checkpoints: number;
  writable: boolean;
}

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  /** As sent, with its query. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** What a test's kernel can say to the request it got. */
export interface KernelScript {
  readonly request: KernelMessage;
  /** Sends on IOPub. */
  iopub(type: string, content: Record<string, unknown>): void;
  /** Sends the reply on the request's channel. */
  reply(content: Record<string, unknown>): void;
}

/** A running kernel. */
export interface FakeKernel {
  readonly id: string;
  readonly name: string;
  readonly sockets: Set<WebSocket>;
  readonly received: KernelMessage[];
  state: string;
  count: number;
}

/** Answers an execute request; replaced by tests. */
export type Execute = (script: KernelScript, kernel: FakeKernel) => void;

/** Says the code back on stdout. */
export const echo: Execute = ({ request, iopub, reply }, kernel) => {
  const { code } = request.content;
  kernel.count += 1;
  iopub('status', { execution_state: 'busy' });
  iopub('execute_input', { code, execution_count: kernel.count });
  iopub('stream', { name: 'stdout', text: String(code) });
  reply({ status: 'ok', execution_count: kernel.count, payload: [], user_expressions: {} });
  iopub('status', { execution_state: 'idle' });
};

/** Token of the fake server. */
export const JUPYTER_TOKEN = 'the-owners-own-jupyter-token';

/** A notebook with code cells of these ids and sources. */
export function notebook(cells: Readonly<Record<string, string>>): Record<string, unknown> {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'python3', display_name: 'Python 3 (mine)', language: 'python' },
      language_info: { name: 'python' }
    },
    cells: Object.entries(cells).map(([id, source]) => ({
      id,
      cell_type: 'code',
      source,
      metadata: {},
      outputs: [],
      execution_count: null
    }))
  };
}

/** The fake. */
export class FakeJupyter {
  readonly folder: string;
  readonly socket: string;
  readonly token = JUPYTER_TOKEN;
  readonly files = new Map<string, FakeFile>();
  readonly seen: SeenRequest[] = [];
  readonly kernels = new Map<string, FakeKernel>();
  readonly sessions: { id: string; path: string; kernel: FakeKernel }[] = [];
  readonly rooms = new Map<string, FakeRoom>();
  accounts: { username: string; name: string }[] = [];
  /** What a commit comes to. */
  committed: (asked: { path: string; message: string; author: { name: string } | null }) => object = () => ({
    commit: null
  });
  groups: { group: string; users: string[] }[] = [];
  /** Files whose saving waits, as last told. */
  held: string[] = [];
  execute: Execute = echo;
  /** Statuses that replace the answer of an address (its path without the base), to play a server in trouble. */
  readonly broken = new Map<string, number>();
  /** Something that every answer waits for. */
  gate: Promise<undefined> = Promise.resolve(undefined);
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: p => (p.has(V1) ? V1 : false) });

  private constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'lsj-'));
    this.socket = join(this.folder, 'j.sock');
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      if (request.headers.authorization !== `token ${this.token}`) {
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      this.#note(request, undefined);
      this.#sockets.handleUpgrade(request, socket, head, ws => this.#open(ws, request.url ?? ''));
    });
  }

  /** Starts one. */
  static async start(): Promise<FakeJupyter> {
    const fake = new FakeJupyter();
    await new Promise<void>(resolve => fake.#server.listen(fake.socket, resolve));
    return fake;
  }

  /** Where a sidecar reaches it. */
  get upstream(): { socket: string; baseUrl: string; token: string } {
    return { socket: this.socket, baseUrl: '/', token: this.token };
  }

  /** Puts a notebook on the disk. */
  put(path: string, content: Record<string, unknown>): FakeFile {
    const file = { id: randomUUID(), content, checkpoints: 0, writable: true };
    this.files.set(path, file);
    return file;
  }

  /** Renames a notebook, as the owner would. */
  rename(from: string, to: string): void {
    const file = this.files.get(from);
    if (file !== undefined) {
      this.files.delete(from);
      this.files.set(to, file);
    }
  }

  /** Starts a kernel for a notebook. */
  startKernel(path: string, name = 'python3'): FakeKernel {
    const kernel = {
      id: randomUUID(),
      name,
      sockets: new Set<WebSocket>(),
      received: [],
      state: 'idle',
      count: 0
    };
    this.kernels.set(kernel.id, kernel);
    this.sessions.push({ id: randomUUID(), path, kernel });
    return kernel;
  }

  /** The kernel dies: its sockets close, its session is gone. */
  killKernel(kernel: FakeKernel): void {
    this.kernels.delete(kernel.id);
    this.sessions.splice(
      this.sessions.findIndex(each => each.kernel === kernel),
      1
    );
    kernel.sockets.forEach(socket => socket.terminate());
  }

  /** Sends something on a kernel's IOPub that nobody asked for, or that somebody else asked for. */
  say(
    kernel: FakeKernel,
    type: string,
    content: Record<string, unknown>,
    parent: KernelMessage['parent_header'] = {}
  ): void {
    const message = made('iopub', type, content, parent, kernel.id);
    kernel.sockets.forEach(socket => socket.send(encodeMessage(message)));
  }

  /** The document room of a notebook. */
  room(path: string): FakeRoom {
    const file = this.files.get(path);
    if (file === undefined) {
      throw new Error(`no file ${path}`);
    }
    const room = this.rooms.get(file.id) ?? new FakeRoom(file);
    this.rooms.set(file.id, room);
    return room;
  }

  /** Requests whose target starts with a text. */
  seenAt(start: string): SeenRequest[] {
    return this.seen.filter(each => each.target.startsWith(start));
  }

  /** Stops it. */
  async close(): Promise<void> {
    this.rooms.forEach(room => room.close());
    this.#sockets.clients.forEach(socket => socket.terminate());
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #note(request: IncomingMessage, body: unknown): void {
    const { method = '', url = '', headers } = request;
    this.seen.push({ method, target: url, headers, body });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const text = Buffer.concat(chunks).toString();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    this.#note(request, body);
    await this.gate;
    const [path = ''] = (request.url ?? '').split('?', 1);
    const status = this.broken.get(path);
    const found =
      request.headers.authorization !== `token ${this.token}`
        ? { status: 403, body: { message: 'Forbidden' } }
        : status === undefined
          ? this.#answer(request.method ?? '', path.slice(1).split('/').map(decodeURIComponent), body)
          : { status, body: { message: `The owner's secret folder /home/owner/${path}` } };
    response.writeHead(found.status, {
      'content-type': typeof found.body === 'string' ? 'text/html' : 'application/json',
      server: 'FakeTornado',
      'set-cookie': 'username-owner=secret-of-the-owner'
    });
    response.end(typeof found.body === 'string' ? found.body : JSON.stringify(found.body));
  }

  #answer(method: string, segments: string[], body: unknown): { status: number; body: unknown } {
    const path = segments.join('/');
    const ok = (value: unknown, status = 200) => ({ status, body: value });
    const missing = { status: 404, body: { message: 'No such thing' } };
    const rest = (count: number) => segments.slice(count).join('/');
    if (path.startsWith('api/contents/') && path.endsWith('/checkpoints') && method === 'POST') {
      const file = this.files.get(segments.slice(2, -1).join('/'));
      if (file === undefined) {
        return missing;
      }
      file.checkpoints += 1;
      return ok({ id: 'checkpoint', last_modified: '2026-01-02T03:04:05Z' }, 201);
    }
    if (path.startsWith('api/contents/') && method === 'GET') {
      const file = this.files.get(rest(2));
      return file === undefined ? missing : ok(model(rest(2), file));
    }
    if (path.startsWith('api/collaboration/session/') && method === 'PUT') {
      const file = this.files.get(rest(3));
      return file === undefined
        ? missing
        : ok({ format: 'json', type: 'notebook', fileId: file.id, sessionId: 'session-of-the-room' });
    }
    if (path.startsWith('liveshare/internal/files/')) {
      const found = [...this.files].find(([, file]) => file.id === segments[3]);
      return found === undefined ? missing : ok({ path: found[0] });
    }
    if (path === 'liveshare/internal/hold' && method === 'PUT') {
      this.held = (body as { files: string[] }).files;
      return ok({});
    }
    if (path === 'liveshare/internal/people') {
      return ok({
        users: this.accounts,
        groups: this.groups.map(({ group, users }) => ({ group, members: users.length }))
      });
    }
    if (path.startsWith('liveshare/internal/groups/')) {
      const found = this.groups.find(({ group }) => group === segments.at(-1));
      return found === undefined ? missing : ok(found.users.map(name => ({ username: name, name })));
    }
    if (path === 'liveshare/internal/compare' && method === 'POST') {
      return ok({ text: JSON.stringify(body) });
    }
    if (path === 'liveshare/internal/commit' && method === 'POST') {
      return ok(this.committed(body as Parameters<FakeJupyter['committed']>[0]));
    }
    if (path === 'nbconvert/html' && method === 'POST') {
      const { content } = body as { content: { cells: { source: string }[] } };
      return ok(`<html><body>${content.cells.map(cell => cell.source).join('\n')}</body></html>`);
    }
    if (path.startsWith('lab/api/translations')) {
      return ok({ data: {}, message: '' });
    }
    return this.#kernelAnswer(method, segments, body) ?? missing;
  }

  #kernelAnswer(
    method: string,
    [api, resource, id, action]: string[],
    body: unknown
  ): { status: number; body: unknown } | null {
    if (api !== 'api') {
      return null;
    }
    if (resource === 'kernelspecs') {
      const spec = { display_name: 'Python 3', language: 'python', argv: ['/home/owner/venv/bin/python'] };
      const other = { display_name: 'R', language: 'R', argv: ['R'] };
      const kernelspecs = { python3: { name: 'python3', spec }, ir: { name: 'ir', spec: other } };
      return { status: 200, body: { default: 'python3', kernelspecs } };
    }
    const show = ({ id: session, path, kernel }: (typeof this.sessions)[number]) => ({
      id: session,
      path,
      type: 'notebook',
      kernel: { id: kernel.id, name: kernel.name, execution_state: kernel.state }
    });
    if (resource === 'sessions' && method === 'GET') {
      return { status: 200, body: this.sessions.map(show) };
    }
    if (resource === 'sessions' && method === 'POST') {
      const { path, kernel } = body as { path: string; kernel: { name: string } };
      this.startKernel(path, kernel.name);
      return { status: 201, body: show(this.sessions.at(-1)!) };
    }
    const kernel = this.kernels.get(id ?? '');
    if (resource !== 'kernels' || kernel === undefined) {
      return null;
    }
    if (action === 'restart') {
      this.say(kernel, 'status', { execution_state: 'restarting' });
      kernel.count = 0;
    }
    const shown = { id: kernel.id, name: kernel.name, execution_state: kernel.state };
    return action === 'interrupt' ? { status: 204, body: {} } : { status: 200, body: shown };
  }

  #open(socket: WebSocket, target: string): void {
    const [path = ''] = target.split('?', 1);
    const segments = path.slice(1).split('/').map(decodeURIComponent);
    const kernel = segments[1] === 'kernels' ? this.kernels.get(segments[2] ?? '') : undefined;
    const file = [...this.files].find(([, each]) => `json:notebook:${each.id}` === segments[3]);
    if (kernel !== undefined) {
      this.#openKernel(socket, kernel);
    } else if (segments[1] === 'collaboration' && file !== undefined) {
      this.room(file[0]).add(socket);
    } else {
      socket.close(1011);
    }
  }

  #openKernel(socket: WebSocket, kernel: FakeKernel): void {
    kernel.sockets.add(socket);
    socket.on('close', () => kernel.sockets.delete(socket));
    socket.on('message', (data: Buffer, binary) => {
      const request = decodeMessage(new Uint8Array(data), binary);
      if (request === null) {
        throw new Error('the sidecar sent a malformed message');
      }
      kernel.received.push(request);
      const iopub = (type: string, content: Record<string, unknown>) =>
        this.say(kernel, type, content, request.header);
      const reply = (content: Record<string, unknown>) => {
        const type = request.header.msg_type.replace('_request', '_reply');
        socket.send(encodeMessage(made(request.channel, type, content, request.header, kernel.id)));
      };
      if (request.header.msg_type === 'kernel_info_request') {
        reply({
          status: 'ok',
          protocol_version: '5.4',
          implementation: 'fake',
          implementation_version: '1',
          language_info: { name: 'python', version: '3.13' },
          banner: 'started in /home/owner'
        });
      } else if (request.header.msg_type === 'execute_request') {
        this.execute({ request, iopub, reply }, kernel);
      }
    });
  }
}

function model(path: string, file: FakeFile): Record<string, unknown> {
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    type: 'notebook',
    format: 'json',
    writable: file.writable,
    created: '2026-01-02T03:04:05Z',
    last_modified: '2026-01-02T03:04:05Z',
    size: JSON.stringify(file.content).length,
    content: file.content
  };
}

function made(
  channel: KernelMessage['channel'],
  type: string,
  content: Record<string, unknown>,
  parent: KernelMessage['parent_header'],
  kernel: string
): KernelMessage {
  return {
    channel,
    header: {
      msg_id: randomUUID(),
      msg_type: type,
      username: 'owner-login',
      session: `session-${kernel}`,
      date: '2026-01-02T03:04:05Z',
      version: '5.4'
    },
    parent_header: parent,
    metadata: { path: '/home/owner' },
    content,
    buffers: []
  };
}
