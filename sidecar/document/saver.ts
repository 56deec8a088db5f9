/**
 * Keeps the file close behind the document: at most so many seconds, also under unbroken typing, unless saving is held.
 * jupyter-collaboration alone waits for a pause, and for a client of its own that asks for autosave (threats F8).
 * @module
 */
import type * as Y from 'yjs';

/** What the saver needs. */
export interface SaverParts {
  readonly doc: Y.Doc;
  /** Milliseconds the file may be behind. */
  readonly within: number;
  readonly held: () => boolean;
  readonly save: () => Promise<unknown>;
  /** Called when "unsaved" became true or false. */
  readonly changed: () => void;
}

/** Watches a document's content and its `dirty` flag. */
export class Saver {
  readonly #parts: SaverParts;
  #timer: NodeJS.Timeout | null = null;
  #unsaved = false;
  #closed = false;

  constructor(parts: SaverParts) {
    this.#parts = parts;
    parts.doc.getArray('cells').observeDeep(this.#onContent);
    parts.doc.getMap('meta').observeDeep(this.#onContent);
    parts.doc.getMap('state').observe(this.#onState);
  }

  /** Whether there are changes that aren't on disk. */
  get unsaved(): boolean {
    return this.#unsaved;
  }

  /** Looks again whether saving is held. */
  reconsider(): void {
    if (this.#unsaved) {
      this.#schedule();
    }
  }

  /** Stops watching. */
  close(): void {
    this.#closed = true;
    this.#stop();
    this.#parts.doc.getArray('cells').unobserveDeep(this.#onContent);
    this.#parts.doc.getMap('meta').unobserveDeep(this.#onContent);
    this.#parts.doc.getMap('state').unobserve(this.#onState);
  }

  readonly #onContent = (_events: unknown, transaction: Y.Transaction): void => {
    // What comes with the first sync is the state as it is, dirty or not: its flag says so.
    if (transaction.beforeState.size === 0) {
      return;
    }
    this.#set(true);
    this.#schedule();
  };

  readonly #onState = (): void => {
    const dirty = this.#parts.doc.getMap('state').get('dirty');
    if (dirty === false) {
      this.#stop();
      this.#set(false);
    } else if (dirty === true && !this.#unsaved) {
      this.#set(true);
      this.#schedule();
    }
  };

  #schedule(): void {
    if (this.#timer !== null || this.#closed || this.#parts.held()) {
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#unsaved && !this.#parts.held()) {
        void this.#parts.save().then(() => this.reconsider());
      }
    }, this.#parts.within);
  }

  #stop(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }

  #set(unsaved: boolean): void {
    if (this.#unsaved !== unsaved) {
      this.#unsaved = unsaved;
      this.#parts.changed();
    }
  }
}
