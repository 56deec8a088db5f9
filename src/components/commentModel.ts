/**
 * What the views of comments are given.
 * @module
 */
import type { CommentThread } from '../../protocol/comments.ts';

/** What to show of comments. */
export interface CommentsView {
  readonly threads: readonly CommentThread[];
  /** Cell that a new thread is being written about. */
  readonly draft: string | null;
  /** Cell whose threads were asked for; a new object each time. */
  readonly shown: { readonly cell: string } | null;
  readonly error: string | null;
}

/** What can be done; each says whether it was done. */
export interface CommentActions {
  /** Opens the form for a new thread; null closes it. */
  compose(cell: string | null): void;
  begin(cell: string, text: string): Promise<boolean>;
  reply(thread: string, text: string): Promise<boolean>;
  resolve(thread: string, resolved: boolean): Promise<boolean>;
  edit(thread: string, comment: string, text: string): Promise<boolean>;
  remove(thread: string, comment: string): Promise<boolean>;
}

/** Whose eyes the comments are for. */
export interface CommentReader {
  /** Person id; null for the owner, who may delete any comment. */
  readonly me: string | null;
  /** The owner's name, for guests. */
  readonly owner: string;
}
