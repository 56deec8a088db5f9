/**
 * Who may lock a cell for editing: who may edit it, whoever holds it now.
 * @module
 */
import { mayEditCell, type Author, type CellRef } from './document.ts';
import { ALLOW, refuse, type Verdict } from './verdict.ts';

/**
 * A cell that somebody wants to lock. `unknown`: no cell has had that id yet: the tab that inserts one asks on another socket than the
 * one that brings the cell, and may be heard first. `gone`: it was deleted.
 */
export type Wanted = CellRef | 'unknown' | 'gone';

/** The decision. `author.lockedCells` is left aside: whether the lock is free is not a question of rights. */
export function judgeLock(cell: Wanted, id: string, author: Author): Verdict {
  const free = { ...author, lockedCells: NO_CELLS };
  if (cell === 'gone') {
    return refuse(author.edit ? 'not-found' : 'no-right');
  }
  const ref = cell === 'unknown' ? { id, own: author.structure } : cell;
  return mayEditCell(ref, free) ? ALLOW : refuse('no-right');
}

const NO_CELLS: Author['lockedCells'] = { has: () => false };
