/**
 * How locks, rooms and everybody's control sockets know of each other.
 * @module
 */
import { tellLive, type Hub } from '../control/hub.ts';
import { authorOf, type Room } from '../document/room.ts';
import { LockBook } from '../locks/book.ts';
import type { Author } from '../policy/document.ts';
import { judgeLock } from '../policy/lock.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { People, PersonRow } from '../store/people.ts';
import type { Shares } from '../store/shares.ts';

const NO_CELLS: Author['lockedCells'] = { has: () => false };

/** Who holds what, told to everybody with `live` and the owner. */
export function lockBook(hub: Hub, people: People, now: () => number): LockBook {
  return new LockBook({
    monotonic: () => performance.now(),
    now,
    announce: (share, message) => tellLive(hub, people, share, message)
  });
}

/** What the filter of a share's room asks of the locks. */
export function lockedCells(locks: LockBook, shares: Shares, share: string) {
  return (person: string): Author['lockedCells'] =>
    shares.get(share)?.lockMode === 'exclusive'
      ? { has: cell => locks.isOthers(share, cell, person) }
      : NO_CELLS;
}

/** Whether a person may lock a cell of their share, whose room may be closed. */
export function mayLock(room: Room | undefined, person: PersonRow, cell: string): Verdict {
  return room?.mayLock(person, cell) ?? judgeLock('unknown', cell, authorOf(person, NO_CELLS));
}

/** Frees cells that were deleted. */
export function forgetCells(
  locks: LockBook,
  share: string,
  deleted: readonly string[],
  room: () => Room | undefined
): void {
  // The index of cells hears of a change later than those who are told of it.
  queueMicrotask(() =>
    locks.forget(
      share,
      deleted.filter(cell => room()?.has(cell) !== true)
    )
  );
}
