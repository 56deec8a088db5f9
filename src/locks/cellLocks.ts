/**
 * The locks of one shared notebook as this page knows them: who edits and runs which cell, and which cells are open for typing here.
 * @module
 */
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type {
  ClientMessage,
  HeldLock,
  LockKind,
  RunState,
  ServerMessage,
  Who
} from '../../protocol/messages.ts';
import type { LockMode } from '../../protocol/resources.ts';
import { LockAsks } from './asks.ts';
import { Denials } from './denials.ts';

/** A control socket, as locks see it. */
export interface LockSocket {
  readonly message: ISignal<unknown, ServerMessage>;
  readonly status: { readonly kind: string };
  readonly statusChanged: ISignal<unknown, unknown>;
  send(message: ClientMessage): boolean;
}

/**
 * What typing in a cell comes to just now. `open`: it is typing. `waiting`: it is kept here until the lock is granted. `closed`: it is
 * refused; somebody else holds the lock, or there is nobody to ask.
 */
export type Access = 'open' | 'waiting' | 'closed';

type Hello = Extract<ServerMessage, { type: 'hello' }>;

/** Milliseconds after which a question that nobody answers keeps nobody from typing, where locks only show. */
export const PATIENCE = 5_000;

/** The locks. */
export class CellLocks implements IDisposable {
  private readonly socket: LockSocket;

  constructor(socket: LockSocket) {
    this.socket = socket;
    this.asks = new LockAsks(socket);
    socket.message.connect(this.onMessage);
    socket.statusChanged.connect(this.onStatus);
  }

  /** Asking others to let go, and being asked. */
  readonly asks: LockAsks;
  /** Cells that the server won't give to us. */
  readonly denied = new Denials();

  /** Emitted with the cell whose locks, runs or access changed; null: any may have. */
  get changed(): ISignal<this, string | null> {
    return this._changed;
  }
  /** Emitted with a cell that was asked for and is somebody else's, or was taken from here. */
  get refused(): ISignal<this, string> {
    return this._refused;
  }
  /** Who I am; null until the server has said so. */
  get me(): Who | null {
    return this._me;
  }
  get lockMode(): LockMode {
    return this.mode;
  }
  get isDisposed(): boolean {
    return this._disposed;
  }

  /** The lock of a kind on a cell. */
  held(cell: string, kind: LockKind): HeldLock | null {
    return this.locks[kind].get(cell) ?? null;
  }
  /** Somebody else who edits the cell. */
  other(cell: string): HeldLock | null {
    const lock = this.held(cell, 'edit');
    return lock && lock.holder.id !== this._me?.id ? lock : null;
  }
  /** The run of a cell that goes on or waits, and how many are before it. */
  run(cell: string): { readonly run: RunState; readonly before: number } | null {
    return this.runs.get(cell) ?? null;
  }
  /** Every cell that has a lock or a run. */
  get cells(): ReadonlySet<string> {
    const { edit, execute } = this.locks;
    return new Set([...edit.keys(), ...execute.keys(), ...this.runs.keys()]);
  }

  /** What typing in a cell comes to now. */
  access(cell: string): Access {
    if (this.socket.status.kind !== 'open' || !this._me) {
      // Nobody can be asked: where locks only show, that keeps nobody from working.
      return this.mode === 'soft' ? 'open' : this.asking.has(cell) ? 'waiting' : 'closed';
    }
    if (this.mine.has(cell)) {
      return 'open';
    }
    if (this.denied.of(cell) || this.other(cell)) {
      return 'closed';
    }
    return this.mode === 'soft' && this.unanswered.has(cell) ? 'open' : 'waiting';
  }

  /** Whether this tab holds the cell or has asked for it. */
  has(cell: string): boolean {
    return this.mine.has(cell) || this.asking.has(cell);
  }

  /** Asks for a cell, unless it is held here already. */
  want(cell: string): void {
    if (!this.has(cell) && !this.denied.of(cell)) {
      this.ask(cell, 'lock_request');
    }
  }

  /** Takes a cell over; for the owner. */
  take(cell: string): void {
    this.ask(cell, 'lock_take');
  }

  /** Gives a cell back. */
  leave(cell: string): void {
    const denied = this.denied.delete(cell);
    const had = this.has(cell);
    if (had) {
      this.forget(cell);
      this.socket.send({ type: 'lock_release', cell });
    }
    if (had || denied) {
      this._changed.emit(cell);
    }
  }

  dispose(): void {
    if (!this._disposed) {
      this._disposed = true;
      this.socket.message.disconnect(this.onMessage);
      this.socket.statusChanged.disconnect(this.onStatus);
      this.asks.dispose();
      this.asking.forEach(timer => window.clearTimeout(timer));
      Signal.clearData(this);
    }
  }

  private ask(cell: string, type: 'lock_request' | 'lock_take'): void {
    window.clearTimeout(this.asking.get(cell));
    const late = (): void => {
      this.unanswered.add(cell);
      this._changed.emit(cell);
    };
    this.asking.set(cell, window.setTimeout(late, PATIENCE));
    if (this.socket.send({ type, cell })) {
      this.questions.set(cell, (this.questions.get(cell) ?? 0) + 1);
    }
  }

  /** Notes an answer; whether it is the one to the last question. */
  private answered(cell: string): boolean {
    const open = (this.questions.get(cell) ?? 1) - 1;
    if (open > 0) {
      this.questions.set(cell, open);
    } else {
      this.questions.delete(cell);
    }
    return open <= 0;
  }

  private readonly onMessage = (_: unknown, message: ServerMessage): void => {
    switch (message.type) {
      case 'hello':
        this.begin(message);
        return;
      case 'lock':
        this.put(message.cell, message.kind, message.holder, message.since);
        return;
      case 'lock_granted':
        // One that was given back meanwhile is none: the release is on its way.
        if (this.answered(message.cell) && this.asking.has(message.cell)) {
          this.forget(message.cell);
          this.mine.add(message.cell);
          this._changed.emit(message.cell);
        }
        return;
      case 'lock_refused':
        this.answered(message.cell);
        this.lost(message.cell, message.holder);
        return;
      case 'lock_mode':
        this.setMode(message.lockMode);
        return;
      case 'share':
        this.setMode(message.share.lockMode);
        return;
      case 'rights':
        this.denied.clear();
        this._changed.emit(null);
        return;
      case 'runs':
        this.noteRuns(message.runs);
        this._changed.emit(null);
        return;
      case 'error':
        this.onError(message);
    }
  };

  private begin({ person, lockMode, locks, runs }: Hello): void {
    this._me = person;
    this.mode = lockMode;
    const again = [...this.mine, ...this.asking.keys()];
    again.forEach(cell => this.forget(cell));
    this.questions.clear();
    this.denied.clear();
    this.noteRuns(runs);
    this.locks.edit.clear();
    this.locks.execute.clear();
    locks.forEach(lock => this.locks[lock.kind].set(lock.cell, lock));
    // What was held before the connection broke is asked for again: somebody else may have it now.
    again.forEach(cell => this.want(cell));
    this._changed.emit(null);
  }

  private put(cell: string, kind: LockKind, holder: Who | null, since = new Date().toISOString()): void {
    if (holder) {
      this.locks[kind].set(cell, { cell, kind, holder, since });
    } else {
      this.locks[kind].delete(cell);
    }
    if (kind === 'edit' && holder?.id !== this._me?.id) {
      this.mine.delete(cell);
    }
    this._changed.emit(cell);
  }

  private lost(cell: string, holder: Who): void {
    this.forget(cell);
    if (this.held(cell, 'edit')?.holder.id !== holder.id) {
      this.locks.edit.set(cell, { cell, kind: 'edit', holder, since: new Date().toISOString() });
    }
    this._changed.emit(cell);
    if (holder.id !== this._me?.id) {
      this._refused.emit(cell);
    }
  }

  private onError({ cell, detail, reason }: Extract<ServerMessage, { type: 'error' }>): void {
    if (cell !== undefined && this.answered(cell) && this.asking.has(cell)) {
      this.forget(cell);
      this.denied.set(cell, { reason, detail });
      this._changed.emit(cell);
    }
  }

  private noteRuns(runs: readonly RunState[]): void {
    this.runs.clear();
    runs.forEach((run, before) => {
      // Of a cell that waits several times, the first counts.
      if (!this.runs.has(run.cell)) {
        this.runs.set(run.cell, { run, before });
      }
    });
  }

  private setMode(mode: LockMode): void {
    if (mode !== this.mode) {
      this.mode = mode;
      this._changed.emit(null);
    }
  }

  private forget(cell: string): void {
    window.clearTimeout(this.asking.get(cell));
    this.asking.delete(cell);
    this.unanswered.delete(cell);
    this.mine.delete(cell);
  }

  private readonly onStatus = (): void => this._changed.emit(null);

  private readonly locks: Record<LockKind, Map<string, HeldLock>> = { edit: new Map(), execute: new Map() };
  private readonly mine = new Set<string>();
  /** Timers by cell that was asked for. */
  private readonly asking = new Map<string, number>();
  /** Questions by cell that have no answer yet: only the last one's counts. */
  private readonly questions = new Map<string, number>();
  private readonly unanswered = new Set<string>();
  private readonly runs = new Map<string, { readonly run: RunState; readonly before: number }>();
  private mode: LockMode = 'soft';
  private _me: Who | null = null;
  private _disposed = false;
  private readonly _changed = new Signal<this, string | null>(this);
  private readonly _refused = new Signal<this, string>(this);
}
