/**
 * The comments of all shares: written down at once, then announced.
 * @module
 */
import {
  COMMENTS_PER_SHARE,
  type Comment,
  type CommentList,
  type CommentThread
} from '../../protocol/comments.ts';
import type { Who } from '../../protocol/messages.ts';
import { newId } from '../access/secrets.ts';
import { Bucket } from '../access/throttle.ts';
import { commentText, mayChangeComment } from '../policy/comments.ts';
import { enforce, Refusal } from '../policy/verdict.ts';
import type { Comments } from '../store/comments.ts';

/** What the book needs. */
export interface CommentBookParts {
  readonly comments: Comments;
  readonly now: () => number;
  /** Tells everybody who may read them; the number of the change. */
  readonly announce: (share: string, latest: number) => void;
  /** Somebody wrote something about a cell. */
  readonly commented: (share: string, person: Who | null, cell: string) => void;
}

/** Changes of one person: so many at once, and one every two seconds after that. */
const BURST = 30;
const PER_SECOND = 0.5;
/** Comments of one thread. */
const PER_THREAD = 200;
/** Buckets above which full ones are forgotten. */
const MOST_BUCKETS = 1_000;

/** Comments on cells. `person` is null for the owner everywhere. */
export class CommentBook {
  readonly #parts: CommentBookParts;
  readonly #buckets = new Map<string, Bucket>();

  constructor(parts: CommentBookParts) {
    this.#parts = parts;
  }

  /** All of a share. */
  list(share: string): CommentList {
    const { comments } = this.#parts;
    return { latest: comments.latest(share), threads: comments.threads(share) };
  }

  /** Begins a thread about a cell that is known to exist. */
  begin(share: string, person: Who | null, cell: string, typed: string): CommentThread {
    const first = this.#write(share, person, typed);
    const id = newId();
    this.#changed(share, this.#parts.comments.begin(share, id, cell, first));
    this.#parts.commented(share, person, cell);
    return this.#thread(share, id);
  }

  /** Answers in a thread; a resolved one is open again. */
  reply(share: string, person: Who | null, id: string, typed: string): CommentThread {
    const { comments, commented } = this.#parts;
    const thread = this.#thread(share, id);
    if (thread.comments.length >= PER_THREAD) {
      throw new Refusal('too-large', 'This thread is full. Begin a new one.');
    }
    const comment = this.#write(share, person, typed);
    if (thread.resolved !== null) {
      comments.resolve(share, id, null, null);
    }
    this.#changed(share, comments.add(share, id, comment));
    commented(share, person, thread.cell);
    return this.#thread(share, id);
  }

  /** Resolves a thread, or opens it again. */
  resolve(share: string, person: Who | null, id: string, resolved: boolean): CommentThread {
    const { comments } = this.#parts;
    const thread = this.#thread(share, id);
    if ((thread.resolved !== null) !== resolved) {
      this.#throttle(share, person);
      const latest = comments.resolve(share, id, resolved ? person : null, resolved ? this.#time() : null);
      this.#changed(share, latest);
    }
    return this.#thread(share, id);
  }

  /** Changes the text of one's own comment. */
  edit(share: string, person: Who | null, place: Place, typed: string): CommentThread {
    const author = this.#comment(share, place).person;
    enforce(mayChangeComment({ did: 'edit', author: author?.id ?? null, caller: person?.id ?? null }));
    const text = this.#read(typed);
    this.#throttle(share, person);
    this.#changed(share, this.#parts.comments.edit(share, place.comment, text, this.#time()));
    return this.#thread(share, place.thread);
  }

  /** Removes a comment; a thread without comments goes with it. */
  remove(share: string, person: Who | null, place: Place): void {
    const author = this.#comment(share, place).person;
    enforce(mayChangeComment({ did: 'delete', author: author?.id ?? null, caller: person?.id ?? null }));
    this.#throttle(share, person);
    this.#changed(share, this.#parts.comments.remove(share, place.thread, place.comment));
  }

  #thread(share: string, id: string): CommentThread {
    const thread = this.#parts.comments.thread(share, id);
    if (thread === undefined) {
      throw new Refusal('not-found', 'That thread of comments is gone.');
    }
    return thread;
  }

  #comment(share: string, place: Place): Comment {
    const found = this.#thread(share, place.thread).comments.find(each => each.id === place.comment);
    if (found === undefined) {
      throw new Refusal('not-found', 'That comment is gone.');
    }
    return found;
  }

  #write(share: string, person: Who | null, typed: string): Comment {
    const text = this.#read(typed);
    if (this.#parts.comments.count(share) >= COMMENTS_PER_SHARE) {
      throw new Refusal('too-large', 'This notebook has as many comments as it can hold.');
    }
    this.#throttle(share, person);
    return { id: newId(), person, text, at: this.#time(), editedAt: null };
  }

  #read(typed: string): string {
    const text = commentText(typed);
    if (text === null) {
      throw new Refusal('bad-request', 'A comment is some text, of at most 10,000 characters.');
    }
    return text;
  }

  #throttle(share: string, person: Who | null): void {
    const now = this.#parts.now();
    if (this.#buckets.size > MOST_BUCKETS) {
      [...this.#buckets].filter(([, each]) => each.isFull(now)).forEach(([key]) => this.#buckets.delete(key));
    }
    const key = person?.id ?? `owner of ${share}`;
    const bucket = this.#buckets.get(key) ?? new Bucket(PER_SECOND, BURST, now);
    this.#buckets.set(key, bucket);
    if (!bucket.take(1, now)) {
      throw new Refusal('too-fast');
    }
  }

  #changed(share: string, latest: number): void {
    this.#parts.announce(share, latest);
  }

  #time(): string {
    return new Date(this.#parts.now()).toISOString();
  }
}

/** Where a comment stands. */
export interface Place {
  readonly thread: string;
  readonly comment: string;
}
