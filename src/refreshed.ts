/**
 * What the server has of a share and a page shows: fetched anew whenever the server says that it changed.
 * @module
 */
import { type ISignal, Signal } from '@lumino/signaling';
import type { ServerMessage } from '../protocol/messages.ts';
import type { Live } from './live.ts';
import { messageOf } from './problem.ts';

/** What is fetched. */
export interface RefreshedOptions<View> {
  readonly live: Live;
  /** Before anything came. */
  readonly view: View;
  /** Whether a message of the control socket says that it changed. */
  readonly changed: (message: ServerMessage) => boolean;
  /** Whether one may see it now. */
  readonly allowed: () => boolean;
  readonly fetch: () => Promise<Partial<View>>;
  /** What is shown of it to somebody who may not see it. */
  readonly nothing: () => Partial<View>;
}

/** A view that keeps itself fresh. */
export class Refreshed<View extends { readonly error: string | null }> {
  private readonly source: RefreshedOptions<View>;
  constructor(source: RefreshedOptions<View>) {
    this.source = source;
    this._view = source.view;
    const { live } = source;
    live.message.connect((_, message) => {
      if (message.type === 'hello' || source.changed(message)) {
        void this.refresh();
      }
    });
    if (live.status.kind === 'open') {
      void this.refresh();
    }
  }

  /** What to show. */
  get view(): View {
    return this._view;
  }
  /** Emitted with every change of `view`. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Gets it anew; nothing is kept of what one may not see any more. */
  async refresh(): Promise<void> {
    if (!this.source.allowed()) {
      this.set({ ...this.source.nothing(), error: null });
      return;
    }
    // One question at a time; what changes meanwhile is asked for after it.
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    try {
      this.set({ ...(await this.source.fetch()), error: null });
    } catch (error) {
      this.fail(error);
    } finally {
      this.asking = false;
    }
    if (this.again) {
      this.again = false;
      await this.refresh();
    }
  }

  /** Shows why something was not done. */
  protected fail(error: unknown): void {
    this.set({ error: messageOf(error) });
  }

  /** Changes what is shown. */
  protected set(change: Partial<View> | { readonly error: string | null }): void {
    this._view = { ...this._view, ...change };
    this._changed.emit();
  }

  private asking = false;
  private again = false;
  private _view: View;
  private readonly _changed = new Signal<this, void>(this);
}
