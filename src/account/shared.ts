/**
 * What others have shared with this account, as far as the server has said.
 * @module
 */
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';
import type { SharedWithMe } from '../../protocol/resources.ts';
import { messageOf } from '../problem.ts';

/** Milliseconds between looks while the page is in front. */
const EVERY = 60_000;

/** The list; asks the server again by itself. */
export class SharedWithAccount implements IDisposable {
  private readonly ask: () => Promise<readonly SharedWithMe[]>;

  constructor(ask: () => Promise<readonly SharedWithMe[]>) {
    this.ask = ask;
  }

  /** Emitted each time the server was asked. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }
  /** What is shared. */
  get all(): readonly SharedWithMe[] {
    return this._all;
  }
  /** Why it isn't known how things are now. */
  get error(): string | null {
    return this._error;
  }
  /** Whether `dispose` was called. */
  get isDisposed(): boolean {
    return this.poll.isDisposed;
  }

  /** Asks now. */
  async refresh(): Promise<void> {
    try {
      this._all = await this.ask();
      this._error = null;
    } catch (error) {
      this._error = messageOf(error);
    }
    this._changed.emit();
  }

  /** Asks no more. */
  dispose(): void {
    this.poll.dispose();
    Signal.clearData(this);
  }

  private _all: readonly SharedWithMe[] = [];
  private _error: string | null = null;
  private readonly _changed = new Signal<this, void>(this);
  private readonly poll = new Poll({
    factory: () => this.refresh(),
    frequency: { interval: EVERY, backoff: true },
    standby: 'when-hidden',
    name: 'jupyter-liveshare:shared-with-me'
  });
}
