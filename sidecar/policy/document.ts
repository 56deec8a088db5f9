/**
 * Design §4's table: where in the notebook a change lands, and who made it -> may it. Unlisted places are nobody's.
 * @module
 */
import type { RefusalCode } from '../../protocol/refusals.ts';

/** Rights of the person behind a connection, as they are at this moment. */
export interface Author {
  /** Person id. */
  readonly person: string;
  readonly edit: boolean;
  readonly cells: 'all' | ReadonlySet<string>;
  readonly structure: boolean;
  /** Cells whose exclusive lock another person holds; empty in soft mode. */
  readonly lockedCells: { has(cell: string): boolean };
}

/** A cell as rights see it. */
export interface CellRef {
  /** Null when the cell has no id, or shares it with an older cell: rights by id never spread to a twin. */
  readonly id: string | null;
  /** Whether the author has inserted it. */
  readonly own: boolean;
  /** The id that it shares with an older cell: locks hold for all who carry an id, rights for one. */
  readonly twinOf?: string;
}

/** Where a change lands. */
export type Place =
  /** The list of cells; the cell is the one that is removed, null for an insertion. */
  | { readonly at: 'cells'; readonly cell: CellRef | null }
  /** A field of a cell; key of the metadata, null elsewhere. */
  | { readonly at: 'cell'; readonly cell: CellRef; readonly field: string; readonly key: string | null }
  /** The notebook's own keys, and those of its metadata. */
  | { readonly at: 'meta'; readonly key: string; readonly metadata: string | null }
  | { readonly at: 'state'; readonly key: string }
  | { readonly at: 'nowhere' };

/** What a change does there: brings something, takes a key away, or clears what a run had written. */
export type Act = 'write' | 'unset' | 'clear';

/** What a change brings: what is there already, what the server has announced, something else of the right shape, or anything. */
export type Brings = 'same' | 'announced' | 'fit' | 'unfit';

/** The decision. */
export type DocumentVerdict =
  /** `right` is false for what is harmless from anybody: it passes, but it outlives nobody's permitted change. */
  | { readonly allow: true; readonly right: boolean }
  /** `quiet` marks what stock clients write unasked: it is undone without complaint where that can be done in place. */
  | { readonly allow: false; readonly code: RefusalCode; readonly quiet: boolean };

/** Cell metadata that only the owner writes: browsers and the sidecar act on it. */
export const PROTECTED_METADATA: readonly string[] = ['trusted', 'editable', 'deletable', 'liveshare'];
/** Fields of a cell that the sidecar writes for the kernel. */
export const RUN_FIELDS: readonly string[] = ['outputs', 'execution_count', 'execution_state'];
/** Notebook metadata that follows the kernel. */
export const KERNEL_METADATA: readonly string[] = ['kernelspec', 'language_info'];

/** Of these, stock clients write these unasked (a run's time stamps, and trust on whatever they clear or insert). */
const UNASKED_METADATA: readonly string[] = ['trusted', 'execution'];

const NO_CELLS: Author['lockedCells'] = { has: () => false };
const RIGHT: DocumentVerdict = { allow: true, right: true };
const HARMLESS: DocumentVerdict = { allow: true, right: false };
const NO_RIGHT: DocumentVerdict = { allow: false, code: 'no-right', quiet: false };
const UNDO_QUIETLY: DocumentVerdict = { allow: false, code: 'no-right', quiet: true };
const MALFORMED: DocumentVerdict = { allow: false, code: 'bad-request', quiet: false };

/** Whether the author may edit this cell's content now. */
export function mayEditCell(cell: CellRef, author: Author): boolean {
  if (!author.edit || isLocked(cell, author)) {
    return false;
  }
  return author.cells === 'all' || cell.own || (cell.id !== null && author.cells.has(cell.id));
}

/** Whether the author may do anything a guest can be given in this notebook. */
export function editsEverything(author: Author): boolean {
  return author.edit && author.structure && author.cells === 'all';
}

/** The table. */
export function judgeChange(place: Place, act: Act, brings: Brings, author: Author): DocumentVerdict {
  const verdict = judge(place, act, brings, author);
  const cell = place.at === 'cells' || place.at === 'cell' ? place.cell : null;
  if (verdict.allow || verdict.code !== 'no-right' || cell === null || !isLocked(cell, author)) {
    return verdict;
  }
  // Its author has the right, and will have it again: that is another thing to be told.
  const unlocked = judge(place, act, brings, { ...author, lockedCells: NO_CELLS });
  return unlocked.allow ? { ...verdict, code: 'locked' } : verdict;
}

function judge(place: Place, act: Act, brings: Brings, author: Author): DocumentVerdict {
  switch (place.at) {
    case 'cells':
      return author.edit && author.structure && !(place.cell && isLocked(place.cell, author))
        ? RIGHT
        : NO_RIGHT;
    case 'cell':
      return judgeField(place.cell, place.field, place.key, act, brings, author);
    case 'meta':
      return judgeMeta(place.metadata, act, brings, author);
    case 'state':
      return judgeState(place.key, act, brings);
    case 'nowhere':
      return NO_RIGHT;
  }
}

/** Whether somebody else's lock keeps the author out of this cell. */
export function isLocked(cell: CellRef, author: Author): boolean {
  const id = cell.id ?? cell.twinOf;
  return id !== undefined && author.lockedCells.has(id);
}

function judgeField(
  cell: CellRef,
  field: string,
  key: string | null,
  act: Act,
  brings: Brings,
  author: Author
): DocumentVerdict {
  const mine = mayEditCell(cell, author);
  if (RUN_FIELDS.includes(field)) {
    return judgeRunField(field, mine, act, brings);
  }
  const isProtected = field === 'metadata' && key !== null && isProtectedKey(key, act);
  if (
    (field === 'source' || field === 'attachments' || (field === 'metadata' && key !== null)) &&
    !isProtected
  ) {
    return judgeOpen(mine, act, brings);
  }
  if (act === 'write' && brings === 'same') {
    return HARMLESS;
  }
  return key !== null && UNASKED_METADATA.includes(key) ? UNDO_QUIETLY : NO_RIGHT;
}

/** `execution` holds a run's time stamps: guests may clear them with the outputs, never write them. */
function isProtectedKey(key: string, act: Act): boolean {
  return PROTECTED_METADATA.includes(key) || (key === 'execution' && act === 'write');
}

function judgeRunField(field: string, mine: boolean, act: Act, brings: Brings): DocumentVerdict {
  if (act === 'clear') {
    return mine ? RIGHT : brings === 'same' ? HARMLESS : UNDO_QUIETLY;
  }
  if (field === 'outputs') {
    return NO_RIGHT;
  }
  if (act === 'write' && brings === 'same') {
    return HARMLESS;
  }
  return field === 'execution_state' ? UNDO_QUIETLY : NO_RIGHT;
}

function judgeMeta(key: string | null, act: Act, brings: Brings, author: Author): DocumentVerdict {
  if (key === null || key === 'liveshare') {
    // nbformat and the map of metadata itself: the owner's file says what they are
    return act === 'write' && brings === 'same' ? HARMLESS : NO_RIGHT;
  }
  if (!KERNEL_METADATA.includes(key)) {
    return judgeOpen(editsEverything(author), act, brings);
  }
  if (act !== 'write' || (brings !== 'same' && brings !== 'announced')) {
    return UNDO_QUIETLY;
  }
  if (editsEverything(author)) {
    return RIGHT;
  }
  return brings === 'same' ? HARMLESS : UNDO_QUIETLY;
}

function judgeState(key: string, act: Act, brings: Brings): DocumentVerdict {
  if (key !== 'dirty' && key !== 'document_id') {
    return NO_RIGHT;
  }
  return act === 'write' && brings !== 'unfit' ? RIGHT : UNDO_QUIETLY;
}

/** Places that belong to whoever may edit them, and where rewriting the same value is harmless. */
function judgeOpen(mine: boolean, act: Act, brings: Brings): DocumentVerdict {
  if (brings === 'unfit') {
    return MALFORMED;
  }
  if (mine) {
    return RIGHT;
  }
  return act === 'write' && brings === 'same' ? HARMLESS : NO_RIGHT;
}
