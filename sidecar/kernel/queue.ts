/**
 * Runs of one kernel, one after the other. A run that fails takes the ones its person queued behind it with it, as the
 * kernel itself does with `stop_on_error`.
 * @module
 */
import type { Run } from './run.ts';

/** The queue. */
export class Queue {
  readonly #begin: (run: Run) => void;
  #running: Run | null = null;
  #waiting: Run[] = [];

  /** @param begin sends a run to the kernel. */
  constructor(begin: (run: Run) => void) {
    this.#begin = begin;
  }

  /** The run on the kernel. */
  get running(): Run | null {
    return this.#running;
  }

  /** Whether nothing runs or waits. */
  get isEmpty(): boolean {
    return this.#running === null && this.#waiting.length === 0;
  }

  /** Adds a run. */
  add(run: Run): void {
    this.#waiting.push(run);
    this.#next();
  }

  /** Ends everything: the kernel is gone or starts anew. */
  clear(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach(run => run.abort(false));
    this.#running?.abort(true);
  }

  #next(): void {
    if (this.#running !== null) {
      return;
    }
    const run = this.#waiting.shift();
    if (run === undefined) {
      return;
    }
    this.#running = run;
    void run.done.then(({ status }) => {
      this.#running = null;
      if (status === 'error') {
        const { person } = run.request;
        const stopped = this.#waiting.filter(each => each.request.person === person);
        this.#waiting = this.#waiting.filter(each => each.request.person !== person);
        stopped.forEach(each => each.abort(false));
      }
      this.#next();
    });
    this.#begin(run);
  }
}
