/**
 * Runs of one kernel, one after the other. A run that fails takes the ones its person queued behind it with it, as the
 * kernel itself does with `stop_on_error`.
 * @module
 */
import { Refusal } from '../policy/verdict.ts';
import { forgetOldest } from './forgetOldest.ts';
import type { Run } from './run.ts';

/** Runs that may wait. */
const MAX_WAITING = 1_000;
/**
 * "Run all" in a stock front end is one request a cell, of which a browser has six under way (HTTP/1.1): when as many as that
 * were waiting behind a failure, the next ones to come at once are the rest of the same click.
 */
const BROWSER_AT_ONCE = 4;
/** Milliseconds within which they come. */
const SAME_CLICK = 1_000;
/** Runs that failed, or fell with one that did, that are remembered: what is to follow them may be on its way. */
const MAX_FALLEN = 1_000;

/** The queue. */
export class Queue {
  readonly #begin: (run: Run) => void;
  readonly #changed: () => void;
  readonly #stopped = new Map<string, number>();
  readonly #fallen = new Set<string>();
  #running: Run | null = null;
  #waiting: Run[] = [];
  #paused = false;

  /**
   * @param begin sends a run to the kernel.
   * @param changed called after every change of what runs or waits.
   */
  constructor(begin: (run: Run) => void, changed: () => void = () => undefined) {
    this.#begin = begin;
    this.#changed = changed;
  }

  /** The run on the kernel. */
  get running(): Run | null {
    return this.#running;
  }

  /** Whether nothing runs or waits. */
  get isEmpty(): boolean {
    return this.#running === null && this.#waiting.length === 0;
  }

  /** What runs, and then what waits, in order. */
  get runs(): readonly Run[] {
    return this.#running === null ? this.#waiting : [this.#running, ...this.#waiting];
  }

  /**
   * Adds a run; refuses when too many wait.
   * @param single it is a click of its own, or says itself what it follows.
   * @param after id of the run that it follows in the same click: when that one failed, this one ends unseen by the kernel.
   */
  add(run: Run, single = true, after?: string): void {
    if (this.#waiting.length >= MAX_WAITING) {
      throw new Refusal('too-fast', 'Too many cells wait to be run.');
    }
    const person = run.request.person.id;
    if (after !== undefined && this.#fallen.has(after)) {
      this.#fall(run.id);
      run.abort(false);
      return;
    }
    if (!single && Date.now() - (this.#stopped.get(person) ?? 0) < SAME_CLICK) {
      this.#stopped.set(person, Date.now());
      run.abort(false);
      return;
    }
    this.#stopped.delete(person);
    this.#waiting.push(run);
    this.#next();
    this.#changed();
  }

  /** Takes out a run that waits; `person` null: anybody's. */
  cancel(id: string, person: string | null): void {
    const run = this.runs.find(each => each.id === id);
    if (run === undefined) {
      throw new Refusal('not-found', 'That run has ended.');
    }
    if (person !== null && run.request.person.id !== person) {
      throw new Refusal('no-right', 'That is somebody else’s run.');
    }
    if (run === this.#running) {
      throw new Refusal('no-right', 'It runs already: only an interrupt stops it.');
    }
    this.#drop(each => each === run, false);
  }

  /** Begins nothing until `resume`: the kernel is being restarted. */
  pause(): void {
    this.#paused = true;
  }

  /** Goes on. */
  resume(): void {
    this.#paused = false;
    this.#next();
    this.#changed();
  }

  /** Ends everything: the kernel is gone or starts anew. */
  clear(): void {
    this.#drop(() => true);
    this.#running?.abort(true);
  }

  #fall(run: string): void {
    this.#fallen.add(run);
    forgetOldest(this.#fallen, MAX_FALLEN);
  }

  /** `fall`: what is to follow them falls with them. */
  #drop(which: (run: Run) => boolean, fall = true): number {
    const dropped = this.#waiting.filter(which);
    if (fall) {
      dropped.forEach(run => this.#fall(run.id));
    }
    this.#waiting = this.#waiting.filter(each => !dropped.includes(each));
    dropped.forEach(run => run.abort(false));
    this.#changed();
    return dropped.length;
  }

  #next(): void {
    if (this.#running !== null || this.#paused) {
      return;
    }
    const run = this.#waiting.shift();
    if (run === undefined) {
      return;
    }
    this.#running = run;
    void run.done.then(({ status }) => {
      this.#running = null;
      if (status !== 'ok') {
        this.#fall(run.id);
      }
      if (status === 'error') {
        const person = run.request.person.id;
        const stopped = this.#drop(each => each.request.person.id === person);
        if (stopped >= BROWSER_AT_ONCE) {
          this.#stopped.set(person, Date.now());
        }
      }
      this.#next();
      this.#changed();
    });
    this.#begin(run);
  }
}
