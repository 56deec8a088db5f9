/**
 * Asking whoever holds a cell to let go of it, and being asked.
 * @module
 */
import { type ISignal, Signal } from '@lumino/signaling';
import type { ServerMessage, Who } from '../../protocol/messages.ts';
import type { LockSocket } from './cellLocks.ts';

/** Milliseconds for which somebody who was asked is not asked again; the server keeps count, too. */
const AGAIN = 20_000;

/** Somebody would like to edit a cell that is held here. */
export interface Wish {
  readonly cell: string;
  readonly by: Who;
}

/** The questions of one shared notebook, both ways. */
export class LockAsks {
  private readonly socket: LockSocket;

  constructor(socket: LockSocket) {
    this.socket = socket;
    socket.message.connect(this.onMessage);
  }

  /** Emitted when this tab is asked to let go. */
  get wanted(): ISignal<this, Wish> {
    return this._wanted;
  }
  /** Emitted with a cell whose holder has been told. */
  get asked(): ISignal<this, string> {
    return this._asked;
  }

  /** Asks a cell's holder. */
  ask(cell: string): void {
    this.socket.send({ type: 'lock_ask', cell });
  }

  /** Whether a cell's holder was asked from here a moment ago. */
  hasAsked(cell: string): boolean {
    return performance.now() - (this.times.get(cell) ?? -Infinity) < AGAIN;
  }

  dispose(): void {
    this.socket.message.disconnect(this.onMessage);
    Signal.clearData(this);
  }

  private readonly onMessage = (_: unknown, message: ServerMessage): void => {
    if (message.type === 'lock_wanted') {
      this._wanted.emit(message);
    } else if (message.type === 'lock_asked') {
      this.times.set(message.cell, performance.now());
      this._asked.emit(message.cell);
    } else if (message.type === 'lock' && message.kind === 'edit') {
      // Somebody else's now, or nobody's.
      this.times.delete(message.cell);
    }
  };

  private readonly times = new Map<string, number>();
  private readonly _wanted = new Signal<this, Wish>(this);
  private readonly _asked = new Signal<this, string>(this);
}
