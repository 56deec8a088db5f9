/**
 * Which files must not be saved by themselves, told to the Jupyter Server whenever it changes: in force before the call that
 * made the change answers.
 * @module
 */
import type { Log } from '../log.ts';
import type { Internal } from '../upstream/internal.ts';
import type { ShareBook } from './shares.ts';

const RETRY = 2_000;

/** Keeps the set of held files in step. */
export class Holds {
  readonly #shareBook: ShareBook;
  readonly #internal: Internal;
  readonly #log: Log;
  #sent: string | null = null;
  #working: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;

  constructor(shareBook: ShareBook, internal: Internal, log: Log) {
    this.#shareBook = shareBook;
    this.#internal = internal;
    this.#log = log;
  }

  /** Resolves when the server holds what the shares demand now; rejects when it couldn't be told (it is tried again). */
  settle(): Promise<void> {
    const next = this.#working.catch(() => undefined).then(() => this.#send());
    this.#working = next;
    return next;
  }

  /** Tells the whole set again: the Jupyter Server has forgotten it. */
  again(): void {
    this.#sent = null;
    this.settle().catch(() => this.#later());
  }

  /** Stops trying. */
  close(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
  }

  async #send(): Promise<void> {
    const held = this.#shareBook.all().filter(share => this.#shareBook.holdsSaves(share));
    const files = held.map(share => share.file).sort();
    const text = JSON.stringify(files);
    if (text === this.#sent) {
      return;
    }
    try {
      await this.#internal.hold(files);
      this.#sent = text;
    } catch (error) {
      this.#log.error({ err: error }, 'the Jupyter Server could not be told which notebooks wait for a save');
      this.#later();
      throw error;
    }
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.settle().catch(() => undefined);
    }, RETRY);
  }
}
