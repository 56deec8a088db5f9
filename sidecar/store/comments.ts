/**
 * Tables `threads` and `comments`. Not kept in memory: they are read when somebody opens the panel or something changed.
 * @module
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Comment, CommentThread } from '../../protocol/comments.ts';
import type { Who } from '../../protocol/messages.ts';
import { decodePerson, encodePerson } from './activity.ts';
import { transaction } from './database.ts';
import { text } from './people.ts';
import type { Columns } from './table.ts';

/** A comment and where it stands. */
export interface CommentRow extends Comment {
  readonly thread: string;
}

/** Comments by share. Every change gives the share's new `latest`. */
export class Comments {
  readonly #database: DatabaseSync;
  readonly #sql: Readonly<Record<keyof typeof SQL, StatementSync>>;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)] as const);
    this.#sql = Object.fromEntries(prepared) as Record<keyof typeof SQL, StatementSync>;
  }

  /** A share's threads in the order they were begun, each with its comments, oldest first. */
  threads(share: string): CommentThread[] {
    const byThread = Map.groupBy(this.#sql.comments.all(share).map(decodeComment), row => row.thread);
    return this.#sql.threads
      .all(share)
      .map(columns => decodeThread(columns, byThread.get(String(columns['id'])) ?? []));
  }

  /** One thread of a share. */
  thread(share: string, id: string): CommentThread | undefined {
    const columns = this.#sql.thread.get(share, id);
    return columns === undefined
      ? undefined
      : decodeThread(columns, this.#sql.ofThread.all(id).map(decodeComment));
  }

  /** How many comments a share has. */
  count(share: string): number {
    return Number(this.#sql.count.get(share)?.['number'] ?? 0);
  }

  /** The number of the last change; 0 before the first. */
  latest(share: string): number {
    return Number(this.#sql.latest.get(share)?.['latest'] ?? 0);
  }

  /** Begins a thread with its first comment. */
  begin(share: string, thread: string, cell: string, first: Comment): number {
    return this.#change(share, () => {
      this.#sql.addThread.run(thread, share, cell);
      this.#addComment(thread, first);
    });
  }

  /** Adds a comment to a thread. */
  add(share: string, thread: string, comment: Comment): number {
    return this.#change(share, () => this.#addComment(thread, comment));
  }

  /** Changes a comment's text. */
  edit(share: string, id: string, words: string, at: string): number {
    return this.#change(share, () => this.#sql.edit.run(words, at, id));
  }

  /** Removes a comment, and its thread when it was the last in it. */
  remove(share: string, thread: string, id: string): number {
    return this.#change(share, () => {
      this.#sql.remove.run(id);
      this.#sql.tidy.run(thread, thread);
    });
  }

  /** Resolves a thread, or opens it again. */
  resolve(share: string, thread: string, by: Who | null, at: string | null): number {
    return this.#change(share, () => this.#sql.resolve.run(at, encodePerson(by), thread));
  }

  #addComment(thread: string, { id, person, text: words, at, editedAt }: Comment): void {
    this.#sql.addComment.run(id, thread, encodePerson(person), words, at, editedAt);
  }

  #change(share: string, work: () => unknown): number {
    return transaction(this.#database, () => {
      work();
      return Number(this.#sql.changed.get(share)?.['latest']);
    });
  }
}

const SQL = {
  threads: 'SELECT * FROM threads WHERE share = ? ORDER BY rowid',
  thread: 'SELECT * FROM threads WHERE share = ? AND id = ?',
  comments: `SELECT comments.* FROM comments JOIN threads ON threads.id = comments.thread
             WHERE threads.share = ? ORDER BY comments.rowid`,
  ofThread: 'SELECT * FROM comments WHERE thread = ? ORDER BY rowid',
  count: `SELECT count(*) AS number FROM comments JOIN threads ON threads.id = comments.thread WHERE threads.share = ?`,
  latest: 'SELECT latest FROM comment_changes WHERE share = ?',
  changed: `INSERT INTO comment_changes (share, latest) VALUES (?, 1)
            ON CONFLICT (share) DO UPDATE SET latest = latest + 1 RETURNING latest`,
  addThread: 'INSERT INTO threads (id, share, cell) VALUES (?, ?, ?)',
  addComment: 'INSERT INTO comments (id, thread, person, text, at, edited_at) VALUES (?, ?, ?, ?, ?, ?)',
  edit: 'UPDATE comments SET text = ?, edited_at = ? WHERE id = ?',
  remove: 'DELETE FROM comments WHERE id = ?',
  tidy: 'DELETE FROM threads WHERE id = ? AND NOT EXISTS (SELECT 1 FROM comments WHERE thread = ?)',
  resolve: 'UPDATE threads SET resolved_at = ?, resolved_by = ? WHERE id = ?'
} as const;

function decodeComment(columns: Columns): CommentRow {
  return {
    id: String(columns['id']),
    thread: String(columns['thread']),
    person: decodePerson(columns['person']),
    text: String(columns['text']),
    at: String(columns['at']),
    editedAt: text(columns['edited_at'])
  };
}

function decodeThread(columns: Columns, rows: readonly CommentRow[]): CommentThread {
  const at = text(columns['resolved_at']);
  return {
    id: String(columns['id']),
    cell: String(columns['cell']),
    resolved: at === null ? null : { by: decodePerson(columns['resolved_by']), at },
    comments: rows.map(({ thread: _, ...comment }) => comment)
  };
}
