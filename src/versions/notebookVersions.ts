/**
 * The versions of one notebook as a page keeps them: fetched anew whenever the server says that they changed.
 * @module
 */
import type { VersionDiff, VersionRestored, VersionSaved } from '../../protocol/versions.ts';
import type { VersionCan, VersionsView } from '../components/versionModel.ts';
import type { Live } from '../live.ts';
import { Refreshed } from '../refreshed.ts';
import type { VersionApi } from './versionApi.ts';

/** What the versions are of. */
export interface NotebookVersionsOptions {
  readonly api: VersionApi;
  readonly live: Live;
  /** What one may do with them now. */
  readonly can: () => VersionCan;
}

/** Versions of a shared notebook. */
export class NotebookVersions extends Refreshed<VersionsView> {
  private readonly options: NotebookVersionsOptions;
  constructor(options: NotebookVersionsOptions) {
    const { api, live, can } = options;
    super({
      live,
      view: { items: [], error: null },
      changed: message => message.type === 'versions',
      allowed: () => can().see,
      fetch: async () => ({ items: (await api.list()).items }),
      nothing: () => ({ items: [] })
    });
    this.options = options;
  }

  /** What one may do now. */
  get can(): VersionCan {
    return this.options.can();
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
      this.fail(error);
    }
  }
}
