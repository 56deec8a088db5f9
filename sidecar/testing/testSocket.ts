/**
 * A WebSocket client whose frames a test takes one after the other, without waiting by the clock.
 * @module
 */
import type WebSocket from 'ws';

/** How a socket ended. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** The client. */
export class TestSocket {
  readonly socket: WebSocket;
  readonly opened: Promise<void>;
  readonly closed: Promise<Closing>;
  readonly #frames: Buffer[] = [];
  readonly #waiting: ((frame: Buffer) => void)[] = [];
  isClosed = false;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.opened = new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    this.opened.catch(() => undefined);
    socket.on('error', () => undefined);
    this.closed = new Promise(resolve => {
      socket.once('close', (code, reason) => {
        this.isClosed = true;
        resolve({ code, reason: reason.toString() });
      });
    });
    socket.on('message', (data: Buffer) => {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#frames.push(data);
      } else {
        next(data);
      }
    });
  }

  /** The next frame. */
  next(): Promise<Buffer> {
    const frame = this.#frames.shift();
    return frame === undefined ? new Promise(resolve => this.#waiting.push(resolve)) : Promise.resolve(frame);
  }

  /** The next frame as JSON. */
  async json<T = Record<string, unknown>>(): Promise<T> {
    return JSON.parse((await this.next()).toString()) as T;
  }

  /** The next JSON frame of a `type`; others before it are passed over. */
  async message<T = Record<string, unknown>>(type: string): Promise<T> {
    for (;;) {
      const found = await this.json<{ type: string }>();
      if (found.type === type) {
        return found as T;
      }
    }
  }

  /** Frames that came and weren't taken. */
  get pending(): readonly Buffer[] {
    return this.#frames;
  }

  /** Sends a frame, as soon as the socket is open. */
  send(data: Uint8Array | string): void {
    if (this.socket.readyState === this.socket.CONNECTING) {
      this.socket.once('open', () => this.socket.send(data));
    } else {
      this.socket.send(data);
    }
  }

  /** Sends JSON text. */
  tell(message: unknown): void {
    this.send(JSON.stringify(message));
  }

  close(): void {
    this.socket.close();
  }

  terminate(): void {
    this.socket.terminate();
  }
}
