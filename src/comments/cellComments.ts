/**
 * The comments of one share as a page keeps them: fetched anew whenever the server says that they changed.
 * @module
 */
import { type ISignal, Signal } from '@lumino/signaling';
import type { CommentThread } from '../../protocol/comments.ts';
import type { CommentApi } from '../api.ts';
import type { CommentActions, CommentsView } from '../components/commentModel.ts';
import type { Live } from '../live.ts';
import { messageOf } from '../problem.ts';

/** What the comments are of. */
export interface CellCommentsOptions {
  readonly api: CommentApi;
  readonly live: Live;
  /** Whether one may comment now. */
  readonly allowed: () => boolean;
}

/** Comments of a share. */
export class CellComments implements CommentActions {
  private readonly options: CellCommentsOptions;
  constructor(options: CellCommentsOptions) {
    this.options = options;
    const { live } = options;
    live.message.connect((_, message) => {
      if (message.type === 'hello' || (message.type === 'comments' && message.latest > this.latest)) {
        void this.refresh();
      }
    });
    if (live.status.kind === 'open') {
      void this.refresh();
    }
  }

  /** What to show. */
  get view(): CommentsView {
    return this._view;
  }
  /** Emitted with every change of `view`. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }
  /** Whether one may comment now. */
  get allowed(): boolean {
    return this.options.allowed();
  }

  /** Numbers of comments in open threads, by cell id. */
  countByCell(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { cell, comments, resolved } of this._view.threads) {
      if (resolved === null) {
        counts.set(cell, (counts.get(cell) ?? 0) + comments.length);
      }
    }
    return counts;
  }

  /** Gets them anew; nothing is kept of what one may not read any more. */
  async refresh(): Promise<void> {
    if (!this.options.allowed()) {
      this.latest = -1;
      this.set({ threads: [], draft: null, error: null });
      return;
    }
    // One question at a time; what changes meanwhile is asked for after it.
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    try {
      const { latest, threads } = await this.options.api.list();
      this.latest = latest;
      this.set({ threads, error: null });
    } catch (error) {
      this.set({ error: messageOf(error) });
    } finally {
      this.asking = false;
    }
    if (this.again) {
      this.again = false;
      await this.refresh();
    }
  }

  compose(cell: string | null): void {
    this.set({ draft: cell, shown: null });
  }
  /** Brings a cell's comments before the reader's eyes. */
  show(cell: string): void {
    this.set({ shown: { cell }, draft: null });
  }

  begin(cell: string, text: string): Promise<boolean> {
    return this.change(() => this.options.api.begin(cell, text));
  }
  reply(thread: string, text: string): Promise<boolean> {
    return this.change(() => this.options.api.reply(thread, text));
  }
  resolve(thread: string, resolved: boolean): Promise<boolean> {
    return this.change(() => this.options.api.resolve(thread, resolved));
  }
  edit(thread: string, comment: string, text: string): Promise<boolean> {
    return this.change(() => this.options.api.edit(thread, comment, text));
  }
  remove(thread: string, comment: string): Promise<boolean> {
    return this.change(() => this.options.api.remove(thread, comment));
  }

  /** Does something; false when the server refused, and says why. */
  private async change(work: () => Promise<CommentThread | undefined>): Promise<boolean> {
    try {
      const thread = await work();
      const { threads } = this._view;
      // Shown at once; the server's own word about it comes over the socket.
      if (thread) {
        const known = threads.some(one => one.id === thread.id);
        const next = threads.map(one => (one.id === thread.id ? thread : one));
        this.set({ threads: known ? next : [...threads, thread], error: null });
      } else {
        await this.refresh();
      }
      return true;
    } catch (error) {
      this.set({ error: messageOf(error) });
      return false;
    }
  }

  private set(change: Partial<CommentsView>): void {
    this._view = { ...this._view, ...change };
    this._changed.emit();
  }

  private latest = -1;
  private asking = false;
  private again = false;
  private _view: CommentsView = { threads: [], draft: null, shown: null, error: null };
  private readonly _changed = new Signal<this, void>(this);
}
