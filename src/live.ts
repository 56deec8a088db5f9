/**
 * The control socket as signals: rights, people, locks, refusals. Reconnects by itself until it is told not to.
 * @module
 */
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import { type ClientMessage, PROTOCOL_VERSION, type ServerMessage } from '../protocol/messages.ts';
import { backOff, isFinal, parseMessage } from './wire.ts';

/** `away`: trying again; `ended`: closed for good; `outdated`: the page must be reloaded. */
export type LiveStatus =
  | { readonly kind: 'connecting' | 'open' | 'away' | 'outdated' }
  | { readonly kind: 'ended'; readonly code: number; readonly reason: string };

const HEARTBEAT = 10_000;

/** One control socket. */
export class Live implements IDisposable {
  private readonly url: () => string;

  /** @param url Address, asked again at every attempt. */
  constructor(url: () => string) {
    this.url = url;
    window.addEventListener('online', this.retryNow);
    this.open();
  }

  /** Every message, in order. */
  get message(): ISignal<this, ServerMessage> {
    return this._message;
  }
  /** State of the connection. */
  get status(): LiveStatus {
    return this._status;
  }
  /** Emitted with every new state. */
  get statusChanged(): ISignal<this, LiveStatus> {
    return this._statusChanged;
  }
  /** Whether `dispose` was called. */
  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Sends when connected; false when it couldn't. */
  send(message: ClientMessage): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** Closes and stays closed. */
  dispose(): void {
    if (this._disposed) {
      return;
    }
    this._disposed = true;
    window.removeEventListener('online', this.retryNow);
    this.stop();
    Signal.clearData(this);
  }

  private open(): void {
    const socket = new WebSocket(this.url());
    this.socket = socket;
    socket.onmessage = event => this.onMessage(event.data);
    socket.onclose = event => this.onClose(event.code, event.reason);
  }

  private onMessage(data: unknown): void {
    const message = parseMessage(data);
    if (!message) {
      return;
    }
    if (message.type === 'hello') {
      if (message.protocol !== PROTOCOL_VERSION) {
        this.stop();
        this.set({ kind: 'outdated' });
        return;
      }
      this.attempt = 0;
      window.clearInterval(this.beat);
      this.beat = window.setInterval(() => this.send({ type: 'heartbeat' }), HEARTBEAT);
      this.set({ kind: 'open' });
    }
    if (message.type === 'rejected') {
      // The server would tell it again to the next connection if this one were gone.
      this.send({ type: 'heartbeat' });
    }
    this._message.emit(message);
  }

  private onClose(code: number, reason: string): void {
    window.clearInterval(this.beat);
    this.socket = null;
    if (isFinal(code)) {
      this.set({ kind: 'ended', code, reason });
      return;
    }
    this.set({ kind: 'away' });
    this.timer = window.setTimeout(() => this.open(), backOff(this.attempt++, Math.random()));
  }

  private readonly retryNow = (): void => {
    if (this._status.kind === 'away' && !this.socket) {
      window.clearTimeout(this.timer);
      this.open();
    }
  };

  private stop(): void {
    window.clearTimeout(this.timer);
    window.clearInterval(this.beat);
    if (this.socket) {
      this.socket.onclose = null;
      this.socket.onmessage = null;
      this.socket.close();
      this.socket = null;
    }
  }

  private set(status: LiveStatus): void {
    if (status.kind !== this._status.kind) {
      this._status = status;
      this._statusChanged.emit(status);
    }
  }

  private socket: WebSocket | null = null;
  private attempt = 0;
  private timer = 0;
  private beat = 0;
  private _disposed = false;
  private _status: LiveStatus = { kind: 'connecting' };
  private readonly _message = new Signal<this, ServerMessage>(this);
  private readonly _statusChanged = new Signal<this, LiveStatus>(this);
}
