/**
 * Comments on cells as HTTP shows them: threads of plain text, kept beside the notebook, never in it.
 * @module
 */
import type { Who } from './messages.ts';

/** One comment. */
export interface Comment {
  readonly id: string;
  /** Verified identity when it was written; null for the owner. */
  readonly person: Who | null;
  /** Plain text, never markup. */
  readonly text: string;
  /** RFC 3339. */
  readonly at: string;
  /** When the text was last changed; null while it is as first written. */
  readonly editedAt: string | null;
}

/** Comments on one cell that belong together, oldest first. */
export interface CommentThread {
  readonly id: string;
  /** Cell id; the cell may have been removed since. */
  readonly cell: string;
  /** Who resolved it (null: the owner), and when; null while it is open. */
  readonly resolved: { readonly by: Who | null; readonly at: string } | null;
  readonly comments: readonly Comment[];
}

/** Answer of `GET comments`: threads in the order they were begun. `latest` grows with every change to any of them. */
export interface CommentList {
  readonly latest: number;
  readonly threads: readonly CommentThread[];
}

/** Bounds, in UTF-16 units, comments and comments a share. */
export const COMMENT_LENGTH = 10_000;
export const COMMENTS_PER_SHARE = 2_000;
