/**
 * The versions of one notebook as a page keeps them: fetched anew whenever the server says that they changed.
 * @module
 */
import { type ISignal, Signal } from '@lumino/signaling';
import type { VersionDiff, VersionRestored, VersionSaved } from '../../protocol/versions.ts';
import type { VersionCan, VersionsView } from '../components/versionModel.ts';
import type { Live } from '../live.ts';
import { messageOf } from '../problem.ts';
import type { VersionApi } from './versionApi.ts';

/** What the versions are of. */
export interface NotebookVersionsOptions {
  readonly api: VersionApi;
  readonly live: Live;
  /** What one may do with them now. */
  readonly can: () => VersionCan;
}

/** Versions of a shared notebook. */
export class NotebookVersions {
  private readonly options: NotebookVersionsOptions;
  constructor(options: NotebookVersionsOptions) {
    this.options = options;
    const { live } = options;
    live.message.connect((_, message) => {
      if (message.type === 'hello' || message.type === 'versions') {
        void this.refresh();
      }
    });
    if (live.status.kind === 'open') {
      void this.refresh();
    }
  }

  /** What to show. */
  get view(): VersionsView {
    return this._view;
  }
  /** Emitted with every change of `view`. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }
  /** What one may do now. */
  get can(): VersionCan {
    return this.options.can();
  }

  /** Gets them anew; nothing is kept of what one may not see any more. */
  async refresh(): Promise<void> {
    if (!this.can.see) {
      this.set({ items: [], error: null });
      return;
    }
    // One question at a time; what changes meanwhile is asked for after it.
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    try {
      const { items } = await this.options.api.list();
      this.set({ items, error: null });
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

  /** Saves the notebook as a version. */
  async save(message: string): Promise<VersionSaved> {
    const saved = await this.options.api.save(message);
    await this.refresh();
    return saved;
  }
  /** Brings the notebook back. */
  restore(version: number): Promise<VersionRestored> {
    return this.options.api.restore(version);
  }
  /** What changed between two. */
  diff(version: number, other: number | 'now'): Promise<VersionDiff> {
    return this.options.api.diff(version, other);
  }
  /** Keeps a version, or lets it make room; the owner's. */
  pin(version: number, pinned: boolean): void {
    void this.guarded(() => this.options.api.pin(version, pinned));
  }
  /** Removes a version; the owner's. */
  remove(version: number): Promise<void> {
    return this.guarded(() => this.options.api.remove(version));
  }
  /** Address of a version as a page. */
  pageUrl(version: number): string {
    return this.options.api.pageUrl(version);
  }

  private async guarded(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      await this.refresh();
    } catch (error) {
      this.set({ error: messageOf(error) });
    }
  }

  private set(change: Partial<VersionsView>): void {
    this._view = { ...this._view, ...change };
    this._changed.emit();
  }

  private asking = false;
  private again = false;
  private _view: VersionsView = { items: [], error: null };
  private readonly _changed = new Signal<this, void>(this);
}
