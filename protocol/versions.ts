/**
 * Versions as HTTP shows them: a snapshot of the live notebook with a number, a message, an author and a time.
 * @module
 */
import type { ActivityPerson } from './resources.ts';

/** A version in a list. */
export interface Version {
  /** 1, 2, ...; a number is never used again. */
  readonly number: number;
  /** RFC 3339. */
  readonly at: string;
  /** Null for the owner. */
  readonly person: ActivityPerson | null;
  readonly message: string;
  readonly cells: number;
  /** Whether it stays when the oldest make room. */
  readonly pinned: boolean;
  /** Hash of the git commit that was made with it. */
  readonly commit: string | null;
}

/** `GET versions`, newest first. */
export interface VersionList {
  readonly items: readonly Version[];
  /** Versions that are kept before the oldest make room. */
  readonly kept: number;
}

/** What became of the file when a version was saved. */
export type FileSaved = 'success' | 'skipped' | 'failed';

/** Answer of `POST versions`. */
export interface VersionSaved extends Version {
  readonly file: FileSaved;
  /** Numbers of the versions that made room for it. */
  readonly dropped: readonly number[];
  /** Why there is no commit, when there should be one. */
  readonly commitProblem: string | null;
}

/** `GET versions/<n>`; `content` is nbformat JSON. */
export interface VersionContent extends Version {
  readonly content: Readonly<Record<string, unknown>>;
}

/** Answer of `POST versions/<n>/restore`: how many cells came, went, moved or changed. */
export interface VersionRestored {
  readonly changed: number;
}

/** `GET versions/<n>/diff?with=<m>`, or `with=now`: what changed from the older to the newer, as text. */
export interface VersionDiff {
  readonly from: number | 'now';
  readonly to: number | 'now';
  /** Lines of nbdime; empty when both are the same. */
  readonly text: string;
}
