/**
 * The edit locks of every share, and who is told what: the asker the answer, everybody else who holds the cell now.
 * @module
 */
import type { HeldLock, ServerMessage, Who } from '../../protocol/messages.ts';
import { REFUSALS, type RefusalCode } from '../../protocol/refusals.ts';
import { Asks } from './asks.ts';
import { Locks, type Answer, type Lock, type Tab } from './locks.ts';

/** Milliseconds that a lock lasts without a heartbeat: tabs send one every 10 s, and a ghost is to leave within 30 s (S45). */
export const LEASE = 25_000;
/** Cells that one person may hold at a time. People type in one; this leaves room for scripts, and keeps the notebook free for others. */
export const PER_PERSON = 8;

/** A tab's control socket, as locks see it. */
export interface LockTab extends Tab {
  /** The person as others see them, now. */
  readonly who: Who;
  tell(message: ServerMessage): void;
}

/** What the book needs. */
export interface LockBookParts {
  /** Milliseconds of a clock that only grows: leases don't follow the wall clock (T110). */
  readonly monotonic: () => number;
  /** The wall clock, milliseconds, for what people read. */
  readonly now: () => number;
  /** Tells everybody with `live`, and the owner. */
  readonly announce: (share: string, message: ServerMessage) => void;
  readonly lease?: number;
}

/** The book of locks. */
export class LockBook {
  readonly #parts: LockBookParts;
  readonly #lease: number;
  readonly #shares = new Map<string, Locks<LockTab>>();
  readonly #asks = new Map<string, Asks>();

  constructor(parts: LockBookParts) {
    this.#parts = parts;
    this.#lease = parts.lease ?? LEASE;
  }

  /** A tab wants to edit a cell that its person may edit. It is told `lock_granted`, `lock_refused` or `error`. */
  request(share: string, tab: LockTab, cell: string): void {
    this.#answer(share, tab, cell, this.#of(share).request(tab, cell, this.#parts.monotonic()));
  }

  /** The owner takes a cell over. Who held it is told `lock_refused`. */
  take(share: string, tab: LockTab, cell: string): void {
    this.#answer(share, tab, cell, this.#of(share).take(tab, cell, this.#parts.monotonic()));
  }

  /**
   * A tab whose person may edit a cell asks whoever holds it to let go. The holder's tab is told `lock_wanted`, the asker `lock_asked`, or
   * `error` when they have asked a moment ago; of a cell that nobody else holds there is nothing to say.
   */
  ask(share: string, tab: LockTab, cell: string): void {
    const held = this.#shares.get(share)?.holder(cell, this.#parts.monotonic()) ?? null;
    if (held === null || held.tab.person === tab.person) {
      return;
    }
    const asks = this.#asks.get(share) ?? new Asks();
    this.#asks.set(share, asks);
    if (asks.take(tab.person, cell, this.#parts.monotonic())) {
      held.tab.tell({ type: 'lock_wanted', cell, by: tab.who });
      tab.tell({ type: 'lock_asked', cell });
    } else {
      // Without the cell: with it, it would be the answer to a request for the lock.
      tab.tell({ type: 'error', reason: 'too-fast', detail: 'You have asked a moment ago. Wait a little.' });
    }
  }

  /** A tab gives a cell back. */
  release(share: string, tab: LockTab, cell: string): void {
    const lock = this.#shares.get(share)?.release(tab, cell);
    this.#freed(share, lock ? [lock] : []);
  }

  /** A tab is alive. */
  heartbeat(share: string, tab: LockTab): void {
    this.#shares.get(share)?.heartbeat(tab, this.#parts.monotonic());
  }

  /** A tab is gone: so are its locks. */
  disconnect(share: string, tab: LockTab): void {
    this.#drop(share, lock => lock.tab === tab);
  }

  /** Frees what a person holds and may not, any longer. */
  review(share: string, person: string, may: (cell: string) => boolean): void {
    this.#drop(share, lock => lock.tab.person === person && !may(lock.cell));
  }

  /** Frees cells that are gone. */
  forget(share: string, cells: readonly string[]): void {
    this.#drop(share, lock => cells.includes(lock.cell));
  }

  /** A share has ended. */
  end(share: string): void {
    this.#shares.delete(share);
    this.#asks.delete(share);
  }

  /** Frees everywhere what has run out. Call it about once a second. */
  expire(): void {
    const now = this.#parts.monotonic();
    for (const [share, locks] of this.#shares) {
      this.#freed(share, locks.expire(now));
    }
  }

  /** Whether somebody else holds the cell. */
  isOthers(share: string, cell: string, person: string): boolean {
    const held = this.#shares.get(share)?.holder(cell, this.#parts.monotonic()) ?? null;
    return held !== null && held.tab.person !== person;
  }

  /** What a newcomer is told. */
  held(share: string): HeldLock[] {
    const locks = this.#shares.get(share)?.all(this.#parts.monotonic()) ?? [];
    return locks.map(lock => ({
      cell: lock.cell,
      kind: 'edit',
      holder: lock.tab.who,
      since: this.#time(lock)
    }));
  }

  #of(share: string): Locks<LockTab> {
    const locks = this.#shares.get(share) ?? new Locks({ lease: this.#lease, perPerson: PER_PERSON });
    this.#shares.set(share, locks);
    return locks;
  }

  #answer(share: string, tab: LockTab, cell: string, answer: Answer<LockTab>): void {
    switch (answer.kind) {
      case 'granted': {
        const { before, lock } = answer;
        tab.tell({ type: 'lock_granted', cell, lease: this.#lease });
        if (before !== null && before.tab !== tab) {
          before.tab.tell({ type: 'lock_refused', cell, holder: tab.who });
        }
        if (before?.tab.person !== tab.person) {
          const since = this.#time(lock);
          this.#parts.announce(share, { type: 'lock', cell, kind: 'edit', holder: tab.who, since });
        }
        return;
      }
      case 'refused':
        tab.tell({ type: 'lock_refused', cell, holder: answer.lock.tab.who });
        return;
      case 'full':
        tab.tell(lockError(cell, 'too-fast', 'You are in too many cells at once.'));
    }
  }

  #drop(share: string, fits: (lock: Lock<LockTab>) => boolean): void {
    this.#freed(share, this.#shares.get(share)?.drop(fits) ?? []);
  }

  #freed(share: string, locks: readonly Lock<LockTab>[]): void {
    for (const { cell } of locks) {
      this.#parts.announce(share, { type: 'lock', cell, kind: 'edit', holder: null });
    }
  }

  /** A moment of the growing clock as people read it. */
  #time({ since }: Lock<LockTab>): string {
    const { monotonic, now } = this.#parts;
    return new Date(now() - (monotonic() - since)).toISOString();
  }
}

/** The message that says why a cell can't be locked. */
export function lockError(cell: string, reason: RefusalCode, detail?: string): ServerMessage {
  return { type: 'error', reason, detail: detail ?? REFUSALS[reason].detail, cell };
}
