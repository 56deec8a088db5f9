/**
 * Saves that were asked for, each with its answer or a deadline.
 * @module
 */
import type { SaveStatus } from './roomMessages.ts';

const TIMEOUT = 30_000;

/** The open questions of one socket. */
export class Saves {
  readonly #open = new Map<number, (status: SaveStatus) => void>();
  #id = 0;
  #failures = 0;

  /** Asks, with an id for the answer. */
  ask(send: (id: number) => void): Promise<SaveStatus> {
    const id = ++this.#id;
    const failures = this.#failures;
    return new Promise(resolve => {
      const timer = setTimeout(() => this.answered(id, 'failed'), TIMEOUT);
      this.#open.set(id, status => {
        clearTimeout(timer);
        this.#open.delete(id);
        // jupyter-collaboration says that a save succeeded also when nothing reached the disk.
        resolve(this.#failures === failures ? status : 'failed');
      });
      send(id);
    });
  }

  /** The room has answered. */
  answered(id: number, status: SaveStatus): void {
    this.#open.get(id)?.(status);
  }

  /** A save, whoever asked for it, didn't reach the disk: what is answered after this was none either. */
  failed(): void {
    this.#failures += 1;
  }

  /** No answers come any more. */
  close(): void {
    for (const resolve of [...this.#open.values()]) {
      resolve('failed');
    }
  }
}
