/**
 * A raw WebSocket that keeps what it got.
 * @module
 */
import { once } from 'node:events';
import WebSocket, { type ClientOptions } from 'ws';
import { until } from './until.ts';

/** What a handshake ended in. */
export interface Opened {
  /** 101, or the status that it was refused with. */
  readonly status: number;
}

/** A socket. */
export class Wire {
  readonly ws: WebSocket;
  readonly frames: { readonly data: Buffer; readonly binary: boolean }[] = [];
  /** How the handshake ended. */
  readonly opened: Promise<Opened>;
  #close: { code: number; reason: string } | null = null;

  constructor(address: string, options: ClientOptions = {}, protocols: string[] = []) {
    this.ws = new WebSocket(address, protocols, { perMessageDeflate: false, ...options });
    const { promise, resolve } = Promise.withResolvers<Opened>();
    this.opened = promise;
    this.ws.on('open', () => resolve({ status: 101 }));
    this.ws.on('unexpected-response', (request, answer) => {
      answer.resume();
      request.destroy();
      this.#close ??= { code: answer.statusCode ?? 0, reason: '' };
      resolve({ status: answer.statusCode ?? 0 });
    });
    this.ws.on('error', () => resolve({ status: 0 }));
    this.ws.on('message', (data: Buffer, binary: boolean) => this.frames.push({ data, binary }));
    this.ws.on('close', (code, reason) => (this.#close ??= { code, reason: reason.toString() }));
  }

  /** The close code and reason, as soon as it is closed; the status when the handshake was refused. */
  closed(within = 5_000): Promise<{ code: number; reason: string }> {
    return until(() => this.#close, within, 'the socket to close');
  }

  /** Whether it is open still. */
  get isOpen(): boolean {
    return this.ws.readyState === WebSocket.OPEN;
  }

  /** Text frames as JSON. */
  get messages(): { readonly type?: string; readonly [key: string]: unknown }[] {
    return this.frames.filter(each => !each.binary).map(each => JSON.parse(each.data.toString('utf8')));
  }

  /** The first message of a type, present or coming. */
  message(type: string, within = 5_000): Promise<Record<string, unknown>> {
    return until(() => this.messages.find(each => each.type === type), within, type);
  }

  /** Everything received, as text. */
  get all(): string {
    return this.frames.map(each => each.data.toString('latin1')).join('\n');
  }

  /** Leaves. */
  async leave(): Promise<void> {
    await this.opened;
    if (this.ws.readyState === WebSocket.CLOSED || this.#close !== null) {
      return;
    }
    const gone = once(this.ws, 'close');
    this.ws.terminate();
    await gone;
  }
}
