/**
 * A guest's WebSocket: bounds, pings, back-pressure, and an end that takes effect at once.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import WebSocket from 'ws';
import { REFUSALS, type RefusalCode } from '../../protocol/refusals.ts';
import type { Limits } from '../config.ts';
import { Refusal } from '../policy/verdict.ts';
import type { Connection, ConnectionKind } from './connections.ts';
import type { Framed } from './framed.ts';
import type { Guest } from './guest.ts';
import { Bucket } from './throttle.ts';

/** Milliseconds between pings: below the idle limits of proxies (situations S33). */
const PING = 4_000;
/** Milliseconds that a socket has left after an error. */
const PARTING = 1_000;
/** Of the pings, one in so many is needed where there is something to send anyway. */
const BUSY = 3;
/** Beats in a row without an answer after which a tab counts as gone (S45). */
const MISSED = 6;

/** Handlers of a socket; an exception ends it with the refusal's close code. */
export interface SocketHandlers {
  readonly message: (data: Uint8Array, binary: boolean) => void;
  readonly close: () => void;
}

/** One open socket of a guest. */
export class GuestSocket implements Connection {
  readonly id: string = randomUUID();
  readonly kind: ConnectionKind;
  readonly guest: Guest;
  readonly #socket: WebSocket;
  readonly #stream: Duplex | null;
  readonly #limits: Limits;
  readonly #frames: Bucket;
  readonly #bytes: Bucket;
  readonly #ping: NodeJS.Timeout;
  #missed = 0;
  /** Whether something was sent since the last beat. */
  #hasSpoken = false;
  #ended = false;

  /** @param stream the connection under the socket, for frames made once for many; without it they are made for each. */
  constructor(
    socket: WebSocket,
    guest: Guest,
    kind: ConnectionKind,
    limits: Limits,
    stream: Duplex | null = null
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.guest = guest;
    this.kind = kind;
    this.#limits = limits;
    this.#frames = new Bucket(limits.framesPerSecond, limits.framesPerSecond * 5, Date.now());
    this.#bytes = new Bucket(
      limits.bytesPerSecond,
      limits.bytesPerSecond + 2 * limits.frameBytes,
      Date.now()
    );
    this.#ping = setInterval(() => this.#beat(), PING);
    socket.on('pong', () => (this.#missed = 0));
    socket.on('error', () => {
      this.#ended = true;
      // `ws` has written a close frame that says why (1009 for a frame too large): cut off at once, it would not arrive.
      setTimeout(() => socket.terminate(), PARTING).unref();
    });
    socket.on('close', () => {
      this.#ended = true;
      clearInterval(this.#ping);
    });
    // Clients write as soon as they are connected: that waits until somebody listens.
    socket.pause();
  }

  /** Person id. */
  get person(): string {
    return this.guest.id;
  }

  /** Share id. */
  get share(): string {
    return this.guest.shareId;
  }

  /** Hashed session id. */
  get session(): string | null {
    return this.guest.session;
  }

  /** Whether it has neither been closed nor ended. */
  get isOpen(): boolean {
    return !this.#ended && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Starts handing messages on. */
  listen(handlers: SocketHandlers): void {
    this.#socket.on('message', (data: Buffer, binary: boolean) => {
      if (this.#ended) {
        return;
      }
      const now = Date.now();
      if (!this.#frames.take(1, now) || !this.#bytes.take(data.length, now)) {
        this.end('too-fast');
        return;
      }
      try {
        handlers.message(new Uint8Array(data), binary);
      } catch (error) {
        this.fail(error);
      }
    });
    this.#socket.on('close', handlers.close);
    this.#socket.resume();
  }

  /** Runs something when the socket has closed. */
  onClose(done: () => void): void {
    this.#socket.once('close', done);
  }

  /** Sends a message; a reader who is too far behind is let go and comes back to a fresh state. */
  send(message: Uint8Array | string): void {
    if (this.#mayWrite()) {
      this.#socket.send(message);
    }
  }

  /** Sends messages that many get. */
  broadcast(frame: Framed): void {
    if (!this.#mayWrite()) {
      return;
    }
    if (this.#stream === null) {
      frame.messages.forEach(({ payload, binary }) => this.#socket.send(payload, { binary }));
    } else {
      // In step with what `ws` sends: without compression it writes at once, too.
      this.#stream.write(frame.bytes);
    }
  }

  #stop(): void {
    this.#ended = true;
    clearInterval(this.#ping);
    // One that nobody listened to yet has to hear the other side's answer to the close frame.
    this.#socket.resume();
  }

  #mayWrite(): boolean {
    if (this.#ended || this.#socket.readyState !== WebSocket.OPEN) {
      return false;
    }
    if (this.#socket.bufferedAmount > this.#limits.backlogBytes) {
      this.end('resync-needed');
      this.#socket.terminate();
      return false;
    }
    this.#hasSpoken = true;
    return true;
  }

  /** Ends the socket: nothing that arrives after this is looked at. */
  end(code: RefusalCode, detail?: string): void {
    if (!this.#ended) {
      this.#stop();
      closeWith(this.#socket, code, detail);
    }
  }

  /** Ends the socket in another protocol's words: close code and reason (123 bytes at most). */
  endAs(code: number, reason: string): void {
    if (!this.#ended) {
      this.#stop();
      this.#socket.close(code, reason);
    }
  }

  /** Ends the socket for an exception. */
  fail(error: unknown): void {
    if (error instanceof Refusal) {
      this.end(error.code, error.message);
    } else {
      this.end('internal');
      throw error;
    }
  }

  #beat(): void {
    if (this.#missed++ >= MISSED) {
      this.#socket.terminate();
    } else if (!this.#hasSpoken || this.#missed % BUSY === 0) {
      this.#socket.ping();
    }
    this.#hasSpoken = false;
  }
}

/** Closes a WebSocket with a code's number and sentence (123 bytes at most, RFC 6455 §5.5). */
export function closeWith(socket: WebSocket, code: RefusalCode, detail?: string): void {
  const { close, detail: sentence } = REFUSALS[code];
  const reason = Buffer.from(detail ?? sentence)
    .subarray(0, 120)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
  socket.close(close, reason);
}
