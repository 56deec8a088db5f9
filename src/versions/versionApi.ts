/**
 * The calls about versions, the owner's and a guest's: the same below two addresses.
 * @module
 */
import type { VersionDiff, VersionList, VersionRestored, VersionSaved } from '../../protocol/versions.ts';

/** One request: a path below the versions, a method, a body. */
export type Call = <T>(path: string, method?: string, body?: unknown) => Promise<T>;

/** Versions of one notebook. */
export class VersionApi {
  private readonly call: Call;
  private readonly page: (version: number) => string;
  constructor(call: Call, page: (version: number) => string) {
    this.call = call;
    this.page = page;
  }

  /** Those that one may see, newest first. */
  list(): Promise<VersionList> {
    return this.call('');
  }
  /** Saves the notebook as a version, and to disk. */
  save(message: string): Promise<VersionSaved> {
    return this.call('', 'POST', { message });
  }
  /** Brings the notebook back to a version. */
  restore(version: number): Promise<VersionRestored> {
    return this.call(`/${version}/restore`, 'POST', {});
  }
  /** What changed between a version and another, or the notebook now. */
  diff(version: number, other: number | 'now'): Promise<VersionDiff> {
    return this.call(`/${version}/diff?with=${other}`);
  }
  /** Keeps a version from making room for newer ones; the owner's. */
  pin(version: number, pinned: boolean): Promise<unknown> {
    return this.call(`/${version}`, 'PATCH', { pinned });
  }
  /** Removes a version; the owner's. */
  remove(version: number): Promise<void> {
    return this.call(`/${version}`, 'DELETE');
  }
  /** Address of a version as a page. */
  pageUrl(version: number): string {
    return this.page(version);
  }
}
