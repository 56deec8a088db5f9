/**
 * Who may change a comment, and what a comment may say.
 * @module
 */
import { COMMENT_LENGTH } from '../../protocol/comments.ts';
import { ALLOW, refuse, type Verdict } from './verdict.ts';

/** Author and caller are person ids; null is the owner. */
export interface CommentChange {
  readonly did: 'edit' | 'delete';
  readonly author: string | null;
  readonly caller: string | null;
}

/** One's own comments only; the owner may also delete what others wrote, never rewrite it. */
export function mayChangeComment({ did, author, caller }: CommentChange): Verdict {
  return author === caller || (caller === null && did === 'delete') ? ALLOW : refuse('no-right');
}

/**
 * A comment's text as it is kept: line ends as `\n`, no other control characters but tabs, no lone surrogates, nothing around it.
 * Null when nothing is left or it is too long. What looks like markup stays as it was typed: it is shown as text.
 */
export function commentText(typed: string): string | null {
  const text = typed
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .toWellFormed()
    .trim();
  return text === '' || text.length > COMMENT_LENGTH ? null : text;
}
