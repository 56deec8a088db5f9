/**
 * May this cell come in, and what of it? A new cell is complete, untrusted and without outputs; an id that lives is taken over only by a
 * move, which brings what it may not change exactly as it was.
 * @module
 */
import * as Y from 'yjs';
import { isRecord } from '../../../protocol/json.ts';
import {
  editsEverything,
  isLocked,
  mayEditCell,
  PROTECTED_METADATA,
  type Author
} from '../../policy/document.ts';
import type { RefusalCode } from '../../../protocol/refusals.ts';
import type { Cells } from './cells.ts';
import type { Fields, Grave } from './graves.ts';
import type { SharedType } from './store.ts';
import { equal, fitsAttachments, fitsMetadata, isCount, isOutput, shows } from './values.ts';

/** What passes of a new cell. */
export type CellVerdict =
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly id: string | null }
  | {
      readonly kind: 'accepted';
      readonly id: string;
      /** The cell whose place in the rights it takes. */
      readonly original: SharedType | null;
      /** What was taken out and comes back with it. */
      readonly grave: Grave | null;
      /** Keys of the cell, and of its metadata, that are taken out. */
      readonly without: ReadonlySet<string>;
      readonly withoutMetadata: ReadonlySet<string>;
      /** Whether the outputs are taken out, the empty list stays. */
      readonly withoutOutputs: boolean;
      /** The execution count of a code cell that is left without one: nbformat wants it there. */
      readonly missingCount: { readonly value: unknown } | null;
      /** Whether something was taken out that no stock client would have put in unasked. */
      readonly loud: boolean;
    };

/** What the judge knows of the rest of the update. */
export interface Surroundings {
  readonly cells: Cells;
  readonly author: Author;
  /** Ids of the cells that came before this one in the update. */
  readonly taken: ReadonlySet<string>;
  /** Whether the update deletes that cell, and may. */
  readonly removes: (cell: SharedType) => boolean;
}

const ID = /^[\w-]{1,64}$/;
const TYPES: readonly unknown[] = ['code', 'markdown', 'raw'];

/** Judges one new cell by what it shows. */
export function judgeCell(cell: Y.Map<unknown> | null, around: Surroundings): CellVerdict {
  const id = cell?.get('id');
  if (!cell || typeof id !== 'string' || !isComplete(cell)) {
    return { kind: 'refused', code: 'bad-request', id: typeof id === 'string' ? id : null };
  }
  const { cells, author } = around;
  const original = cells.holder(id);
  const refused = (code: RefusalCode): CellVerdict => ({ kind: 'refused', code, id });
  if (around.taken.has(id) || (!original && !ID.test(id))) {
    return refused('bad-request');
  }
  if (original) {
    const there = cells.refOf(original, author.person);
    if (!around.removes(original)) {
      return refused(isLocked(there, author) ? 'locked' : 'bad-request');
    }
    const mine = mayEditCell(there, author);
    if (!mine && !(original instanceof Y.Map && sameContent(original, cell))) {
      return refused('no-right');
    }
  } else if (
    cells.isDead(id) &&
    !editsEverything(author) &&
    !mayRestore(cells.graveOf(id), cell, id, author)
  ) {
    // else whoever may only insert brings text in under the name of a cell that was just deleted
    return refused('no-right');
  }
  return accept(cell, id, original instanceof Y.Map ? original : null, cells.graveOf(id));
}

/** Undo of one's own deletion: of a cell that one may edit, or of any as it was. */
function mayRestore(grave: Grave | null, cell: Y.Map<unknown>, id: string, author: Author): boolean {
  if (grave?.person !== author.person || author.lockedCells.has(id)) {
    return false;
  }
  return mayEditCell({ id, own: grave.author === author.person }, author) || sameContent(grave.fields, cell);
}

function accept(
  cell: Y.Map<unknown>,
  id: string,
  original: Y.Map<unknown> | null,
  grave: Grave | null
): CellVerdict {
  const isCode = cell.get('cell_type') === 'code';
  const before = original ?? grave?.fields ?? null;
  const keepsRun = isCode && before !== null && sameRun(before, cell, grave !== null);
  const without = new Set<string>();
  for (const key of cell.keys()) {
    if (!fitsField(key, cell.get(key), isCode, keepsRun)) {
      without.add(key);
    }
  }
  const outputs = cell.get('outputs');
  const withoutOutputs = outputs instanceof Y.Array && outputs.length > 0 && !keepsRun;
  const withoutMetadata = strippedMetadata(cell.get('metadata'), before?.get('metadata'), keepsRun);
  return {
    kind: 'accepted',
    id,
    original,
    grave,
    without,
    withoutMetadata,
    withoutOutputs,
    // Undo brings back what its author had made, and the count was last written by another.
    missingCount:
      isCode && (!cell.has('execution_count') || without.has('execution_count'))
        ? { value: keepsRun ? (before.get('execution_count') ?? null) : null }
        : null,
    // Stock clients copy outputs and trust along with a cell that is pasted or split.
    loud:
      [...without].some(key => !key.startsWith('execution_')) ||
      [...withoutMetadata].some(key => key !== 'trusted' && key !== 'execution')
  };
}

function isComplete(cell: Y.Map<unknown>): boolean {
  const isCode = cell.get('cell_type') === 'code';
  return (
    TYPES.includes(cell.get('cell_type')) &&
    cell.get('source') instanceof Y.Text &&
    cell.get('metadata') instanceof Y.Map &&
    (!isCode || cell.get('outputs') instanceof Y.Array)
  );
}

function fitsField(key: string, value: unknown, isCode: boolean, keepsRun: boolean): boolean {
  switch (key) {
    case 'id':
    case 'cell_type':
    case 'source':
    case 'metadata':
      return true;
    case 'outputs':
      return isCode;
    case 'execution_count':
      return isCode && (value === null || keepsRun);
    case 'execution_state':
      return isCode && value === 'idle';
    case 'attachments':
      return !isCode && fitsAttachments(value);
    default:
      return false;
  }
}

/** Protected keys stay only as the cell that it moves had them; trust also needs that cell's outputs. */
function strippedMetadata(metadata: unknown, original: unknown, keepsRun: boolean): Set<string> {
  const stripped = new Set<string>();
  if (!(metadata instanceof Y.Map)) {
    return stripped;
  }
  for (const [key, value] of metadata.entries()) {
    const before =
      original instanceof Y.Map ? original.get(key) : isRecord(original) ? original[key] : undefined;
    const same = before !== undefined && equal(value, before);
    const isProtected = PROTECTED_METADATA.includes(key) || key === 'execution';
    const allowed = key === 'trusted' ? same && keepsRun : same || !isProtected;
    if (!allowed || value instanceof Y.AbstractType || !fitsMetadata(key, value)) {
      stripped.add(key);
    }
  }
  return stripped;
}

/** Whether outputs and count are those that the cell had, and such as stock clients can show; undo brings no count that others wrote. */
function sameRun(original: Fields, cell: Y.Map<unknown>, isUndo: boolean): boolean {
  const outputs = cell.get('outputs');
  if (!(outputs instanceof Y.Array) || original.get('cell_type') !== 'code') {
    return false;
  }
  const live = original.get('outputs');
  if (!(live instanceof Y.Array || Array.isArray(live)) || live.length !== outputs.length) {
    return false;
  }
  const shown: unknown = outputs.toJSON();
  const lost = isUndo && !cell.has('execution_count');
  const count = (lost ? original : cell).get('execution_count') ?? null;
  return (
    equal(original.get('execution_count') ?? null, count) &&
    isCount(count) &&
    shows(live, shown) &&
    Array.isArray(shown) &&
    shown.every(isOutput)
  );
}

/** Whether a clone has the text, attachments and metadata of the original, as stock clients copy them. */
function sameContent(original: Fields, cell: Y.Map<unknown>): boolean {
  const source = cell.get('source');
  return (
    source instanceof Y.Text &&
    shows(original.get('source'), source.toString()) &&
    equal(original.get('attachments') ?? null, cell.get('attachments') ?? null) &&
    equal(asCopied(original.get('metadata')), asCopied(cell.get('metadata')))
  );
}

/** A stock client sets `trusted` on what it inserts, and tells `collapsed` and `jupyter.outputs_hidden` from each other. */
function asCopied(metadata: unknown): unknown {
  const json: unknown = metadata instanceof Y.Map ? metadata.toJSON() : metadata;
  if (!isRecord(json)) {
    return json;
  }
  const { trusted: _trusted, ...copy }: Record<string, unknown> = json;
  const jupyter = isRecord(copy['jupyter']) ? copy['jupyter'] : {};
  if (copy['collapsed'] !== undefined && copy['collapsed'] !== null) {
    return { ...copy, jupyter: { ...jupyter, outputs_hidden: copy['collapsed'] } };
  }
  if (jupyter['outputs_hidden'] !== undefined && jupyter['outputs_hidden'] !== null) {
    return { ...copy, collapsed: jupyter['outputs_hidden'] };
  }
  return copy;
}
