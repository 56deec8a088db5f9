/**
 * The comments of one share as a page keeps them: fetched anew whenever the server says that they changed.
 * @module
 */
import type { CommentThread } from '../../protocol/comments.ts';
import type { CommentApi } from '../api.ts';
import type { CommentActions, CommentsView } from '../components/commentModel.ts';
import type { Live } from '../live.ts';
import { Refreshed } from '../refreshed.ts';

/** What the comments are of. */
export interface CellCommentsOptions {
  readonly api: CommentApi;
  readonly live: Live;
  /** Whether one may comment now. */
  readonly allowed: () => boolean;
}

/** Comments of a share. */
export class CellComments extends Refreshed<CommentsView> implements CommentActions {
  private readonly options: CellCommentsOptions;
  constructor(options: CellCommentsOptions) {
    const { api, live, allowed } = options;
    // The number of the change that is shown.
    let shown = -1;
    super({
      live,
      allowed,
      view: { threads: [], draft: null, shown: null, error: null },
      changed: message => message.type === 'comments' && message.latest > shown,
      fetch: async () => {
        const { latest, threads } = await api.list();
        shown = latest;
        return { threads };
      },
      nothing: () => {
        shown = -1;
        return { threads: [], draft: null };
      }
    });
    this.options = options;
  }

  /** Whether one may comment now. */
  get allowed(): boolean {
    return this.options.allowed();
  }

  /** Numbers of comments in open threads, by cell id. */
  countByCell(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { cell, comments, resolved } of this.view.threads) {
      if (resolved === null) {
        counts.set(cell, (counts.get(cell) ?? 0) + comments.length);
      }
    }
    return counts;
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
      const { threads } = this.view;
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
      this.fail(error);
      return false;
    }
  }
}
