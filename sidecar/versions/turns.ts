/**
 * Work on the same thing, one after the other.
 * @module
 */

/** Queues by key. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs work when all that was given before for the same key has ended, well or not. */
  take<T>(key: string, work: () => Promise<T> | T): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const result = before.then(work, work);
    const ended = result.then(
      () => undefined,
      () => undefined
    );
    this.#last.set(key, ended);
    void ended.then(() => {
      if (this.#last.get(key) === ended) {
        this.#last.delete(key);
      }
    });
    return result;
  }
}
