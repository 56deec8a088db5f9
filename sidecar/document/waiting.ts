/**
 * Those who wait for something to be there.
 * @module
 */

/** Waiting with a time limit. */
export class Waiting {
  readonly #late: () => Error;
  readonly #done = new Set<() => void>();

  /** @param late makes what those get for whom it took too long. */
  constructor(late: () => Error) {
    this.#late = late;
  }

  /** Resolves at `release`, rejects after so many milliseconds. */
  wait(within: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#done.delete(done);
        reject(this.#late());
      }, within);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#done.add(done);
    });
  }

  /** It is there. */
  release(): void {
    for (const done of [...this.#done]) {
      this.#done.delete(done);
      done();
    }
  }
}
