/**
 * The picture of a share that an owner's views show, and how work on it is announced: "Saving…", "Saved", what went wrong.
 * @module
 */
import { type ISignal, Signal } from '@lumino/signaling';
import type { Share } from '../../protocol/resources.ts';
import { CALM, type RowState, type ShareView } from '../components/model.ts';
import { messageOf } from '../problem.ts';
import { newcomers } from './shareState.ts';

/** State with signals. */
export class ShareStore {
  constructor(share: Share) {
    this._view = {
      share,
      rows: {},
      removed: [],
      requests: [],
      saving: 'idle',
      explainRun: false,
      error: null
    };
  }

  /** What to show. */
  get view(): ShareView {
    return this._view;
  }
  /** Emitted with every change of `view`. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }
  /** Emitted when the notebook has another path. */
  get renamed(): ISignal<this, void> {
    return this._renamed;
  }
  /** Emitted when somebody new waits at the door, with their person's id. */
  get knocked(): ISignal<this, string> {
    return this._knocked;
  }

  /** Forgets who listens. */
  dispose(): void {
    Signal.clearData(this);
  }

  /** The server's newest picture. */
  protected put(share: Share): void {
    const before = this._view.share;
    const known = (id: string): boolean => share.people.some(person => person.id === id);
    this.set({ share, requests: this._view.requests.filter(one => known(one.person.id)) });
    if (share.path !== before.path) {
      this._renamed.emit();
    }
    newcomers(before, share).forEach(person => this._knocked.emit(person));
  }
  protected row(row: string): RowState {
    return this._view.rows[row] ?? CALM;
  }
  protected setRow(row: string, state: RowState): void {
    this.set({ rows: { ...this._view.rows, [row]: state } });
  }
  protected set(change: Partial<ShareView>): void {
    this._view = { ...this._view, ...change };
    this._changed.emit();
  }

  /** Does something and says that it is being saved; a failure is the caller's to show. */
  protected async saving(work: () => Promise<void>): Promise<void> {
    this.set({ saving: 'saving' });
    try {
      await work();
      this.set({ saving: 'saved' });
    } catch (error) {
      this.set({ saving: 'idle' });
      throw error;
    }
  }
  /** Does something for a row; a failure is shown in it. */
  protected async inRow(row: string, work: () => Promise<void>): Promise<void> {
    try {
      await this.saving(work);
      if (this.row(row).error !== null) {
        this.setRow(row, CALM);
      }
    } catch (error) {
      this.setRow(row, { ...CALM, error: messageOf(error) });
    }
  }
  /** Does something outside of rows; a failure is shown on top. False when it failed. */
  protected async guarded(work: () => Promise<void>): Promise<boolean> {
    this.set({ error: null });
    try {
      await this.saving(work);
      return true;
    } catch (error) {
      this.set({ error: messageOf(error) });
      return false;
    }
  }

  private _view: ShareView;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _renamed = new Signal<this, void>(this);
  private readonly _knocked = new Signal<this, string>(this);
}
