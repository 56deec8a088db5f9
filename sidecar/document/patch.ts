/**
 * Operations that name cells by id -> one Y update, or the refusal of the first that fails. They are tried on a copy of the notebook,
 * so that nothing has happened when one is refused; the update then meets the filter like everybody's.
 * @module
 */
import { randomUUID } from 'node:crypto';
import * as Y from 'yjs';
import type { NotebookOperation, PatchResult } from '../../protocol/resources.ts';
import { editsEverything, judgeChange, type Author, type CellRef } from '../policy/document.ts';
import { enforce, Refusal } from '../policy/verdict.ts';
import { cellsOf, sourceHash, type YCell } from './cells.ts';
import { splitsPair } from './filter/model.ts';
import { makeCell, partsOf, type CellParts } from './newCells.ts';
import { changeMetadata, checkMetadata, movable } from './patchRules.ts';
import { diffTexts } from './textDiff.ts';

type Of<Op extends NotebookOperation['op']> = Extract<NotebookOperation, { op: Op }>;

/** Who asks, and what the room knows of the cells that are there. */
export interface PatchContext {
  readonly author: Author;
  /** A living cell as rights see it for the author. */
  readonly refOf: (id: string) => CellRef;
  /** Whether a cell of this id was there before and is gone. */
  readonly isDead: (id: string) => boolean;
}

/** What a patch comes to; without an update when everything was that way already. */
export interface Patch extends PatchResult {
  readonly update: Uint8Array | null;
}

/** Ids of new cells: what the filter takes too. */
const NEW_ID = /^[\w-]{1,64}$/;

/**
 * Does the operations in order on a copy of the notebook. Throws the refusal of the first that fails, which names it; the copy is then
 * half done, and of no more use.
 * @param clientId under which the update writes.
 */
export function planPatch(
  copy: Y.Doc,
  clientId: number,
  operations: readonly NotebookOperation[],
  context: PatchContext
): Patch {
  const updates: Uint8Array[] = [];
  const note = (update: Uint8Array): number => updates.push(update);
  const trial = new Trial(copy, context);
  copy.clientID = clientId;
  copy.on('update', note);
  try {
    copy.transact(() => {
      operations.forEach((operation, index) => naming(index, () => trial.apply(operation)));
    });
  } finally {
    copy.off('update', note);
  }
  return { ...trial.result, update: updates[0] ?? null };
}

/** Runs one operation; its refusal says which one it was. */
function naming(index: number, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw error instanceof Refusal ? atOperation(error.code, error.message, index) : error;
  }
}

/** The refusal of one operation of a list. */
export function atOperation(code: Refusal['code'], detail: string, index: number): Refusal {
  return new Refusal(code, `operation ${index}: ${detail}`, index);
}

class Trial {
  readonly #list: Y.Array<YCell>;
  /** The same cells; finding one in a Y.Array walks it. */
  readonly #order: YCell[];
  readonly #context: PatchContext;
  readonly #sources = new Map<string, string>();
  readonly #changed = new Set<string>();
  readonly #inserted = new Set<string>();
  readonly #deleted = new Set<string>();

  constructor(copy: Y.Doc, context: PatchContext) {
    this.#list = cellsOf(copy);
    this.#order = this.#list.toArray();
    this.#context = context;
  }

  get result(): PatchResult {
    return { cells: [...this.#changed], inserted: [...this.#inserted] };
  }

  apply(operation: NotebookOperation): void {
    switch (operation.op) {
      case 'insert':
        return this.#insert(operation);
      case 'move':
        return this.#move(operation);
      case 'delete':
        return this.#delete(operation);
      case 'edit':
        return this.#edit(operation);
      case 'metadata':
        return this.#metadata(operation);
      case 'type':
        return this.#retype(operation);
    }
  }

  #insert({ after, cell }: Of<'insert'>): void {
    this.#judgeCells(null);
    const index = this.#after(after);
    const { id = randomUUID(), cell_type, source, metadata = {} } = cell;
    this.#checkNewId(id);
    checkText(source);
    checkMetadata({ id, own: true }, metadata, this.#context.author);
    this.#put(index, { id, cell_type, source, metadata });
    this.#inserted.add(id);
  }

  #move({ cell: id, after }: Of<'move'>): void {
    const from = this.#find(id);
    this.#judgeCells(this.#refOf(id));
    const to = this.#after(after);
    if (after === id) {
      throw new Refusal('bad-request', 'A cell does not stand after itself.');
    }
    if (to !== from) {
      const parts = movable(partsOf(this.#cell(from)));
      this.#take(from);
      this.#put(to > from ? to - 1 : to, parts);
      this.#note(id);
    }
  }

  #delete({ cell: id }: Of<'delete'>): void {
    const at = this.#find(id);
    this.#judgeCells(this.#refOf(id));
    this.#take(at);
    this.#deleted.add(id);
    if (!this.#inserted.delete(id)) {
      this.#changed.add(id);
    }
  }

  #edit(operation: Of<'edit'>): void {
    const { cell: id, base_hash: base } = operation;
    const cell = this.#cell(this.#find(id));
    this.#judgeSource(id);
    const text = cell.get('source');
    if (!(text instanceof Y.Text)) {
      throw new Refusal('bad-request', 'That cell has no source.');
    }
    const now = text.toString();
    // What the caller saw is the notebook before the patch, also when operations before this one have changed the cell.
    if (base !== undefined && base !== sourceHash(this.#sources.get(id) ?? now)) {
      throw new Refusal('changed-meanwhile', 'The cell was changed meanwhile. Look again and repeat.');
    }
    const splices =
      'source' in operation ? diffTexts(now, checkText(operation.source)) : [within(now, operation)];
    for (const { position, remove, insert } of splices.reverse()) {
      text.delete(position, remove);
      text.insert(position, insert);
    }
    if (text.toString() !== now) {
      this.#sources.set(id, this.#sources.get(id) ?? now);
      this.#note(id);
    }
  }

  #metadata({ cell: id, set = {}, remove = [] }: Of<'metadata'>): void {
    const cell = this.#cell(this.#find(id));
    if (changeMetadata(cell.get('metadata'), this.#refOf(id), set, remove, this.#context.author)) {
      this.#note(id);
    }
  }

  /** As stock clients do it: another cell takes the place of the one that was, under its id. */
  #retype({ cell: id, cell_type }: Of<'type'>): void {
    const at = this.#find(id);
    this.#judgeCells(this.#refOf(id));
    const parts = partsOf(this.#cell(at));
    if (parts.cell_type === cell_type) {
      return;
    }
    const { outputs: _outputs, execution_count: _count, ...kept } = parts;
    if (cell_type === 'code' && kept.attachments !== undefined) {
      // The attachments are lost: that changes its content.
      this.#judgeSource(id);
    }
    const { trusted: _trusted, ...metadata } = kept.metadata;
    const next = movable({ ...kept, cell_type, metadata });
    this.#take(at);
    this.#put(at, next);
    this.#note(id);
  }

  #find(id: string): number {
    const found = this.#order.flatMap((cell, index) => (cell.get('id') === id ? [index] : []));
    const [index] = found;
    if (index === undefined) {
      throw new Refusal('not-found', 'There is no cell with that id.');
    }
    if (found.length > 1) {
      throw new Refusal('not-found', 'More than one cell has that id.');
    }
    return index;
  }

  #after(id: string | null): number {
    return id === null ? 0 : this.#find(id) + 1;
  }

  #cell(index: number): YCell {
    return this.#order[index] ?? missing();
  }

  #refOf(id: string): CellRef {
    return this.#inserted.has(id) ? { id, own: true } : this.#context.refOf(id);
  }

  #judgeCells(cell: CellRef | null): void {
    enforce(judgeChange({ at: 'cells', cell }, 'write', 'fit', this.#context.author));
  }

  #judgeSource(id: string): void {
    const place = { at: 'cell', cell: this.#refOf(id), field: 'source', key: null } as const;
    enforce(judgeChange(place, 'write', 'fit', this.#context.author));
  }

  #checkNewId(id: string): void {
    const { author, isDead } = this.#context;
    if (!NEW_ID.test(id)) {
      throw new Refusal('bad-request', 'A cell id has 1 to 64 letters, digits, "-" and "_".');
    }
    if (this.#deleted.has(id) || this.#order.some(cell => cell.get('id') === id)) {
      throw new Refusal('changed-meanwhile', 'There is, or was just now, a cell with that id.');
    }
    if (isDead(id) && !editsEverything(author)) {
      throw new Refusal('no-right', 'A cell with that id was deleted.');
    }
  }

  #put(index: number, parts: CellParts): void {
    const cell = makeCell(parts);
    this.#list.insert(index, [cell]);
    this.#order.splice(index, 0, cell);
  }

  #take(index: number): void {
    this.#list.delete(index, 1);
    this.#order.splice(index, 1);
  }

  #note(id: string): void {
    if (!this.#inserted.has(id)) {
      this.#changed.add(id);
    }
  }
}

function within(
  text: string,
  { position, remove, insert }: Extract<Of<'edit'>, { position: number }>
): { position: number; remove: number; insert: string } {
  const end = position + remove;
  if (end > text.length) {
    throw new Refusal('bad-request', 'That lies beyond the end of the source.');
  }
  if (splitsPair(text, position) || splitsPair(text, end)) {
    throw new Refusal('bad-request', 'That splits a character in two.');
  }
  return { position, remove, insert: checkText(insert) };
}

/** Half of a surrogate pair is not the same text in every replica. */
function checkText(text: string): string {
  if (!text.isWellFormed()) {
    throw new Refusal('bad-request', 'The text has half a character in it.');
  }
  return text;
}

function missing(): never {
  throw new Refusal('internal');
}
