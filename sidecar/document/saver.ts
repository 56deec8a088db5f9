/**
 * Keeps the file close behind the document: at most so many seconds, also under unbroken typing, unless saving is held.
 * jupyter-collaboration alone waits for a pause, and for a client of its own that asks for autosave (threats F8).
 * @module
 */

/** What the saver needs. */
export interface SaverParts {
  /** Milliseconds the file may be behind. */
  readonly within: number;
  readonly held: () => boolean;
  /** Whether there are changes that aren't on disk. */
  readonly unsaved: () => boolean;
  readonly save: () => Promise<unknown>;
}

/** Saves in time. */
export class Saver {
  readonly #parts: SaverParts;
  #timer: NodeJS.Timeout | null = null;
  #isSaving = false;
  #closed = false;

  constructor(parts: SaverParts) {
    this.#parts = parts;
  }

  /** Looks again whether there is something to save, and whether it may be: to be called whenever one of the two changed. */
  reconsider(): void {
    const { within, held, unsaved } = this.#parts;
    if (!unsaved()) {
      this.#stop();
    } else if (this.#timer === null && !this.#isSaving && !this.#closed && !held()) {
      this.#timer = setTimeout(() => void this.#save(), within);
    }
  }

  /** Stops. */
  close(): void {
    this.#closed = true;
    this.#stop();
  }

  async #save(): Promise<void> {
    const { held, save, unsaved } = this.#parts;
    this.#timer = null;
    if (!unsaved() || held()) {
      return;
    }
    this.#isSaving = true;
    try {
      await save();
    } finally {
      this.#isSaving = false;
      // What was typed meanwhile, or what could not be saved.
      this.reconsider();
    }
  }

  #stop(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }
}
