/**
 * The owner's kernel: its session, its specs, and one socket to its channels.
 * Source: Jupyter Server REST API `sessions`, `kernelspecs`; kernel WebSocket protocol `v1.kernel.websocket.jupyter.org`.
 * @module
 */
import WebSocket from 'ws';
import { z } from 'zod';
import { decodeMessage, encodeMessage, V1, type KernelMessage } from '../../protocol/kernel.ts';
import type { Log } from '../log.ts';
import type { Jupyter } from './jupyter.ts';

const Kernel = z.object({ id: z.string(), name: z.string(), execution_state: z.string().optional() });
const Session = z.object({
  id: z.string(),
  path: z.string(),
  type: z.string(),
  kernel: Kernel.nullable()
});
const Spec = z.object({
  name: z.string(),
  spec: z.object({ display_name: z.string(), language: z.string(), argv: z.array(z.string()) }).loose()
});
const Specs = z.object({ default: z.string(), kernelspecs: z.record(z.string(), Spec) });

/** A session of the Jupyter Server with its kernel. */
export interface KernelSession {
  readonly session: string;
  readonly kernel: string;
  readonly name: string;
}

/** What guests may know of a kernelspec. */
export interface KernelSpec {
  readonly name: string;
  readonly displayName: string;
  readonly language: string;
}

/** Kernels of the owner's notebooks. */
export class Kernels {
  readonly #jupyter: Jupyter;

  constructor(jupyter: Jupyter) {
    this.#jupyter = jupyter;
  }

  /** The running session of a notebook; null when it has none. */
  async find(path: string): Promise<KernelSession | null> {
    const all = z.array(Session).parse(await this.#jupyter.get(['api', 'sessions']));
    const found = all.find(each => each.path === path && each.type === 'notebook' && each.kernel !== null);
    const kernel = found?.kernel ?? null;
    return found === undefined || kernel === null
      ? null
      : { session: found.id, kernel: kernel.id, name: kernel.name };
  }

  /** Starts the notebook's session with a kernel of a name. */
  async start(path: string, kernelName: string): Promise<KernelSession> {
    const body = { path, name: path, type: 'notebook', kernel: { name: kernelName } };
    const made = Session.parse(
      await this.#jupyter.get(['api', 'sessions'], { method: 'POST', body, timeout: 120_000 })
    );
    return { session: made.id, kernel: made.kernel?.id ?? '', name: made.kernel?.name ?? kernelName };
  }

  /** Interrupts or restarts a kernel. */
  async control(kernel: string, action: 'interrupt' | 'restart'): Promise<void> {
    await this.#jupyter.get(['api', 'kernels', kernel, action], { method: 'POST', timeout: 60_000 });
  }

  /** Execution state as the server knows it; null when the kernel is gone. */
  async state(kernel: string): Promise<string | null> {
    const found = await this.#jupyter.call(['api', 'kernels', kernel]);
    const parsed = Kernel.safeParse(found.json());
    return found.status === 200 && parsed.success ? (parsed.data.execution_state ?? 'unknown') : null;
  }

  /** Name of the default kernel, and every spec. */
  async specs(): Promise<{ default: string; specs: KernelSpec[] }> {
    const all = Specs.parse(await this.#jupyter.get(['api', 'kernelspecs']));
    const specs = Object.values(all.kernelspecs).map(({ name, spec }) => ({
      name,
      displayName: spec.display_name,
      language: spec.language
    }));
    return { default: all.default, specs };
  }

  /**
   * Opens the kernel's channels. `session` is an id of our own, so that nobody else's socket is closed by it (F13); the same
   * one again gets what the kernel said meanwhile, which the Jupyter Server would otherwise keep without bound.
   */
  channels(kernel: string, session: string, handlers: ChannelHandlers, log: Log): KernelChannels {
    const socket = this.#jupyter.open(['api', 'kernels', kernel, 'channels'], { session_id: session }, [V1]);
    return new KernelChannels(socket, session, handlers, log);
  }
}

/** What the channels tell. */
export interface ChannelHandlers {
  readonly open: () => void;
  readonly message: (message: KernelMessage) => void;
  readonly close: () => void;
}

/** One socket to a kernel. */
export class KernelChannels {
  readonly session: string;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, session: string, handlers: ChannelHandlers, log: Log) {
    this.session = session;
    this.#socket = socket;
    socket.binaryType = 'nodebuffer';
    socket.on('open', handlers.open);
    socket.on('message', (data: Buffer, binary: boolean) => {
      const message = decodeMessage(new Uint8Array(data), binary);
      if (message !== null) {
        handlers.message(message);
      }
    });
    socket.on('error', error => log.warn({ err: error }, 'kernel socket'));
    socket.on('close', handlers.close);
  }

  /** Whether messages can be sent. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends a message of our own making. */
  send(message: KernelMessage): void {
    this.#socket.send(encodeMessage(message));
  }

  /** Closes the socket; the kernel goes on. */
  close(): void {
    this.#socket.close();
  }
}
