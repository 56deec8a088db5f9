/**
 * What everybody sees of the runs: the queue in its order, and a lock on each cell that runs. Told when it changed, gathered, so
 * that a quick "run all" costs a bounded number of messages.
 * @module
 */
import type { HeldLock, RunState, ServerMessage } from '../../protocol/messages.ts';

/** Milliseconds over which changes are gathered. */
const GATHER = 40;

/** The board of one kernel. */
export class RunBoard {
  readonly #runs: () => readonly RunState[];
  readonly #announce: (message: ServerMessage) => void;
  #told = '[]';
  #locked = new Map<string, HeldLock>();
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param runs what there is now, what runs first.
   * @param announce tells everybody with `live`, and the owner.
   */
  constructor(runs: () => readonly RunState[], announce: (message: ServerMessage) => void) {
    this.#runs = runs;
    this.#announce = announce;
  }

  /** The execute locks of now. */
  get locks(): HeldLock[] {
    const locks = new Map<string, HeldLock>();
    for (const { cell, person: holder, since, state } of this.#runs()) {
      if (state !== 'queued' && cell !== '' && !locks.has(cell)) {
        locks.set(cell, { cell, kind: 'execute', holder, since });
      }
    }
    return [...locks.values()];
  }

  /** Something changed. */
  changed(): void {
    this.#timer ??= setTimeout(() => this.flush(), GATHER);
  }

  /** Tells what changed since the last time. */
  flush(): void {
    this.close();
    const locks = new Map(this.locks.map(lock => [lock.cell, lock]));
    for (const cell of this.#locked.keys()) {
      if (!locks.has(cell)) {
        this.#announce({ type: 'lock', cell, kind: 'execute', holder: null });
      }
    }
    for (const [cell, lock] of locks) {
      if (this.#locked.get(cell)?.holder.id !== lock.holder.id) {
        this.#announce({ type: 'lock', ...lock });
      }
    }
    this.#locked = locks;
    const runs = this.#runs();
    const text = JSON.stringify(runs);
    if (text !== this.#told) {
      this.#told = text;
      this.#announce({ type: 'runs', runs });
    }
  }

  /** Tells nothing more. */
  close(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }
}
