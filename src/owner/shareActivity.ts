/**
 * What happened in a share, newest first: the first page kept fresh, older pages on demand.
 * @module
 */
import { Throttler } from '@lumino/polling';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Activity, ActivityPage } from '../../protocol/resources.ts';
import type { ActivityView } from '../components/model.ts';
import { messageOf } from '../problem.ts';

/** Entries come while people type: one look a second is enough; milliseconds. */
const PACE = 1_000;

/** Fetches a page; `before` is `next` of the page before it. */
type FetchPage = (before: string | null) => Promise<ActivityPage>;

/** The activity of one share, as far as it was looked at. */
export class ShareActivity implements IDisposable {
  private readonly page: FetchPage;
  constructor(page: FetchPage) {
    this.page = page;
  }

  /** What to show. */
  get view(): ActivityView {
    return this._view;
  }
  /** Emitted with every change of `view`. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }
  /** Whether `dispose` was called. */
  get isDisposed(): boolean {
    return this.look.isDisposed;
  }

  /** Somebody looks at it: from now on it is kept fresh. */
  open(): void {
    if (!this.opened) {
      this.opened = true;
      void this.look.invoke();
    }
  }

  /** There is something new. */
  refresh(): void {
    if (this.opened) {
      void this.look.invoke();
    }
  }

  /** Gets the next older page. */
  async more(): Promise<void> {
    const { next } = this._view;
    if (next !== null) {
      await this.fetch(next);
    }
  }

  /** Asks for nothing any more. */
  dispose(): void {
    this.look.dispose();
    Signal.clearData(this);
  }

  private async fetch(before: string | null): Promise<void> {
    try {
      const page = await this.page(before);
      const { items, next } = this._view;
      // Where the newest page doesn't reach what is known, something between would be missing: begin again.
      const joins = before !== null || page.items.some(item => items.some(one => one.id === item.id));
      this.set({
        items: joins ? merged(items, page.items) : page.items,
        next: joins && before === null ? next : page.next,
        error: null
      });
    } catch (error) {
      this.set({ error: messageOf(error) });
    }
  }

  private set(change: Partial<ActivityView>): void {
    if (!this.isDisposed) {
      this._view = { ...this._view, ...change };
      this._changed.emit();
    }
  }

  private opened = false;
  private _view: ActivityView = { items: [], next: null, error: null };
  private readonly look = new Throttler(() => this.fetch(null), { limit: PACE, edge: 'trailing' });
  private readonly _changed = new Signal<this, void>(this);
}

/** Entries that went on replace what they were; newest first. */
export function merged(known: readonly Activity[], fresh: readonly Activity[]): readonly Activity[] {
  const byId = new Map([...known, ...fresh].map(item => [item.id, item]));
  return [...byId.values()].sort((a, b) => b.id - a.id);
}
