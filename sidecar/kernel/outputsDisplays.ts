/**
 * Where displays with an id are shown, over all cells of a kernel, so that a later message can change them.
 * @module
 */
import * as Y from 'yjs';
import { noRoom, bundleSize, type Bundle } from './outputsLimit.ts';

/** Outputs of a cell in the shared document. */
export type YOutputs = Y.Array<Y.Map<unknown>>;

/** A display, and what is known of where it is. */
interface Shown {
  readonly id: string;
  output: Y.Map<unknown>;
  size: number;
}

/** Displays of a cell by their position. */
interface CellDisplays {
  readonly at: Map<number, Shown>;
  size: number;
}

/** Display ids that are remembered; the one set longest ago is forgotten first. */
const MAX_IDS = 2_000;

/**
 * The displays. An output is remembered itself and by its position: when the notebook was loaded anew, or its cell moved, the
 * output that was remembered is gone and another stands in its place.
 */
export class Displays {
  readonly #limit: number;
  readonly #cells = new Map<string, CellDisplays>();
  readonly #ids = new Map<string, Map<string, Set<number>>>();

  /** @param limit bytes that the displays of one cell may have together. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Remembers a display at a position in a cell's outputs; what was there is forgotten. */
  add(id: string, cell: string, index: number, output: Y.Map<unknown>, size: number): void {
    const of = this.#cells.get(cell) ?? { at: new Map<number, Shown>(), size: 0 };
    this.#cells.set(cell, of);
    this.#drop(cell, of, index);
    of.at.set(index, { id, output, size });
    of.size += size;
    const cells = this.#ids.get(id) ?? new Map<string, Set<number>>();
    this.#ids.delete(id);
    this.#ids.set(id, cells);
    cells.set(cell, (cells.get(cell) ?? new Set()).add(index));
    this.#forgetOldest();
  }

  /** Forgets what was at a position: another output stands there now. */
  replaced(cell: string, index: number): void {
    this.#drop(cell, this.#cells.get(cell), index);
  }

  /** Forgets the displays of a cell: its outputs are emptied. */
  forget(cell: string): void {
    const of = this.#cells.get(cell);
    for (const index of [...(of?.at.keys() ?? [])]) {
      this.#drop(cell, of, index);
    }
    this.#cells.delete(cell);
  }

  /** Forgets all: the kernel that knew them is gone. */
  clear(): void {
    this.#cells.clear();
    this.#ids.clear();
  }

  /** Cells that show a display. */
  cells(id: string): string[] {
    return [...(this.#ids.get(id)?.keys() ?? [])];
  }

  /** Changes a display everywhere in a cell. */
  update(id: string, cell: string, outputs: YOutputs | null, bundle: Bundle): void {
    const of = this.#cells.get(cell);
    for (const index of this.#ids.get(id)?.get(cell) ?? []) {
      const shown = of?.at.get(index);
      const output = shown === undefined ? null : find(shown, outputs, index);
      if (of !== undefined && shown !== undefined && output !== null) {
        const size = bundleSize(bundle);
        const fits = of.size - shown.size + size <= this.#limit;
        const { data, metadata } = fits ? bundle : noRoom(this.#limit);
        of.size += (fits ? size : 0) - shown.size;
        shown.size = fits ? size : 0;
        shown.output = output;
        output.set('data', data);
        output.set('metadata', metadata);
      }
    }
  }

  #drop(cell: string, of: CellDisplays | undefined, index: number): void {
    const shown = of?.at.get(index);
    if (of === undefined || shown === undefined) {
      return;
    }
    of.at.delete(index);
    of.size -= shown.size;
    const cells = this.#ids.get(shown.id);
    const indices = cells?.get(cell);
    indices?.delete(index);
    if (indices?.size === 0) {
      cells?.delete(cell);
    }
    if (cells?.size === 0) {
      this.#ids.delete(shown.id);
    }
  }

  #forgetOldest(): void {
    const [oldest] = this.#ids;
    if (this.#ids.size <= MAX_IDS || oldest === undefined) {
      return;
    }
    for (const [cell, indices] of [...oldest[1]]) {
      for (const index of [...indices]) {
        this.#drop(cell, this.#cells.get(cell), index);
      }
    }
  }
}

/** The output that shows a display now; null when it was taken away. */
function find(shown: Shown, outputs: YOutputs | null, index: number): Y.Map<unknown> | null {
  if (shown.output.doc !== null && shown.output._item?.deleted === false) {
    return shown.output;
  }
  const there = outputs !== null && index < outputs.length ? outputs.get(index) : undefined;
  const type = there instanceof Y.Map ? there.get('output_type') : undefined;
  return there instanceof Y.Map && (type === 'display_data' || type === 'execute_result') ? there : null;
}
