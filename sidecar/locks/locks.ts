/**
 * Edit locks of one notebook: a cell has one holder at most, and a holder is one tab (situations S45). Time comes in as an argument:
 * milliseconds of a clock that only grows.
 * @module
 */

/** Who asks: one tab of a person. Two askers are the same tab only when they are the same object. */
export interface Tab {
  /** Person id. */
  readonly person: string;
}

/** A lock that is held. */
export interface Lock<T extends Tab> {
  readonly cell: string;
  readonly tab: T;
  /** When its person came to hold it; milliseconds. */
  readonly since: number;
  /** When it ends without a heartbeat; milliseconds. */
  readonly until: number;
}

/** What a request comes to. */
export type Answer<T extends Tab> =
  /** `before`: whose lock it was a moment ago; the asker's own when it was only renewed. */
  | { readonly kind: 'granted'; readonly lock: Lock<T>; readonly before: Lock<T> | null }
  | { readonly kind: 'refused'; readonly lock: Lock<T> }
  /** The person holds as many cells as one may. */
  | { readonly kind: 'full' };

/** Bounds of the locks of a notebook. */
export interface LockBounds {
  /** Milliseconds that a lock lasts without a heartbeat. */
  readonly lease: number;
  /** Cells that one person may hold at a time, over all their tabs. */
  readonly perPerson: number;
}

/** The edit locks of one notebook. */
export class Locks<T extends Tab> {
  readonly #bounds: LockBounds;
  readonly #held = new Map<string, Lock<T>>();

  constructor(bounds: LockBounds) {
    this.#bounds = bounds;
  }

  /**
   * Asks for a cell. Another person's lock stands; the same person's other tab gives way: nobody is kept out by a tab of their own that
   * they have left open elsewhere.
   */
  request(tab: T, cell: string, now: number): Answer<T> {
    const held = this.holder(cell, now);
    if (held !== null && held.tab.person !== tab.person) {
      return { kind: 'refused', lock: held };
    }
    return this.#give(tab, cell, held, now);
  }

  /** Takes a cell over, whoever holds it. Only the owner may. */
  take(tab: T, cell: string, now: number): Answer<T> {
    return this.#give(tab, cell, this.holder(cell, now), now);
  }

  /** Gives a cell back; null when the tab doesn't hold it. */
  release(tab: T, cell: string): Lock<T> | null {
    const held = this.#held.get(cell);
    if (held?.tab !== tab) {
      return null;
    }
    this.#held.delete(cell);
    return held;
  }

  /** Renews everything that a tab still holds. What has run out stays so. */
  heartbeat(tab: T, now: number): void {
    for (const lock of this.#held.values()) {
      if (lock.tab === tab && now < lock.until) {
        this.#held.set(lock.cell, { ...lock, until: now + this.#bounds.lease });
      }
    }
  }

  /** Frees what has run out. */
  expire(now: number): Lock<T>[] {
    return this.drop(lock => lock.until <= now);
  }

  /** Frees what fits. */
  drop(fits: (lock: Lock<T>) => boolean): Lock<T>[] {
    const gone = [...this.#held.values()].filter(fits);
    gone.forEach(lock => this.#held.delete(lock.cell));
    return gone;
  }

  /** Who holds a cell; null when nobody does. */
  holder(cell: string, now: number): Lock<T> | null {
    const held = this.#held.get(cell);
    return held !== undefined && now < held.until ? held : null;
  }

  /** Every lock that is held. */
  all(now: number): Lock<T>[] {
    return [...this.#held.values()].filter(lock => now < lock.until);
  }

  #give(tab: T, cell: string, before: Lock<T> | null, now: number): Answer<T> {
    const { lease, perPerson } = this.#bounds;
    const mine = before?.tab.person === tab.person;
    if (!mine && this.all(now).filter(lock => lock.tab.person === tab.person).length >= perPerson) {
      return { kind: 'full' };
    }
    const lock = { cell, tab, since: mine ? before.since : now, until: now + lease };
    this.#held.set(cell, lock);
    return { kind: 'granted', lock, before };
  }
}
